/** A release in full: its bids that one may see, what a bid would be worth, how it was decided, and the commands on it. */
import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";
import { ProblemFields } from "../act/problem";
import { ReleaseFields } from "../queries";

const BidFields = graphql(`
  fragment BidFields on Bid @_unmask {
    id
    state
    quantity
    minimumQuantity
    rate
    value
    placedAt
    bidder { id name }
    period { start end }
  }
`);

const AwardFields = graphql(`
  fragment AwardFields on Award @_unmask {
    awardedAt
    dueAt
    firstDay
    algorithm
    seed
    hash
    record
    awards { bidId quantity replacement { id name } contract { id code } }
    bids { bidId sequence quantity rate value awarded reason text period { start end } }
  }
`);

export const ReleaseDocument = graphql(
  `
    query Release($id: ID!) {
      node(id: $id) {
        __typename
        ... on ReleaseOffer {
          ...ReleaseFields
          parked { code reason parkedAt }
          award { ...AwardFields }
        }
      }
      bids(release: $id, first: 100) { edges { node { ...BidFields } } }
    }
  `,
  [ReleaseFields, AwardFields, BidFields],
);

/** What is held of the contract behind one's own release: from the first bid that meets its minimums it binds. */
export const ReleaseHoldsDocument = graphql(`
  query ReleaseHolds($contract: ID!) {
    contract(id: $contract) { id holds { cause heldFor } }
  }
`);

export const BidQuoteDocument = graphql(`
  query BidQuote($release: ID!, $quantity: Quantity!, $rate: Price!, $period: PeriodInput!, $least: Quantity!) {
    bidQuote(release: $release, quantity: $quantity, rate: $rate, period: $period, minimumQuantity: $least) {
      value
      belowMinimum
      price { amount { amount currency } isEstimate working }
      refusals { code message path }
    }
  }
`);

export const PlaceBidDocument = graphql(
  `
    mutation PlaceBid($input: PlaceBidInput!) {
      placeBid(input: $input) {
        __typename
        ... on BidPayload { bid { id state quantity rate value } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const WithdrawBidDocument = graphql(
  `
    mutation WithdrawBid($input: WithdrawBidInput!) {
      withdrawBid(input: $input) {
        __typename
        ... on BidPayload { bid { id state } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const WithdrawReleaseDocument = graphql(
  `
    mutation WithdrawRelease($input: WithdrawReleaseInput!) {
      withdrawRelease(input: $input) {
        __typename
        ... on ReleasePayload { release { id state } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const AwardReleaseDocument = graphql(
  `
    mutation AwardRelease($input: AwardReleaseInput!) {
      awardRelease(input: $input) {
        __typename
        ... on AwardReleasePayload { release { id state } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export type ReleaseDetails = Extract<NonNullable<ResultOf<typeof ReleaseDocument>["node"]>, { __typename: "ReleaseOffer" }>;
export type Award = ResultOf<typeof AwardFields>;
export type Bid = ResultOf<typeof BidFields>;
export type BidQuote = ResultOf<typeof BidQuoteDocument>["bidQuote"];
