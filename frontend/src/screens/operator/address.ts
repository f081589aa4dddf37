/** What the address of the operator's screen holds: the part, and what a colleague may be asked to look at. */
import type { Days, GasDay } from "../../format/days";
import { addMonths, monthOf, parseGasDay } from "../../format/days";

export const PARTS = ["overlays", "shortfalls", "rules", "tariffs", "validation", "import", "audit"] as const;
export type Part = (typeof PARTS)[number];

export const OVERLAY_KINDS = ["MAINTENANCE", "DERATING", "SEASON"] as const;
export type OverlayKind = (typeof OVERLAY_KINDS)[number];

export interface OperatorAddress {
  readonly part?: Part | undefined;
  /** An overlay that is being written: its edge, why, percent left, days and reason. */
  readonly edge?: string | undefined;
  readonly kind?: OverlayKind | undefined;
  readonly percent?: string | undefined;
  readonly reason?: string | undefined;
  /** Also the days that shortfalls are shown of. */
  readonly start?: GasDay | undefined;
  readonly end?: GasDay | undefined;
  /** The gas day to validate, and the job that does. */
  readonly day?: GasDay | undefined;
  readonly job?: string | undefined;
  readonly index?: string | undefined;
}

const oneOf = <Value extends string>(values: readonly Value[], text: unknown): Value | undefined =>
  values.find((value) => value === text);

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Read the search part of an address; what is not understood is left out. */
export const readOperatorAddress = (search: Readonly<Record<string, unknown>>): OperatorAddress => ({
  part: oneOf(PARTS, search.part) ?? "overlays",
  edge: textOf(search.edge),
  kind: oneOf(OVERLAY_KINDS, search.kind),
  percent: textOf(search.percent),
  reason: textOf(search.reason),
  start: parseGasDay(textOf(search.start)),
  end: parseGasDay(textOf(search.end)),
  day: parseGasDay(textOf(search.day)),
  job: textOf(search.job),
  index: textOf(search.index),
});

const SHORTFALL_MONTHS = 3;

/** The days of an overlay: the next whole month unless others are chosen. */
export const overlayDays = (address: OperatorAddress, today: GasDay): Days =>
  daysFrom(address, addMonths(monthOf(today), 1), 1);

/** The days that shortfalls are shown of: some months from today unless others are chosen. */
export const shortfallDays = (address: OperatorAddress, today: GasDay): Days => daysFrom(address, today, SHORTFALL_MONTHS);

function daysFrom({ start, end }: OperatorAddress, first: GasDay, months: number): Days {
  const from = start ?? first;
  return { start: from, end: end !== undefined && end > from ? end : addMonths(from, months) };
}
