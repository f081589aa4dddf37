/** Gas days: half-open periods of local dates, and how they are written. */
import { LOCALE } from "./locale";

declare const gasDay: unique symbol;
/** A local date such as "2027-01-31"; dates compare as texts do. */
export type GasDay = string & { readonly [gasDay]: true };

export interface Days {
  readonly start: GasDay;
  /** The gas day after the last one. */
  readonly end: GasDay;
}

export interface Clock {
  readonly zone: string;
  readonly startHour: number;
}

const DAY_MS = 86_400_000;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The days since 1970, for places on a time axis. */
export const dayNumber = (day: GasDay): number => Date.parse(day) / DAY_MS;

export const dayOfNumber = (number: number): GasDay => new Date(number * DAY_MS).toISOString().slice(0, 10) as GasDay;

export const addDays = (day: GasDay, days: number): GasDay => dayOfNumber(dayNumber(day) + days);

/** The same day of another month, or that month's last one. */
export function addMonths(day: GasDay, months: number): GasDay {
  const date = new Date(day);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return date.toISOString().slice(0, 10) as GasDay;
}

export const monthOf = (day: GasDay): GasDay => `${day.slice(0, 8)}01` as GasDay;

export function parseGasDay(text: string | undefined): GasDay | undefined {
  if (text === undefined || !ISO_DATE.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== text ? undefined : (text as GasDay);
}

const DAY_COUNT = /^[1-9]\d{0,3}$/;

/** A number of gas days that a person types or an address holds. */
export const readDayCount = (text: string): number | undefined => (DAY_COUNT.test(text.trim()) ? Number(text) : undefined);

/** The gas day that runs at an instant. */
export function gasDayAt(instant: Date, clock: Clock): GasDay {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: clock.zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const date = `${part.year ?? ""}-${part.month ?? ""}-${part.day ?? ""}` as GasDay;
  return Number(part.hour) < clock.startHour ? addDays(date, -1) : date;
}

/** The first days of all months that begin within some days. */
export function monthsWithin({ start, end }: Days): GasDay[] {
  const months: GasDay[] = [];
  for (let month = monthOf(start); month < end; month = addMonths(month, 1)) {
    if (month >= start) months.push(month);
  }
  return months;
}

export const holds = (days: Days, day: GasDay): boolean => days.start <= day && day < days.end;

/** What two periods share; undefined if nothing. */
export function overlap(one: Days, other: Days): Days | undefined {
  const start = one.start > other.start ? one.start : other.start;
  const end = one.end < other.end ? one.end : other.end;
  return start < end ? { start, end } : undefined;
}

const write = (options: Intl.DateTimeFormatOptions): ((day: GasDay) => string) => {
  const format = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: "UTC" });
  return (day) => format.format(new Date(day));
};

/** "15 Jan" */
export const shortDay = write({ day: "numeric", month: "short" });
/** "15 Jan 2027" */
export const fullDay = write({ day: "numeric", month: "short", year: "numeric" });
/** "Fri 15 Jan 2027" */
export const weekday = write({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
export const shortMonth = write({ month: "short" });
export const monthAndYear = write({ month: "short", year: "numeric" });

const range = (options: Intl.DateTimeFormatOptions): ((days: Days) => string) => {
  const format = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: "UTC" });
  return ({ start, end }) => format.formatRange(new Date(start), new Date(addDays(end, -1)));
};

/** "1 Dec 2026 – 31 Mar 2027", with the last gas day as people say it */
export const fullDays = range({ day: "numeric", month: "short", year: "numeric" });
/** "1 – 31 Dec" */
export const shortDays = range({ day: "numeric", month: "short" });
