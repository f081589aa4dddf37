/** Instants, as the clock of the reader shows them. */
import { LOCALE } from "./locale";

const INSTANT = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const DATE = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });

/** "15 Jan 2027, 09:12" */
export const instant = (utc: string): string => INSTANT.format(new Date(utc));

/** "15 Jan 2027" */
export const dateOf = (utc: string): string => DATE.format(new Date(utc));

const DAY_MS = 86_400_000;

/** "2027-01-15", the day in UTC some days from now. */
export const dayFromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
