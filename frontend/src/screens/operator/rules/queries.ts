import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

export const SetPolicyDocument = graphql(`
  mutation SetPolicy($input: SetPolicyInput!) {
    setPolicy(input: $input) {
      __typename
      ... on NetworkPayload { network { id } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export const ProductRulesDocument = graphql(`
  query ProductRules($network: String!, $day: GasDay!) {
    productRules(network: $network, day: $day) {
      validFrom
      routeKinds
      firmness
      runtimes
      leadDays
      horizonDays
      gasYearMonth
      allowsNegativePrices
    }
  }
`);

export const SetProductRulesDocument = graphql(`
  mutation SetProductRules($input: SetProductRulesInput!) {
    setProductRules(input: $input) {
      __typename
      ... on SetProductRulesPayload { productRules { validFrom } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export const InterruptibleDocument = graphql(`
  query InterruptibleQuantities($network: String!) {
    interruptibleQuantities(network: $network) {
      kind
      validFrom
      quantity
      share
      receipt { id code name }
      delivery { id code name }
    }
  }
`);

export const SetInterruptibleDocument = graphql(`
  mutation SetInterruptibleQuantity($input: SetInterruptibleQuantityInput!) {
    setInterruptibleQuantity(input: $input) {
      __typename
      ... on SetInterruptibleQuantityPayload { interruptibleQuantity { validFrom } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export const SetAsidesDocument = graphql(`
  query SetAsides($network: String!) {
    setAsides(network: $network, first: 100) {
      pageInfo { hasNextPage }
      edges {
        node {
          id
          quantity
          reason
          until
          period { start end }
          route { receipt { id code name } delivery { id code name } }
          held { quantity period { start end } }
        }
      }
    }
  }
`);

export const SetAsideDocument = graphql(`
  mutation SetAside($input: SetAsideInput!) {
    setAside(input: $input) {
      __typename
      ... on SetAsidePayload { setAside { id } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export const EndSetAsideDocument = graphql(`
  mutation EndSetAside($input: EndSetAsideInput!) {
    endSetAside(input: $input) {
      __typename
      ... on SetAsidePayload { setAside { id } }
      ... on Problem { code message path }
      ... on InvalidInputProblem { faults { path place message } }
    }
  }
`);

export type ProductRules = ResultOf<typeof ProductRulesDocument>["productRules"];
export type InterruptibleQuantity = ResultOf<typeof InterruptibleDocument>["interruptibleQuantities"][number];
export type SetAside = ResultOf<typeof SetAsidesDocument>["setAsides"]["edges"][number]["node"];
