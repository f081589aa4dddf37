/** A clearing in full: its bids that one may see, how it was decided, and the commands on it. */
import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";
import { ProblemFields } from "../act/problem";
import { ClearingFields } from "../queries";

const PathBidFields = graphql(`
  fragment PathBidFields on ClearingBid @_unmask {
    id
    side
    state
    quantity
    minimum
    price
    placedAt
    party { id name }
    period { start end }
    route { kind receipt { id code name } delivery { id code name } }
    award {
      awarded
      price
      rate
      payment { amount currency }
      uplift { amount currency }
      text
      more
      moreAt
      contract { id code }
    }
  }
`);

const ClearingAwardFields = graphql(`
  fragment ClearingAwardFields on ClearingAward @_unmask {
    awardedAt
    algorithm
    solver
    hash
    coversAllRights
    surplus { amount currency }
    gap { amount currency }
    paid { amount currency }
    received { amount currency }
    uplift { amount currency }
    operatorShare { amount currency }
    edgePrices {
      price
      periods { start end }
      edge { id code name }
      tail { id code name }
      head { id code name }
    }
  }
`);

export const ClearingDocument = graphql(
  `
    query Clearing($id: ID!) {
      node(id: $id) {
        __typename
        ... on NetworkClearing {
          ...ClearingFields
          award { ...ClearingAwardFields }
        }
      }
      clearingBids(clearing: $id, first: 100) { edges { node { ...PathBidFields } } }
    }
  `,
  [ClearingFields, ClearingAwardFields, PathBidFields],
);

export const PlaceClearingBidDocument = graphql(
  `
    mutation PlaceClearingBid($input: PlaceClearingBidInput!) {
      placeClearingBid(input: $input) {
        __typename
        ... on ClearingBidPayload { bid { id state } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const WithdrawClearingBidDocument = graphql(
  `
    mutation WithdrawClearingBid($input: WithdrawClearingBidInput!) {
      withdrawClearingBid(input: $input) {
        __typename
        ... on ClearingBidPayload { bid { id state } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const AwardClearingDocument = graphql(
  `
    mutation AwardClearing($input: AwardClearingInput!) {
      awardClearing(input: $input) {
        __typename
        ... on ClearingPayload { clearing { id state } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const WithdrawClearingDocument = graphql(
  `
    mutation WithdrawClearing($input: WithdrawClearingInput!) {
      withdrawClearing(input: $input) {
        __typename
        ... on ClearingPayload { clearing { id state } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export type ClearingDetails = Extract<NonNullable<ResultOf<typeof ClearingDocument>["node"]>, { __typename: "NetworkClearing" }>;
export type ClearingAward = ResultOf<typeof ClearingAwardFields>;
export type EdgePrice = ClearingAward["edgePrices"][number];
export type PathBid = ResultOf<typeof PathBidFields>;
