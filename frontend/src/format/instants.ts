/** Instants in the reader's own time zone or as the clock of a network shows them, and lengths of time. */
import type { Clock, GasDay } from "./days";
import { addDays } from "./days";
import { LOCALE } from "./locale";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "21 Dec 2026, 08:00 CET" */
export const fullTime = (instant: Date, { zone }: Clock): string =>
  new Intl.DateTimeFormat(LOCALE, {
    timeZone: zone, day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  }).format(instant);

/** "14:40:07" on the day of `now`, else "21 Dec" */
export function tapeTime(instant: Date, now: Date, { zone }: Clock): string {
  const day = new Intl.DateTimeFormat(LOCALE, { timeZone: zone, day: "numeric", month: "short" });
  const text = day.format(instant);
  if (text !== day.format(now)) return text;
  return new Intl.DateTimeFormat(LOCALE, { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(instant);
}

/** "2026-12-21T08:00": what a field for date and time holds, by the network's clock */
export const localText = (instant: Date, { zone }: Clock): string =>
  new Date(instant.getTime() + offset(instant.getTime(), zone)).toISOString().slice(0, 16);

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** The instant at which the network's clock shows a text; undefined if it is none. */
export function instantOf(text: string | undefined, { zone }: Clock): Date | undefined {
  if (text === undefined || !LOCAL.test(text)) return undefined;
  const shown = Date.parse(`${text}Z`);
  if (Number.isNaN(shown)) return undefined;
  // The offset of the instant itself, which may differ from that of the first guess when clocks change between them.
  const guess = shown - offset(shown, zone);
  return new Date(shown - offset(guess, zone));
}

/** When a gas day begins. */
export function startOf(day: GasDay, clock: Clock): Date {
  const start = instantOf(`${day}T${String(clock.startHour).padStart(2, "0")}:00`, clock);
  return start ?? new Date(day);
}

/** How many hours a gas day has: 23 or 25 where clocks change. */
export const hoursOf = (day: GasDay, clock: Clock): number =>
  (startOf(addDays(day, 1), clock).getTime() - startOf(day, clock).getTime()) / HOUR_MS;

/** How far a zone's clock is before UTC at an instant, in ms. */
function offset(instant: number, zone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23",
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const shown = `${part.year ?? ""}-${part.month ?? ""}-${part.day ?? ""}T${part.hour ?? ""}:${part.minute ?? ""}:${part.second ?? ""}Z`;
  return Date.parse(shown) - Math.floor(instant / 1_000) * 1_000;
}

export const hoursAfter = (instant: Date, hours: number): Date => new Date(instant.getTime() + hours * HOUR_MS);

/** The sooner of two instants, at its whole minute. */
export const sooner = (one: Date, other: Date): Date =>
  new Date(Math.floor(Math.min(one.getTime(), other.getTime()) / MINUTE_MS) * MINUTE_MS);

/** "4 d", "39 h 59 m", "18 m 53 s": how long it is until an instant; undefined once it has passed. */
export function timeLeft(until: Date, now: Date): string | undefined {
  const left = until.getTime() - now.getTime();
  if (left <= 0) return undefined;
  const [days, hours, minutes, seconds] = [left / DAY_MS, left / HOUR_MS, left / MINUTE_MS, left / 1_000].map(Math.floor) as [number, number, number, number];
  if (days >= 2) return `${String(days)} d`;
  if (hours >= 1) return `${String(hours)} h ${String(minutes % 60)} m`;
  return `${String(minutes)} m ${String(seconds % 60)} s`;
}

const INSTANT = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** "1 Dec 2026, 14:05" */
export const instant = (text: string): string => INSTANT.format(new Date(text));

const DATE = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });

/** "15 Jan 2027" */
export const dateOf = (utc: string): string => DATE.format(new Date(utc));

/** "2027-01-15", the day in UTC some days from now. */
export const dayFromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

const AGES = [[86_400, "day"], [3_600, "hour"], [60, "minute"]] as const;

/** "2 hours": as much as is worth knowing of a length of time. */
export function duration(seconds: number): string {
  const [length, unit] = AGES.find(([one]) => seconds >= one) ?? ([1, "second"] as const);
  return new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(seconds / length);
}

const TIME = new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium" });
const DAY_AND_TIME = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const ZONED = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });

const isToday = (instant: Date): boolean => instant.toDateString() === new Date().toDateString();

/** "14:40:07", with its day where that is not today's. */
export function shortInstant(text: string): string {
  const instant = new Date(text);
  return (isToday(instant) ? TIME : DAY_AND_TIME).format(instant);
}

/** "1 Dec 2026, 14:40:07 CET" */
export const fullInstant = (text: string): string => ZONED.format(new Date(text));
