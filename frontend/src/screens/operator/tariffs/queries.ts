import type { ResultOf, VariablesOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

const FlatFields = graphql(`fragment FlatFields on FlatPrice @_unmask { pricePerUnitDay }`);
const IndexedFields = graphql(`fragment IndexedFields on IndexedPrice @_unmask { index multiplier addend floorPerUnitDay capPerUnitDay }`);
const TieredFields = graphql(`fragment TieredFields on TieredPrice @_unmask { tiers { upTo pricePerUnitDay } }`);

/** Forms may nest; of what lies deeper than one level only the name of the form is shown. */
export const TariffsDocument = graphql(
  `
    query Tariffs($network: String!) {
      tariffs(network: $network) {
        id
        kind
        firmness
        runtime
        validFrom
        receipt { id code name }
        delivery { id code name }
        price {
          __typename
          ...FlatFields
          ...IndexedFields
          ...TieredFields
          ... on SeasonalPrice { factors base { __typename ...FlatFields ...IndexedFields ...TieredFields } }
          ... on SumOfPrices { parts { __typename ...FlatFields ...IndexedFields ...TieredFields } }
          ... on LargerPrice {
            left { __typename ...FlatFields ...IndexedFields ...TieredFields }
            right { __typename ...FlatFields ...IndexedFields ...TieredFields }
          }
        }
      }
    }
  `,
  [FlatFields, IndexedFields, TieredFields],
);

export const SetTariffDocument = graphql(`
  mutation SetTariff($input: SetTariffInput!) {
    setTariff(input: $input) {
      __typename
      ... on SetTariffPayload { tariff { id } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export const IndexValuesDocument = graphql(`
  query IndexValues($network: String!, $index: String!, $period: PeriodInput!) {
    indexValues(network: $network, index: $index, period: $period) { day value revision publishedAt }
  }
`);

export const PublishIndexValuesDocument = graphql(`
  mutation PublishIndexValues($input: PublishIndexValuesInput!) {
    publishIndexValues(input: $input) {
      __typename
      ... on PublishIndexValuesPayload { published { index day value revision } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export type IndexValue = ResultOf<typeof IndexValuesDocument>["indexValues"][number];
export type Tariff = ResultOf<typeof TariffsDocument>["tariffs"][number];
export type PriceInput = VariablesOf<typeof SetTariffDocument>["input"]["price"];
