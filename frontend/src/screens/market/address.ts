/** What the address of the market holds: which offers are listed, which one is chosen, and what is being written. */
import type { Decimal, Quantity } from "../../format/amounts";
import { quantityOfDigits, readPrice } from "../../format/amounts";
import type { Clock, Days, GasDay } from "../../format/days";
import { addDays, gasDayAt, parseGasDay, readDayCount } from "../../format/days";

export const KINDS = ["listings", "calls", "releases", "clearings"] as const;
export type Kind = (typeof KINDS)[number];

export const OFFERS = ["listing", "call", "release"] as const;
/** As what a part of a contract is offered. */
export type OfferedAs = (typeof OFFERS)[number];

export const METHODS = ["HIGHEST_RATE", "NET_REVENUE", "PRESENT_VALUE"] as const;
export const TIES = ["PRO_RATA", "EARLIEST", "LOTTERY"] as const;
export const PASSES = ["ASSIGNMENT", "TRANSFER_OF_USE"] as const;

/** Which offers are listed. */
export interface Filter {
  /** All kinds if it says nothing. */
  readonly show?: Kind | undefined;
  readonly mine?: "yes" | undefined;
  readonly receipt?: string | undefined;
  readonly delivery?: string | undefined;
  readonly start?: GasDay | undefined;
  readonly end?: GasDay | undefined;
}

/** At most one of them: the offer that is shown in full, or the one that is being written. */
export interface Chosen {
  readonly listing?: string | undefined;
  readonly call?: string | undefined;
  readonly release?: string | undefined;
  readonly clearing?: string | undefined;
  /** The code or id of the contract that is offered. */
  readonly offer?: string | undefined;
  /** A call to buy on the route of the filter. */
  readonly buy?: "yes" | undefined;
}

/** What is being written: an answer to an offer, or an offer. */
export interface Draft {
  readonly quantity?: Quantity | undefined;
  readonly price?: Decimal | undefined;
  readonly from?: GasDay | undefined;
  readonly to?: GasDay | undefined;
  /** A date and time by the network's clock: until when bids, orders or an acceptance are taken. */
  readonly until?: string | undefined;
  readonly as?: OfferedAs | undefined;
  readonly passes?: (typeof PASSES)[number] | undefined;
  readonly indicative?: "yes" | undefined;
  readonly least?: Quantity | undefined;
  /** Gas days. */
  readonly term?: number | undefined;
  readonly method?: (typeof METHODS)[number] | undefined;
  readonly discount?: Decimal | undefined;
  readonly ties?: (typeof TIES)[number] | undefined;
  /** The code of the one party that may bid. */
  readonly bidder?: string | undefined;
  /** The id of the contract that an order, or an offer in a clearing, sells from. */
  readonly contract?: string | undefined;
  /** The codes of the points of the path that a bid in a clearing asks for. */
  readonly entry?: string | undefined;
  readonly exit?: string | undefined;
}

export type Address = Chosen & Draft & Filter;

export type Go = (change: Partial<Address>, isStep?: boolean) => void;

const oneOf = <Value extends string>(values: readonly Value[], text: unknown): Value | undefined => values.find((value) => value === text);

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Read the search part of an address; what is not understood is left out. */
export function readAddress(search: Readonly<Record<string, unknown>>): Address {
  const day = (name: string) => parseGasDay(textOf(search[name]));
  // What was read once is read again by the router, numbers as numbers.
  const quantity = (name: string) => quantityOfDigits(String(search[name]));
  const price = (name: string) => readPrice(textOf(search[name]) ?? "");
  return {
    show: oneOf(KINDS, search.show),
    mine: oneOf(["yes"] as const, search.mine),
    receipt: textOf(search.receipt),
    delivery: textOf(search.delivery),
    start: day("start"),
    end: day("end"),
    listing: textOf(search.listing),
    call: textOf(search.call),
    release: textOf(search.release),
    clearing: textOf(search.clearing),
    offer: textOf(search.offer),
    buy: oneOf(["yes"] as const, search.buy),
    quantity: quantity("quantity"),
    price: price("price"),
    from: day("from"),
    to: day("to"),
    until: textOf(search.until),
    as: oneOf(OFFERS, search.as),
    passes: oneOf(PASSES, search.passes),
    indicative: oneOf(["yes"] as const, search.indicative),
    least: quantity("least"),
    term: readDayCount(String(search.term)),
    method: oneOf(METHODS, search.method),
    discount: price("discount"),
    ties: oneOf(TIES, search.ties),
    bidder: textOf(search.bidder),
    contract: textOf(search.contract),
    entry: textOf(search.entry),
    exit: textOf(search.exit),
  };
}

export const filterOf = ({ show, mine, receipt, delivery, start, end }: Address): Filter => ({ show, mine, receipt, delivery, start, end });

export const isChosen = ({ listing, call, release, clearing, offer, buy }: Address): boolean =>
  (listing ?? call ?? release ?? clearing ?? offer ?? buy) !== undefined;

/** The days of the filter; one bound alone means one gas day. */
export function filterDays({ start, end }: Filter): Days | undefined {
  const first = start ?? (end === undefined ? undefined : addDays(end, -1));
  if (first === undefined) return undefined;
  return { start: first, end: end !== undefined && end > first ? end : addDays(first, 1) };
}

/** The days that are written, within those that are on offer. */
export function draftDays({ from, to }: Draft, offered: Days): Days {
  const start = from ?? offered.start;
  return { start, end: to !== undefined && to > start ? to : offered.end };
}

/** The gas days of a period that have not begun; all of it if none are left. */
export function daysToCome(period: Days, now: Date, clock: Clock): Days {
  const next = addDays(gasDayAt(now, clock), 1);
  return period.end > next && period.start < next ? { start: next, end: period.end } : period;
}
