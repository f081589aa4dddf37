/** A price as one reads it, in money per unit and gas day. */
import { exact } from "../../../format/amounts";
import { operatorTexts } from "../../../texts/operator";
import type { Tariff } from "./queries";

type Price = Tariff["price"];
type Simple = Extract<Price, { __typename: "SeasonalPrice" }>["base"];

const words = operatorTexts.prices;

export function priceInWords(price: Price): string {
  switch (price.__typename) {
    case "SeasonalPrice":
      return words.seasonal(simple(price.base), price.factors.map(exact));
    case "SumOfPrices":
      return words.sum(price.parts.map(simple));
    case "LargerPrice":
      return words.larger(simple(price.left), simple(price.right));
    default:
      return simple(price);
  }
}

function simple(price: Simple): string {
  switch (price.__typename) {
    case "FlatPrice":
      return exact(price.pricePerUnitDay);
    case "IndexedPrice": {
      const { index, multiplier, addend, floorPerUnitDay: floor, capPerUnitDay: cap } = price;
      return words.indexed(index, exact(multiplier), exact(addend), floor === null ? undefined : exact(floor), cap === null ? undefined : exact(cap));
    }
    case "TieredPrice":
      return words.tiered(price.tiers.map(({ upTo, pricePerUnitDay }) => ({ upTo: upTo === null ? undefined : exact(upTo), price: exact(pricePerUnitDay) })));
    default:
      return words.other[price.__typename];
  }
}

/** The index that a price follows, if any. */
export function indicesOf(price: Price): readonly string[] {
  const parts: readonly (Price | Simple)[] =
    price.__typename === "SeasonalPrice" ? [price.base]
    : price.__typename === "SumOfPrices" ? price.parts
    : price.__typename === "LargerPrice" ? [price.left, price.right]
    : [price];
  return parts.flatMap((one) => (one.__typename === "IndexedPrice" ? [one.index] : []));
}
