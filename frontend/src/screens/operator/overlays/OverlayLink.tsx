/** From an edge on the map to an overlay on it, for the network's operator. */
import { Link } from "@tanstack/react-router";
import { useRuns } from "../../../shell/useRuns";
import { operatorTexts } from "../../../texts/operator";
import screen from "../Operator.module.css";

export function OverlayLink({ network, edge }: { readonly network: string; readonly edge: string }) {
  if (useRuns(network) !== true) return null;
  return (
    <p className={screen.text}>
      <Link className={screen.link} to="/networks/$network/operator" params={{ network }} search={{ part: "overlays", edge }}>
        {operatorTexts.overlays.onEdge}
      </Link>
    </p>
  );
}
