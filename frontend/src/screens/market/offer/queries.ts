/** What of a contract can be offered, and the commands that offer it. */
import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";
import { ProblemFields } from "../act/problem";

export const OfferedContractDocument = graphql(`
  query OfferedContract($id: ID!) {
    contract(id: $id) {
      id
      code
      firmness
      cause
      currency
      quantity
      period { start end }
      routes { quantity route { kind receipt { id code name } delivery { id code name } } }
      free { period { start end } quantity passedOn held free }
    }
  }
`);

export const PostListingDocument = graphql(
  `
    mutation PostListing($input: PostListingInput!) {
      postListing(input: $input) {
        __typename
        ... on PostListingPayload { listing { id } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const OpenCallToSellDocument = graphql(
  `
    mutation OpenCallToSell($input: OpenCallToSellInput!) {
      openCallToSell(input: $input) {
        __typename
        ... on CallPayload { call { id } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const OpenCallToBuyDocument = graphql(
  `
    mutation OpenCallToBuy($input: OpenCallToBuyInput!) {
      openCallToBuy(input: $input) {
        __typename
        ... on CallPayload { call { id } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const OfferReleaseDocument = graphql(
  `
    mutation OfferRelease($input: OfferReleaseInput!) {
      offerRelease(input: $input) {
        __typename
        ... on ReleasePayload { release { id } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export type OfferedContract = ResultOf<typeof OfferedContractDocument>["contract"];
