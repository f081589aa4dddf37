/**
 * Quantities, prices and money: exact values that the API gives and the browser only writes.
 *
 * Their types are opaque, so that the compiler refuses arithmetic on them. Sums, differences and prices come
 * from the API. What is drawn needs lengths instead: see `drawing`.
 */
import { LOCALE } from "./locale";

declare const quantity: unique symbol;
declare const decimal: unique symbol;

/** A whole number in the network's commercial unit. */
export interface Quantity {
  readonly [quantity]: true;
}

/** An exact decimal. */
export interface Decimal {
  readonly [decimal]: true;
}

export type CommercialUnit = "DTH_PER_D" | "KWH_PER_H" | "MMSCF_PER_D" | "MWH_PER_D" | "SM3_PER_H";
export type Currency = "EUR" | "GBP" | "USD";

export interface Money {
  readonly amount: Decimal;
  readonly currency: Currency;
}

interface UnitNames {
  readonly exact: string;
  /** The unit of figures that are written with few digits, and its power of ten. */
  readonly short: string;
  readonly exponent: number;
}

const UNITS: Record<CommercialUnit, UnitNames> = {
  DTH_PER_D: { exact: "Dth/d", short: "thousand Dth/d", exponent: 3 },
  KWH_PER_H: { exact: "kWh/h", short: "GWh/h", exponent: 6 },
  MMSCF_PER_D: { exact: "MMscf/d", short: "MMscf/d", exponent: 0 },
  MWH_PER_D: { exact: "MWh/d", short: "GWh/d", exponent: 3 },
  SM3_PER_H: { exact: "Sm³/h", short: "thousand Sm³/h", exponent: 3 },
};

export const unitName = (unit: CommercialUnit): string => UNITS[unit].exact;
export const shortUnitName = (unit: CommercialUnit): string => UNITS[unit].short;

const WHOLE = new Intl.NumberFormat(LOCALE);
const SHORT = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** "1,404,421" */
export const whole = (amount: Quantity): string => WHOLE.format(amount as unknown as number);

/** "1.40", in the short unit; the exponent shifts the point of the exact figure. */
export function short(amount: Quantity, unit: CommercialUnit): string {
  return SHORT.format(shifted(amount, unit));
}

function shifted(amount: Quantity, unit: CommercialUnit): Intl.StringNumericLiteral {
  return `${(amount as unknown as number).toString()}e-${UNITS[unit].exponent.toString()}` as Intl.StringNumericLiteral;
}

const TICK = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });

/** "2.5", in the short unit, for the marks of an axis. */
export function tick(amount: Quantity, unit: CommercialUnit): string {
  return TICK.format(shifted(amount, unit));
}

/** "€1,794,512.98" */
export function money({ amount, currency }: Money): string {
  const format = new Intl.NumberFormat(LOCALE, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return format.format(amount as unknown as Intl.StringNumericLiteral);
}

const EVERY_DIGIT = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 20 });

/** "0.01144": a rate or another decimal with every digit it came with. */
export const everyDigit = (amount: Decimal): string => EVERY_DIGIT.format(amount as unknown as Intl.StringNumericLiteral);

/** Whether an amount is below nothing: it is owed to the party, not by it. */
export const isNegative = (amount: Decimal): boolean => (amount as unknown as string).startsWith("-");

/** The one text of a decimal without its sign: no digit that adds nothing. */
export function unsignedDigits(amount: Decimal): string {
  const text = (amount as unknown as string).replace("-", "");
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const TYPED = /^(\d+)(?:\.(\d+))?\s*(k|m|g)?w?h?(?:\/h|\/d)?$/i;
const POWERS: Readonly<Record<string, number>> = { k: 3, m: 6 };

/** Read what a person types: "1404421", "1,404,421", "6m" for six million, or "1.2 GWh/h" of a network in kWh/h. */
export function readQuantity(text: string, unit: CommercialUnit): Quantity | undefined {
  const match = TYPED.exec(text.replaceAll(/[\s,_’']/gu, ""));
  if (match === null) return undefined;
  const [, digits = "", decimals = "", suffix = ""] = match;
  const letter = suffix.toLowerCase();
  const power = letter === "g" ? UNITS[unit].exponent : (POWERS[letter] ?? 0);
  if (decimals.length > power) return undefined;
  return quantityOfDigits((digits + decimals.padEnd(power, "0")).replace(/^0+/, ""));
}

const WHOLE_NUMBER = /^[1-9]\d{0,14}$/;

/** The quantity that an address or a field holds: a whole number, exact in JavaScript. */
export const quantityOfDigits = (digits: string): Quantity | undefined =>
  WHOLE_NUMBER.test(digits) ? (Number(digits) as unknown as Quantity) : undefined;
