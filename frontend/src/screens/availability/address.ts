/** What the address of the availability screen holds: everything that is needed to show it to somebody else. */
import type { Quantity } from "../../format/amounts";
import { quantityOfDigits } from "../../format/amounts";
import type { GasDay } from "../../format/days";
import { parseGasDay } from "../../format/days";

/** What the rows of the matrix are; the columns are the others. */
export const SIDES = ["entries", "exits"] as const;
export type Side = (typeof SIDES)[number];

export interface Address {
  /** The calendar of points if it says nothing. */
  readonly view?: "matrix" | undefined;
  /** The least quantity that is of use. */
  readonly need?: Quantity | undefined;
  readonly start?: GasDay | undefined;
  readonly end?: GasDay | undefined;
  /** What the names or codes of entries have in them. */
  readonly entry?: string | undefined;
  readonly exit?: string | undefined;
  /** By name if it says nothing. */
  readonly order?: "free" | undefined;
  /** The code of the column by whose figures the rows are ordered. */
  readonly by?: string | undefined;
  /** Whichever are more if it says nothing. */
  readonly rows?: Side | undefined;
}

/** Change what is shown; a step can be taken back with the browser's own button. */
export type Go = (change: Partial<Address>, isStep?: boolean) => void;

const oneOf = <Value extends string>(values: readonly Value[], text: unknown): Value | undefined => values.find((value) => value === text);

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Read the search part of an address; what is not understood is left out. */
export const readAddress = (search: Readonly<Record<string, unknown>>): Address => ({
  view: oneOf(["matrix"] as const, search.view),
  // What was read once is read again by the router, numbers as numbers.
  need: quantityOfDigits(String(search.need)),
  start: parseGasDay(textOf(search.start)),
  end: parseGasDay(textOf(search.end)),
  entry: textOf(search.entry),
  exit: textOf(search.exit),
  order: oneOf(["free"] as const, search.order),
  by: textOf(search.by),
  rows: oneOf(SIDES, search.rows),
});
