/** What the time panel shows for what is chosen. */
import { short, shortUnitName } from "../../format/amounts";
import { overlap } from "../../format/days";
import { drawn } from "../../format/drawing";
import { percent } from "../../format/percent";
import { classOfUse } from "../../parts/network_map/scene";
import type { StripPart } from "../../parts/time_axis/Strip";
import { texts } from "../../texts/en";
import { routeOf } from "./address";
import type { CapacityRequest } from "./request/draft";
import type { OwnRights } from "./rights";
import { touches } from "./rights";
import type { Shown } from "./shown";
import type { Chart } from "./time_panel/charts";
import { edgeChart, freeChart } from "./time_panel/charts";
import type { StripLine } from "./time_panel/TimePanel";
import { edgeUse, shareOf } from "./usage";

export function chartOf({ network, workspace: { usage }, address, axis, free, nameOf }: Shown, request: CapacityRequest | undefined): Chart | undefined {
  const { edge } = address;
  const row = edge === undefined ? undefined : usage?.row.get(edge);
  if (edge !== undefined && usage !== undefined && row !== undefined) return edgeChart(usage, row, nameOf(edge), network.unit, axis);
  const route = routeOf(address);
  if (route === undefined || free === undefined) return undefined;
  const title = texts.route.name(route.receipt && nameOf(route.receipt), route.delivery && nameOf(route.delivery));
  const chart = freeChart(free, title, network.unit, axis);
  const asked = request === undefined ? undefined : overlap(axis, request);
  return request === undefined || asked === undefined ? chart : { ...chart, limits: [{ days: asked, length: drawn(request.quantity) }], isAsked: true };
}

const STRIPS_MAX = 5;

export function stripsOf(shown: Shown): StripLine[] {
  const { edge, receipt, delivery } = shown.address;
  const rights = shown.workspace.rights.filter(
    (right) => right.stretches.length > 0 && ((receipt ?? delivery) === undefined || touches(right, receipt) || touches(right, delivery)),
  );
  const strips = rights.map((right) => rightsStrip(right, shown));
  if (edge !== undefined) strips.unshift(...edgeStrips(edge, shown));
  return [...pressureStrips(shown), ...strips].slice(0, STRIPS_MAX);
}

function rightsStrip({ key, receipt, delivery, stretches }: OwnRights, { network, axis, nameOf }: Shown): StripLine {
  const at = [receipt, delivery].filter((code) => code !== undefined).map(nameOf).join(" › ");
  return {
    key,
    label: texts.time.yours(at),
    parts: stretches.flatMap(({ days, owned }): StripPart[] => {
      const shown = overlap(days, axis);
      const text = `${short(owned, network.unit)} ${shortUnitName(network.unit)}`;
      return shown === undefined ? [] : [{ days: shown, text, fill: "accent-bg", ink: "accent" }];
    }),
  };
}

function edgeStrips(code: string, { workspace: { usage }, nameOf }: Shown): StripLine[] {
  const row = usage?.row.get(code);
  if (usage === undefined || row === undefined) return [];
  const parts = usage.stretches.map((days, column): StripPart => {
    const used = shareOf(edgeUse(usage, row, column), "worst");
    if (used === undefined) return { days, text: texts.edge.unknown, fill: "bg-3", ink: "accent" };
    return { days, text: percent(used), fill: `u${String(Math.min(6, classOfUse(used)))}`, ink: "on-data" };
  });
  return [{ key: `edge ${code}`, label: texts.time.worst(nameOf(code)), parts }];
}

/** Gas days on which the rights sold leave no state of pressures, and where it fails. */
function pressureStrips({ workspace: { pressures } }: Shown): StripLine[] {
  const short = pressures?.stretches.filter(({ outcome }) => outcome === "INFEASIBLE") ?? [];
  if (short.length === 0) return [];
  const parts = short.map(({ period, shortage }): StripPart => ({
    days: period,
    text: shortage?.text ?? texts.pressure.infeasible,
    fill: "u6",
    ink: "on-data",
  }));
  return [{ key: "pressure", label: texts.time.pressures, parts }];
}
