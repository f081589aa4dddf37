/** Quantities and money as lengths on the screen: the one place where they become plain numbers, good for drawing alone. */
import type { Currency, Decimal, Quantity } from "./amounts";
import { LOCALE } from "./locale";

export const drawn = (amount: Quantity): number => amount as unknown as number;

/** A sum of money as a length. */
export const drawnMoney = (amount: Decimal): number => Number(amount);

/** "€2.5M", for the marks of an axis of money. */
export const moneyTick = (length: number, currency: Currency): string =>
  new Intl.NumberFormat(LOCALE, { style: "currency", currency, currencyDisplay: "narrowSymbol", notation: "compact", maximumFractionDigits: 1 }).format(length);

/** How much of a whole a part is, from 0 to 1 and beyond. */
export const share = (part: Quantity, whole: Quantity): number => {
  const of = drawn(whole);
  return of === 0 ? 0 : drawn(part) / of;
};

export const isNothing = (amount: Quantity): boolean => drawn(amount) === 0;

export const isLess = (one: Quantity, other: Quantity): boolean => drawn(one) < drawn(other);

export function smallest(amounts: readonly Quantity[]): Quantity | undefined {
  return amounts.reduce<Quantity | undefined>(
    (least, amount) => (least === undefined || isLess(amount, least) ? amount : least),
    undefined,
  );
}

/** Round figures from 0 up to at least `most`, some three to five of them. */
export function axisTicks(most: number): number[] {
  if (most <= 0) return [0];
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

export const asQuantity = (length: number): Quantity => Math.round(length) as unknown as Quantity;

/** A factor or a bound as a length. */
export const drawnDecimal = (amount: Decimal): number => Number(amount);
