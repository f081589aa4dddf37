/** Routes, periods and stacks of rights, as certificates and rights have them. */
import type { Reader } from "./reader";

export interface Route {
  /** Null is the hub. */
  readonly receipt: string | null;
  readonly delivery: string | null;
}

/** Gas days from `start` up to, not including, `end`, in days since 1970. */
export interface Days {
  readonly start: number;
  readonly end: number;
}

export type Firmness = "firm" | "interruptible";

/** Whole commercial units by route; see `keyOf`. */
export type Rights = ReadonlyMap<string, Right>;

export interface Right {
  readonly route: Route;
  readonly quantity: bigint;
}

const DAYS_MAX = 20 * 366;

export const keyOf = ({ receipt, delivery }: Route): string => JSON.stringify([receipt, delivery]);

export const routeInWords = ({ receipt, delivery }: Route): string => `${receipt ?? "hub"} → ${delivery ?? "hub"}`;

const DAY_MS = 86_400_000;
export const isoDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

export function daysInWords({ start, end }: Days): string {
  return end - start === 1 ? isoDay(start) : `${isoDay(start)} to ${isoDay(end - 1)}`;
}

export const quantityOf = (rights: Rights, route: Route): bigint => rights.get(keyOf(route))?.quantity ?? 0n;

/** The rights with `quantity` more on a route. */
export function plus(rights: Rights, route: Route, quantity: bigint): Map<string, Right> {
  const sum = quantityOf(rights, route) + quantity;
  return new Map([...rights, [keyOf(route), { route, quantity: sum }]]);
}

export function readRoute(reader: Reader): Route {
  const of = reader.members(["receipt", "delivery"]);
  const [receipt, delivery] = [of("receipt"), of("delivery")].map((end) => {
    if (end.isMissing) end.note("is missing");
    return end.optional((one) => one.text());
  });
  if (receipt === delivery) reader.note("needs two different ends");
  return { receipt: receipt ?? null, delivery: delivery ?? null };
}

export function readDays(reader: Reader): Days {
  const of = reader.members(["start", "end"]);
  const days = { start: of("start").day(), end: of("end").day() };
  if (days.start >= days.end || days.end - days.start > DAYS_MAX) reader.note("is no period of gas days");
  return days;
}

/** A list of [route, quantity]; of a route given twice the later quantity counts. */
export function readStack(reader: Reader): Rights {
  return new Map(reader.list(readRight).map((right) => [keyOf(right.route), right]));
}

export function readRight(reader: Reader): Right {
  const [route, quantity] = reader.tuple(2) as [Reader, Reader];
  return { route: readRoute(route), quantity: quantity.whole() };
}
