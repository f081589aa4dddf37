/** The map of a gas day: colours by what the view shows, rings of own rights, and what is chosen. */
import type { GasDay } from "../../format/days";
import type { Cut, Scene } from "../../parts/network_map/scene";
import { UNKNOWN } from "../../parts/network_map/scene";
import type { RouteCodes, View } from "./address";
import { figureOn, freeClass, mostDrawn } from "../../free/free";
import { pressureClass, pressureColumn } from "./pressure";
import type { PublishedNetwork } from "./queries";
import { ringsOn } from "./rights";
import { columnOf, edgeUse, lookOf } from "./usage";
import type { Workspace } from "./useWorkspace";

interface Shown {
  readonly view: View;
  readonly day: GasDay;
  readonly edge: string | undefined;
  readonly route: RouteCodes | undefined;
  readonly cut: Cut | undefined;
}

export function sceneOf(network: PublishedNetwork, workspace: Workspace, { view, day, edge, route, cut }: Shown): Scene {
  return {
    edges: edgeLooks(network, workspace, view, day),
    nodes: nodeColours(network, workspace, view, day),
    rings: ringsOn(workspace.rights, day),
    chosenNodes: [route?.receipt, route?.delivery].filter((code) => code !== undefined),
    chosenEdge: edge,
    cut,
  };
}

function edgeLooks(network: PublishedNetwork, { usage }: Workspace, view: View, day: GasDay): Uint8Array {
  const looks = new Uint8Array(network.edges.length);
  if (view !== "worst" && view !== "expected") return looks;
  const column = usage === undefined ? -1 : columnOf(usage.stretches, day);
  return looks.map((_, index) => {
    const row = usage?.row.get(network.edges[index]?.code ?? "");
    return usage === undefined || row === undefined || column === -1 ? UNKNOWN : lookOf(edgeUse(usage, row, column), view);
  });
}

function nodeColours(network: PublishedNetwork, { free, pressures }: Workspace, view: View, day: GasDay): ReadonlyMap<string, string> {
  const colours = new Map<string, string>();
  if (view === "pressure" && pressures !== undefined) {
    const column = pressureColumn(pressures.stretches, day);
    for (const { code } of network.nodes) {
      const pressure = pressures.at(code, column);
      if (pressure !== undefined) colours.set(code, `u${String(pressureClass(pressure))}`);
    }
  }
  if (view === "free" && free !== undefined) {
    const routes = [...free.entries, ...free.exits];
    const most = mostDrawn(routes);
    for (const route of routes) {
      const figure = figureOn(route, day);
      const code = route.receipt ?? route.delivery;
      if (figure !== undefined && code !== null) colours.set(code, `free-${String(freeClass(figure.quantity, most))}`);
    }
  }
  return colours;
}
