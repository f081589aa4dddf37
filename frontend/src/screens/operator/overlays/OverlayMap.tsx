/** The network on the first day of the overlay, by its worst nomination: closed edges are drawn so, and an edge is chosen on it. */
import { useMemo } from "react";
import { useQuery } from "urql";
import type { GasDay } from "../../../format/days";
import { addDays, weekday } from "../../../format/days";
import { labelOf } from "../../../format/names";
import { NetworkMap } from "../../../parts/network_map/NetworkMap";
import type { Scene } from "../../../parts/network_map/scene";
import { UNKNOWN } from "../../../parts/network_map/scene";
import { operatorTexts } from "../../../texts/operator";
import { Legend } from "../../network/legend/Legend";
import { UsageDocument } from "../../network/queries";
import { edgeUse, lookOf, readUsage } from "../../network/usage";
import type { OperatedNetwork } from "../queries";
import css from "./Overlays.module.css";

interface Props {
  readonly network: OperatedNetwork;
  readonly chosen: string | undefined;
  readonly day: GasDay;
  readonly onChoose: (edge: string | undefined) => void;
}

export function OverlayMap({ network, chosen, day, onChoose }: Props) {
  const variables = useMemo(() => ({ network: network.code, period: { start: day, end: addDays(day, 1) } }), [network.code, day]);
  const [{ data }] = useQuery({ query: UsageDocument, variables });
  const usage = data?.usage;
  const scene = useMemo((): Scene => {
    const tables = usage && readUsage(usage);
    const looks = network.edges.map(({ code }) => {
      const row = tables?.row.get(code);
      return tables === undefined || row === undefined ? UNKNOWN : lookOf(edgeUse(tables, row, 0), "worst");
    });
    return { edges: Uint8Array.from(looks), nodes: new Map(), rings: new Map(), chosenNodes: [], chosenEdge: chosen, cut: undefined };
  }, [network, usage, chosen]);
  const names = useMemo(() => new Map([...network.nodes, ...network.edges].map((one) => [one.code, labelOf(one)])), [network]);
  return (
    <NetworkMap
      network={network}
      scene={scene}
      onChoose={(hit) => { onChoose(hit?.kind === "edge" ? hit.code : undefined); }}
      describe={({ code }) => names.get(code) ?? code}
    >
      <p className={css.day}>{operatorTexts.overlays.mapNote(weekday(day))}</p>
      <Legend view="worst" attribution={network.attribution} />
    </NetworkMap>
  );
}
