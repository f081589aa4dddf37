/** From an edge on the map to an overlay on it, for the network's operator. */
import { Link } from "@tanstack/react-router";
import { useRuns } from "../../../shell/useRuns";
import { texts } from "../../../texts/en";
import css from "./OverlayLink.module.css";

export function OverlayLink({ network, edge }: { readonly network: string; readonly edge: string }) {
  if (useRuns(network) !== true) return null;
  return (
    <p className={css.line}>
      <Link className={css.link} to="/networks/$network/operator" params={{ network }} search={{ part: "overlays", edge }}>
        {texts.edge.putOverlay}
      </Link>
    </p>
  );
}
