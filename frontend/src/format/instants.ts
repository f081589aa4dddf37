/** Instants, written in the reader's own time zone. */
import { LOCALE } from "./locale";

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
