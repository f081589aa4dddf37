/** What the address of the settlement screen holds: everything that is needed to show it to somebody else. */
import type { GasDay } from "../../format/days";
import { monthOf, parseGasDay } from "../../format/days";
import { readLineRef, readSequence } from "../../format/places";

export const CODES = ["RESERVATION", "SECONDARY_PRICE", "RELEASE_CREDIT"] as const;
export type ChargeCode = (typeof CODES)[number];

export interface Address {
  /** The code of the party whose accounts are shown; all that one may see if it says nothing. */
  readonly party?: string | undefined;
  /** The first day of a gas month. */
  readonly month?: GasDay | undefined;
  readonly code?: ChargeCode | undefined;
  /** The id of a contract. */
  readonly contract?: string | undefined;
  /** Only entries before this place in the ledger. */
  readonly before?: number | undefined;
  /** The first gas month of the balances. */
  readonly from?: GasDay | undefined;
  readonly view?: "table" | undefined;
  /** The charge shown in full, such as "73.0". */
  readonly charge?: string | undefined;
  /** Whether the proof of the charge's entry is checked. */
  readonly proof?: "checked" | undefined;
  /** What is shown in place of a charge. */
  readonly show?: "log" | "parked" | undefined;
}

const oneOf = <Value extends string>(values: readonly Value[], text: unknown): Value | undefined =>
  values.find((value) => value === text);

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

function gasMonthOf(value: unknown): GasDay | undefined {
  const day = parseGasDay(textOf(value));
  return day === undefined ? undefined : monthOf(day);
}

function lineOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined || readLineRef(text) === undefined ? undefined : text;
}

/** Read the search part of an address; what is not understood is left out. */
export const readAddress = (search: Readonly<Record<string, unknown>>): Address => ({
  party: textOf(search.party),
  month: gasMonthOf(search.month),
  code: oneOf(CODES, search.code),
  contract: textOf(search.contract),
  before: readSequence(String(search.before)),
  from: gasMonthOf(search.from),
  view: oneOf(["table"] as const, search.view),
  charge: lineOf(search.charge),
  proof: oneOf(["checked"] as const, search.proof),
  show: oneOf(["log", "parked"] as const, search.show),
});

/** Choose a filter: pages begin anew. */
export const filtered = (address: Address, filter: Pick<Address, "code" | "contract" | "month" | "party">): Address => ({
  ...address,
  ...filter,
  before: undefined,
});

/** Show a charge, without what was shown in its place or of another one. */
export const withCharge = (address: Address, charge: string | undefined): Address => ({
  ...address,
  charge,
  proof: undefined,
  show: undefined,
});
