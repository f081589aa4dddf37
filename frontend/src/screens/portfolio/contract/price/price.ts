/** A price as the factors it is made of, one a line, the inner ones indented: written, never computed. */
import type { Currency, Decimal } from "../../../../format/amounts";
import { exact, unitPrice } from "../../../../format/amounts";
import { texts } from "../../../../texts/en";

/** A price of the schema; what a deeper one is made of is not asked for and then left out. */
export type Price =
  | { readonly __typename: "FlatPrice"; readonly pricePerUnitDay?: Decimal }
  | { readonly __typename: "TieredPrice"; readonly tiers?: readonly { readonly upTo: Decimal | null; readonly pricePerUnitDay: Decimal }[] }
  | {
    readonly __typename: "IndexedPrice";
    readonly index?: string;
    readonly multiplier?: Decimal;
    readonly addend?: Decimal;
    readonly floorPerUnitDay?: Decimal | null;
    readonly capPerUnitDay?: Decimal | null;
  }
  | { readonly __typename: "TakeOrPayPrice"; readonly minimum?: Decimal; readonly pricePerUnit?: Decimal }
  | { readonly __typename: "SeasonalPrice"; readonly factors?: readonly Decimal[]; readonly base?: Price }
  | { readonly __typename: "LargerPrice"; readonly left?: Price; readonly right?: Price }
  | { readonly __typename: "SumOfPrices"; readonly parts?: readonly Price[] }
  | {
    readonly __typename: "CalorificPrice";
    readonly reference?: Decimal;
    readonly low?: Decimal;
    readonly high?: Decimal;
    readonly base?: Price;
    readonly outside?: Price;
  }
  | { readonly __typename: "SharedPrice"; readonly blocks?: readonly { readonly units: Decimal; readonly price: Price }[] };

export interface PriceLine {
  readonly depth: number;
  readonly text: string;
  /** The factors of the months, January first, of a line about the season. */
  readonly season?: readonly Decimal[];
}

export function priceLines(price: Price, currency: Currency, unit: string, depth = 0): PriceLine[] {
  const words = texts.price;
  const line = (text: string): PriceLine => ({ depth, text });
  const inner = (part: Price | undefined): PriceLine[] => (part === undefined ? [] : priceLines(part, currency, unit, depth + 1));
  const each = (amount: Decimal): string => words.each(unitPrice(amount, currency), unit);
  switch (price.__typename) {
    case "FlatPrice":
      return price.pricePerUnitDay === undefined ? [] : [line(each(price.pricePerUnitDay))];
    case "TieredPrice":
      return [line(words.tiers), ...(price.tiers ?? []).map(({ upTo, pricePerUnitDay }) => ({
        depth: depth + 1,
        text: words.tier(upTo === null ? undefined : exact(upTo), each(pricePerUnitDay)),
      }))];
    case "IndexedPrice":
      return indexed(price, currency, each).map(line);
    case "TakeOrPayPrice":
      if (price.minimum === undefined || price.pricePerUnit === undefined) return [];
      return [line(words.takeOrPay(exact(price.minimum), unitPrice(price.pricePerUnit, currency)))];
    case "SeasonalPrice":
      return [...priceLines(price.base ?? { __typename: "FlatPrice" }, currency, unit, depth), { ...line(words.season), season: price.factors ?? [] }];
    case "LargerPrice":
      return [line(words.larger), ...inner(price.left), ...inner(price.right)];
    case "SumOfPrices":
      return [line(words.sum), ...(price.parts ?? []).flatMap(inner)];
    case "CalorificPrice":
      return [...calorific(price).map(line), ...inner(price.base), ...(price.outside === undefined ? [] : [line(words.outside), ...inner(price.outside)])];
    case "SharedPrice":
      return [line(words.shared), ...(price.blocks ?? []).flatMap(({ units, price: block }) => [
        { depth: depth + 1, text: words.block(exact(units)) },
        ...priceLines(block, currency, unit, depth + 2),
      ])];
  }
}

function indexed(price: Extract<Price, { __typename: "IndexedPrice" }>, currency: Currency, each: (amount: Decimal) => string): string[] {
  const { index, multiplier, addend, floorPerUnitDay, capPerUnitDay } = price;
  if (index === undefined || multiplier === undefined || addend === undefined) return [];
  return [
    texts.price.index(exact(multiplier), index, unitPrice(addend, currency)),
    ...(floorPerUnitDay == null ? [] : [texts.price.floor(each(floorPerUnitDay))]),
    ...(capPerUnitDay == null ? [] : [texts.price.cap(each(capPerUnitDay))]),
  ];
}

function calorific({ reference, low, high }: Extract<Price, { __typename: "CalorificPrice" }>): string[] {
  if (reference === undefined || low === undefined || high === undefined) return [];
  return [texts.price.calorific(exact(reference), exact(low), exact(high))];
}
