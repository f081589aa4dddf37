/** How full each edge is on each gas day, and how that looks on the map. */
import { lengths, quantities } from "../../api/columns";
import type { Table } from "../../api/columns";
import type { Quantity } from "../../format/amounts";
import type { Days, GasDay } from "../../format/days";
import { holds } from "../../format/days";
import { drawn, isNothing, share } from "../../format/drawing";
import { CLOSED, UNKNOWN, USE_CLASSES, classOfUse } from "../../parts/network_map/scene";
import type { Usage } from "./queries";

export interface DirectionUse {
  readonly capacity: Quantity | undefined;
  readonly worst: Quantity | undefined;
  readonly headroom: Quantity | undefined;
}

interface DirectionTables {
  readonly capacity: Table<Quantity>;
  readonly worst: Table<Quantity>;
  readonly headroom: Table<Quantity>;
}

export interface UsageTables {
  readonly stretches: readonly Days[];
  readonly row: ReadonlyMap<string, number>;
  readonly flow: Table<number>;
  readonly forward: DirectionTables;
  readonly backward: DirectionTables;
}

export function readUsage(usage: Usage): UsageTables {
  const columns = usage.stretches.length;
  return {
    stretches: usage.stretches,
    row: new Map(usage.edgeCodes.map((code, row) => [code, row])),
    flow: lengths(usage.flow, columns),
    forward: {
      capacity: quantities(usage.capacityForward, columns),
      worst: quantities(usage.worstForward, columns),
      headroom: quantities(usage.headroomForward, columns),
    },
    backward: {
      capacity: quantities(usage.capacityBackward, columns),
      worst: quantities(usage.worstBackward, columns),
      headroom: quantities(usage.headroomBackward, columns),
    },
  };
}

export const columnOf = (stretches: readonly Days[], day: GasDay): number =>
  stretches.findIndex((stretch) => holds(stretch, day));

export const directionUse = (tables: DirectionTables, row: number, column: number): DirectionUse => ({
  capacity: tables.capacity.at(row, column),
  worst: tables.worst.at(row, column),
  headroom: tables.headroom.at(row, column),
});

/** How full one direction gets at worst, from 0 to 1; undefined where that is not known. */
export function worstShare({ capacity, worst, headroom }: DirectionUse): number | undefined {
  if (capacity === undefined || isNothing(capacity)) return 0;
  if (headroom !== undefined && isNothing(headroom)) return 1;
  return worst === undefined ? undefined : share(worst, capacity);
}

export interface EdgeUse {
  readonly forward: DirectionUse;
  readonly backward: DirectionUse;
  /** Negative from head to tail. */
  readonly flow: number;
}

export const edgeUse = (usage: UsageTables, row: number, column: number): EdgeUse => ({
  forward: directionUse(usage.forward, row, column),
  backward: directionUse(usage.backward, row, column),
  flow: usage.flow.at(row, column) ?? 0,
});

/** How full an edge is on a gas day; undefined where the tables have not both. */
export function edgeUseOn(usage: UsageTables | undefined, edge: string, day: GasDay): EdgeUse | undefined {
  const row = usage?.row.get(edge);
  const column = usage === undefined ? -1 : columnOf(usage.stretches, day);
  return usage === undefined || row === undefined || column === -1 ? undefined : edgeUse(usage, row, column);
}

/** The direction of an edge that is fuller at worst: forward from tail to head, also where both are as full. */
export function fullerUse(usage: UsageTables, row: number, column: number): { readonly use: DirectionUse; readonly isForward: boolean } {
  const { forward, backward } = edgeUse(usage, row, column);
  const isForward = (worstShare(backward) ?? -1) <= (worstShare(forward) ?? -1);
  return { use: isForward ? forward : backward, isForward };
}

const isClosed = ({ capacity }: DirectionUse): boolean => capacity !== undefined && isNothing(capacity);

/** The share that the map colours: of the worst nomination in either direction, or of the expected flow. */
export function shareOf(use: EdgeUse, view: "expected" | "worst"): number | undefined {
  if (view === "expected") {
    const { capacity } = use.flow < 0 ? use.backward : use.forward;
    return capacity === undefined || isNothing(capacity) ? 0 : Math.abs(use.flow) / drawn(capacity);
  }
  const shares = [worstShare(use.forward), worstShare(use.backward)].filter((one) => one !== undefined);
  return shares.length === 0 ? undefined : Math.max(...shares);
}

export function lookOf(use: EdgeUse, view: "expected" | "worst"): number {
  if (isClosed(use.forward) && isClosed(use.backward)) return CLOSED;
  const used = shareOf(use, view);
  return used === undefined ? UNKNOWN : Math.min(USE_CLASSES - 1, classOfUse(used));
}
