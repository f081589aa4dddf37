/** Figures of a check: counts of any size, and measures that may be very small. */
import { LOCALE } from "./locale";

const COUNT = new Intl.NumberFormat(LOCALE);
const MEASURE = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 3 });
const SMALL = new Intl.NumberFormat(LOCALE, { notation: "scientific", maximumSignificantDigits: 2 });
const SMALL_BELOW = 1e-3;

/** "20,533,075" */
export const count = (amount: bigint | number): string => COUNT.format(amount);

/** "0.0417", "3.1E-7", "0" */
export function measure(figure: number): string {
  const size = Math.abs(figure);
  return size > 0 && size < SMALL_BELOW ? SMALL.format(figure) : MEASURE.format(figure);
}
