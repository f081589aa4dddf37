import { LOCALE } from "./locale";

const PERCENT = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 0 });
const ALMOST_ALL = 0.995;

/** "93%"; never 100 where something is left. */
export const percent = (share: number): string => PERCENT.format(share < 1 && share >= ALMOST_ALL ? 0.99 : share);

const BAR = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** "64.2 bar" */
export const pressure = (bar: number): string => `${BAR.format(bar)} bar`;
