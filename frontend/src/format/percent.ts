import { LOCALE } from "./locale";

const PERCENT = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 0 });
const ALMOST_ALL = 0.995;

/** "93%"; never 100 where something is left. */
export const percent = (share: number): string => PERCENT.format(share < 1 && share >= ALMOST_ALL ? 0.99 : share);

const BAR = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** "64.2 bar" */
export const pressure = (bar: number): string => `${BAR.format(bar)} bar`;

const EXACT_PERCENT = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 4 });

/** "62.5%", with every digit that people write. */
export const exactPercent = (share: number): string => EXACT_PERCENT.format(share);

const PERCENTAGE = /^\d{1,3}(?:\.\d{1,4})?$/;

/** The share that a field holds in percent, such as 0.625 for "62.5". */
export const shareOfText = (text: string): number | undefined =>
  PERCENTAGE.test(text.trim()) ? Number(`${text.trim()}e-2`) : undefined;

const timesOf = (roundingMode: "ceil" | "floor"): ((factor: number) => string) => {
  const format = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 3, maximumFractionDigits: 3, roundingMode });
  return (factor) => `${format.format(factor)} ×`;
};

/** "1.834 ×" of a factor up to which something holds: rounded down, so that it stays true. */
export const timesAtMost = timesOf("floor");

/** "1.835 ×" of a factor beyond which something fails: rounded up. */
export const timesBeyond = timesOf("ceil");
