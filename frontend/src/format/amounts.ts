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

/** A quantity as the whole number that a document may hold, to be compared with it. */
export const wholeNumber = (amount: Quantity): bigint => BigInt(amount as unknown as number);

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

/** Whether an amount is below nothing: it is owed to the party, not by it. */
export const isNegative = (amount: Decimal): boolean => (amount as unknown as string).startsWith("-");

/** The one text of a decimal without its sign: no digit that adds nothing. */
export function unsignedDigits(amount: Decimal): string {
  const text = (amount as unknown as string).replace("-", "");
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Commas only between thousands: elsewhere one is a decimal point of somebody whose figures have it. */
const TYPED = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?(k|m|g)?(wh)?(\/[hd])?$/i;
const POWERS: Readonly<Record<string, number>> = { "": 0, k: 3, m: 6 };
const WATT_HOURS: Readonly<Record<string, number>> = { "": 0, k: 3, m: 6, g: 9 };
/** The power of ten of the units that are watt-hours. */
const ENERGY: Readonly<Partial<Record<CommercialUnit, number>>> = { KWH_PER_H: 3, MWH_PER_D: 6 };

/**
 * Read what a person types: "1404421", "1,404,421", "6m" for six million, or with a unit of energy, "1.2 GWh/h" or
 * "1200 MWh/h" in a network in kWh/h. "1.2g" is of the short unit.
 */
export function readQuantity(text: string, unit: CommercialUnit): Quantity | undefined {
  const match = TYPED.exec(text.replaceAll(/[\s_’']/gu, ""));
  if (match === null) return undefined;
  const [, digits = "", decimals = "", suffix = "", wattHours, per] = match;
  if (per !== undefined && !unitName(unit).endsWith(per.toLowerCase())) return undefined;
  const power = powerOf(suffix.toLowerCase(), wattHours !== undefined, unit);
  if (power === undefined || power < 0 || decimals.length > power) return undefined;
  return quantityOfDigits((digits.replaceAll(",", "") + decimals.padEnd(power, "0")).replace(/^0+/, ""));
}

function powerOf(letter: string, isEnergy: boolean, unit: CommercialUnit): number | undefined {
  if (!isEnergy) return letter === "g" ? UNITS[unit].exponent : POWERS[letter];
  const [said, counted] = [WATT_HOURS[letter], ENERGY[unit]];
  return said === undefined || counted === undefined ? undefined : said - counted;
}

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/** The decimal that a field holds, as it is written: "12.50". */
export const decimalOfText = (text: string): Decimal | undefined =>
  DECIMAL.test(text.trim()) ? (text.trim() as unknown as Decimal) : undefined;

const COUNT = /^\d{1,9}$/;

/** The count that a field holds, such as of days. */
export const countOfText = (text: string): number | undefined => (COUNT.test(text.trim()) ? Number(text) : undefined);

const WHOLE_NUMBER = /^[1-9]\d{0,14}$/;

/** The quantity that an address or a field holds: a whole number, exact in JavaScript. */
export const quantityOfDigits = (digits: string): Quantity | undefined =>
  WHOLE_NUMBER.test(digits) ? (Number(digits) as unknown as Quantity) : undefined;

const EXACT = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 20 });

/** "1.3", every digit of an exact decimal. */
export const exact = (amount: Decimal): string => EXACT.format(amount as unknown as Intl.StringNumericLiteral);

/** "€0.0088", every digit of a price of one unit, which may be less than a cent. */
export function unitPrice(amount: Decimal, currency: Currency): string {
  const format = new Intl.NumberFormat(LOCALE, {
    style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: 2, maximumFractionDigits: 20,
  });
  return format.format(amount as unknown as Intl.StringNumericLiteral);
}

const PRICE = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 4, maximumFractionDigits: 12 });

/** "0.0075", with every decimal that it has; its unit is `priceUnit`. */
export const price = (amount: Decimal): string => PRICE.format(amount as unknown as Intl.StringNumericLiteral);

/** "€ / kWh/h·d": money per commercial unit and gas day */
export function priceUnit(currency: Currency, unit: CommercialUnit): string {
  const parts = new Intl.NumberFormat(LOCALE, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0);
  return `${parts.find(({ type }) => type === "currency")?.value ?? currency} / ${unitName(unit)}·d`;
}

const TYPED_PRICE = /^-?\d{1,9}(?:\.\d{1,12})?$/;

/** Read a price that a person types or an address holds: a decimal such as "0.0075". */
export function readPrice(text: string): Decimal | undefined {
  const digits = text.trim();
  return TYPED_PRICE.test(digits) ? (digits as unknown as Decimal) : undefined;
}

/** "1404421", a quantity as other programs read it. */
export const plainQuantity = (amount: Quantity): string => (amount as unknown as number).toString();

/** A decimal as it is written in an address and typed again. */
export const plain = (amount: Decimal): string => amount as unknown as string;

const TYPED_PERCENT = /^(\d{1,2})(?:\.(\d{1,4}))?$/;

/** Read a rate a year that a person types in per cent: "8.5" is 0.085. */
export function readPercent(text: string): Decimal | undefined {
  const match = TYPED_PERCENT.exec(text.trim());
  if (match === null) return undefined;
  const [, whole = "", decimals = ""] = match;
  return `0.${whole.padStart(2, "0")}${decimals}` as unknown as Decimal;
}

const PERCENT = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 4 });

/** "8.5" for 0.085 */
export const percentFigure = (rate: Decimal): string => PERCENT.format(`${plain(rate)}e2` as Intl.StringNumericLiteral);
