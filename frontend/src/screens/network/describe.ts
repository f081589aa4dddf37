/** Elements of the map in words, for tips and screen readers. */
import { short, shortUnitName } from "../../format/amounts";
import type { GasDay } from "../../format/days";
import { pressure, percent } from "../../format/percent";
import type { Hit } from "../../parts/network_map/geometry";
import { texts } from "../../texts/en";
import type { View } from "./address";
import { figureOn } from "../../free/free";
import { pressureColumn } from "./pressure";
import type { Shown } from "./shown";
import { shareOf, edgeUseOn } from "./usage";

export function describe(hit: Hit, shown: Shown, view: View, day: GasDay): string {
  return hit.kind === "edge" ? edge(hit.code, shown, view, day) : node(hit.code, shown, day);
}

function edge(code: string, { network, workspace: { usage }, nameOf }: Shown, view: View, day: GasDay): string {
  const found = network.edges.find((one) => one.code === code);
  if (found === undefined) return nameOf(code);
  const way = `${nameOf(found.tail.code)} › ${nameOf(found.head.code)}`;
  const use = edgeUseOn(usage, code, day);
  if (use === undefined) return `${nameOf(code)}\n${way}`;
  const asked = view === "expected" ? "expected" : "worst";
  const used = shareOf(use, asked);
  return `${nameOf(code)}\n${way}\n${texts.map.use[asked]} ${used === undefined ? texts.edge.unknown : percent(used)}`;
}

function node(code: string, { network, workspace: { free, pressures }, nameOf }: Shown, day: GasDay): string {
  const unit = shortUnitName(network.unit);
  const lines = [nameOf(code)];
  for (const [routes, title] of [[free?.entries, texts.map.entry], [free?.exits, texts.map.exit]] as const) {
    const route = routes?.find(({ receipt, delivery }) => (receipt ?? delivery) === code);
    const figure = route && figureOn(route, day);
    if (figure !== undefined) lines.push(`${title} ${figure.isBound ? "≤ " : ""}${short(figure.quantity, network.unit)} ${unit}`);
  }
  const bar = pressures?.at(code, pressureColumn(pressures.stretches, day));
  if (bar !== undefined) lines.push(texts.map.pressure(pressure(bar.bar), pressure(bar.minBar), pressure(bar.maxBar)));
  return lines.join("\n");
}
