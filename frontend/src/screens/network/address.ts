/** What the address of the network workspace holds: everything that is needed to show it to somebody else. */
import type { Quantity } from "../../format/amounts";
import { quantityOfDigits } from "../../format/amounts";
import type { Days, GasDay } from "../../format/days";
import { addMonths, parseGasDay } from "../../format/days";

export const VIEWS = ["worst", "expected", "pressure", "free"] as const;
export type View = (typeof VIEWS)[number];

/** How many months the time axis spans. */
export const SPANS = ["1", "4", "12"] as const;
export type Span = (typeof SPANS)[number];

export interface Address {
  readonly show?: View | undefined;
  readonly day?: GasDay | undefined;
  readonly from?: GasDay | undefined;
  readonly months?: Span | undefined;
  readonly edge?: string | undefined;
  readonly receipt?: string | undefined;
  readonly delivery?: string | undefined;
  readonly quantity?: Quantity | undefined;
  readonly start?: GasDay | undefined;
  readonly end?: GasDay | undefined;
  /** Firm if it says nothing. */
  readonly firmness?: Firmness | undefined;
  /** What the names of the listed points contain. */
  readonly find?: string | undefined;
  /** The order of the listed points: by name if it says nothing. */
  readonly order?: "free" | undefined;
}

export type Firmness = "FIRM" | "INTERRUPTIBLE";

export interface ShownTime {
  readonly axis: Days;
  readonly day: GasDay;
}

const oneOf = <Value extends string>(values: readonly Value[], text: unknown): Value | undefined =>
  values.find((value) => value === text);

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Read the search part of an address; what is not understood is left out. */
export const readAddress = (search: Readonly<Record<string, unknown>>): Address => ({
  show: oneOf(VIEWS, search.show),
  day: parseGasDay(textOf(search.day)),
  from: parseGasDay(textOf(search.from)),
  months: oneOf(SPANS, search.months),
  edge: textOf(search.edge),
  receipt: textOf(search.receipt),
  delivery: textOf(search.delivery),
  quantity: quantityOfDigits(String(search.quantity)),
  start: parseGasDay(textOf(search.start)),
  end: parseGasDay(textOf(search.end)),
  firmness: oneOf(["INTERRUPTIBLE"] as const, search.firmness),
  find: textOf(search.find),
  order: oneOf(["free"] as const, search.order),
});

const MONTHS: Record<Span, number> = { 1: 1, 4: 4, 12: 12 };
const USUAL_SPAN: Span = "4";

export const spanOf = (address: Address): Span => address.months ?? USUAL_SPAN;

export function shownTime(address: Address, today: GasDay): ShownTime {
  const start = address.from ?? today;
  const axis = { start, end: addMonths(start, MONTHS[spanOf(address)]) };
  const day = address.day ?? today;
  return { axis, day: day < axis.start || day >= axis.end ? axis.start : day };
}

export interface RouteCodes {
  readonly receipt: string | undefined;
  readonly delivery: string | undefined;
}

export const routeOf = ({ receipt, delivery }: Address): RouteCodes | undefined =>
  receipt === undefined && delivery === undefined ? undefined : { receipt, delivery };

/**
 * Choose a handover point: it becomes its end of the route, and the other end stays, so that two points make a
 * path. Chosen again it is taken out.
 */
export function withPoint(address: Address, code: string, end: "delivery" | "receipt"): Address {
  return { ...address, edge: undefined, [end]: address[end] === code ? undefined : code };
}
