/** A price with the prices that it is made of, as deep as tariffs and parts of contracts nest them. */
import { graphql } from "../../../../api/graphql";

const SimplePrice = graphql(`
  fragment SimplePrice on PriceProcedure @_unmask {
    __typename
    ... on FlatPrice { pricePerUnitDay }
    ... on TieredPrice { tiers { upTo pricePerUnitDay } }
    ... on IndexedPrice { index multiplier addend floorPerUnitDay capPerUnitDay }
    ... on TakeOrPayPrice { minimum pricePerUnit }
  }
`);

const NestedPrice = graphql(
  `
    fragment NestedPrice on PriceProcedure @_unmask {
      __typename
      ... on FlatPrice { pricePerUnitDay }
      ... on TieredPrice { tiers { upTo pricePerUnitDay } }
      ... on IndexedPrice { index multiplier addend floorPerUnitDay capPerUnitDay }
      ... on TakeOrPayPrice { minimum pricePerUnit }
      ... on SeasonalPrice { factors base { ...SimplePrice } }
      ... on LargerPrice { left { ...SimplePrice } right { ...SimplePrice } }
      ... on SumOfPrices { parts { ...SimplePrice } }
      ... on CalorificPrice { reference low high base { ...SimplePrice } outside { ...SimplePrice } }
    }
  `,
  [SimplePrice],
);

export const PriceFields = graphql(
  `
    fragment PriceFields on PriceProcedure @_unmask {
      __typename
      ... on FlatPrice { pricePerUnitDay }
      ... on TieredPrice { tiers { upTo pricePerUnitDay } }
      ... on IndexedPrice { index multiplier addend floorPerUnitDay capPerUnitDay }
      ... on TakeOrPayPrice { minimum pricePerUnit }
      ... on SeasonalPrice { factors base { ...NestedPrice } }
      ... on LargerPrice { left { ...NestedPrice } right { ...NestedPrice } }
      ... on SumOfPrices { parts { ...NestedPrice } }
      ... on CalorificPrice { reference low high base { ...NestedPrice } outside { ...NestedPrice } }
      ... on SharedPrice { blocks { units price { ...NestedPrice } } }
    }
  `,
  [NestedPrice],
);
