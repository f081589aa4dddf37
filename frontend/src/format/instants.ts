/** Instants in the reader's own time zone. */
import { LOCALE } from "./locale";

const INSTANT = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** "1 Dec 2026, 14:05" */
export const instant = (text: string): string => INSTANT.format(new Date(text));

const AGES = [[86_400, "day"], [3_600, "hour"], [60, "minute"]] as const;

/** "2 hours": as much as is worth knowing of a length of time. */
export function duration(seconds: number): string {
  const [length, unit] = AGES.find(([one]) => seconds >= one) ?? ([1, "second"] as const);
  return new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(seconds / length);
}
