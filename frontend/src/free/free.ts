/** What points and paths still offer, by gas days. */
import { quantities } from "../api/columns";
import type { Quantity } from "../format/amounts";
import type { Days, GasDay } from "../format/days";
import { holds } from "../format/days";
import { drawn, isNothing, smallest } from "../format/drawing";
import type { Free } from "./queries";

type NotOnSale = Free["stretches"][number]["notOnSale"];

export interface FreeStretch {
  readonly days: Days;
  /** The largest booking verified. */
  readonly available: Quantity | undefined;
  /** What capacities allow: no booking gets more. */
  readonly atMost: Quantity | undefined;
  readonly notOnSale: NotOnSale;
}

export interface FreeRoute {
  readonly receipt: string | null;
  readonly delivery: string | null;
  readonly stretches: readonly FreeStretch[];
}

/** A figure that is verified, or the bound where that is not done yet. */
export interface FreeFigure {
  readonly quantity: Quantity;
  readonly isBound: boolean;
}

export function readFree(free: Free): FreeRoute[] {
  const columns = free.stretches.length;
  const available = quantities(free.available, columns);
  const atMost = quantities(free.atMost, columns);
  return free.receiptCodes.map((receipt, row) => ({
    receipt,
    delivery: free.deliveryCodes[row] ?? null,
    stretches: free.stretches.map(({ period, notOnSale }, column) => ({
      days: period,
      available: available.at(row, column),
      atMost: atMost.at(row, column),
      notOnSale,
    })),
  }));
}

export function figureOf({ available, atMost, notOnSale }: FreeStretch): FreeFigure | undefined {
  if (notOnSale !== null) return undefined;
  if (available !== undefined) return { quantity: available, isBound: false };
  return atMost === undefined ? undefined : { quantity: atMost, isBound: true };
}

export const figureOn = (route: FreeRoute, day: GasDay): FreeFigure | undefined => {
  const stretch = route.stretches.find(({ days }) => holds(days, day));
  return stretch === undefined ? undefined : figureOf(stretch);
};

/** The least of all gas days on sale, and whether any of them has no more than a bound; less than nothing cannot be. */
export function leastFree(route: FreeRoute): FreeFigure | undefined {
  const figures = route.stretches.map(figureOf).filter((figure) => figure !== undefined);
  const quantity = smallest(figures.map((figure) => figure.quantity));
  return quantity === undefined ? undefined : { quantity, isBound: !isNothing(quantity) && figures.some(({ isBound }) => isBound) };
}

/** The largest length that any of some routes needs on a chart. */
export const mostDrawn = (routes: readonly FreeRoute[]): number =>
  routes.reduce(
    (most, { stretches }) =>
      stretches.reduce((larger, stretch) => Math.max(larger, lengthOf(stretch)), most),
    0,
  );

/** The length of a stretch on a chart; nothing where it is not on sale. */
export function lengthOf(stretch: FreeStretch): number {
  const figure = figureOf(stretch);
  return figure === undefined ? 0 : drawn(figure.quantity);
}

const FREE_LIMITS = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2];

/** The class of what is free, from 0 for nothing to 6, by its share of the most that any point offers. */
export function freeClass(quantity: Quantity, most: number): number {
  const length = drawn(quantity);
  if (length === 0) return 0;
  const found = FREE_LIMITS.findIndex((limit) => length < limit * most);
  return found === -1 ? FREE_LIMITS.length + 1 : found + 1;
}
