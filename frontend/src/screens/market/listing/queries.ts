/** A listing in full, what a part of it costs, and the commands on it. */
import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";
import { ProblemFields } from "../act/problem";
import { ListingFields } from "../queries";

export const ListingDocument = graphql(
  `
    query Listing($id: ID!) {
      node(id: $id) { __typename ... on Listing { ...ListingFields } }
    }
  `,
  [ListingFields],
);

export const ListingQuoteDocument = graphql(`
  query ListingQuote($listing: ID!, $quantity: Quantity!) {
    listingQuote(listing: $listing, quantity: $quantity) {
      quantity
      period { start end }
      price { amount { amount currency } isEstimate working }
      duties { amount { amount currency } isEstimate working }
      refusals { code message path }
    }
  }
`);

export const TakeListingDocument = graphql(
  `
    mutation TakeListing($input: TakeListingInput!) {
      takeListing(input: $input) {
        __typename
        ... on TakeListingPayload { trade { id quantity period { start end } seller { id name } childContract { id code } } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export const WithdrawListingDocument = graphql(
  `
    mutation WithdrawListing($input: WithdrawListingInput!) {
      withdrawListing(input: $input) {
        __typename
        ... on WithdrawListingPayload { listing { id state } }
        ... on Problem { ...ProblemFields }
      }
    }
  `,
  [ProblemFields],
);

export type ListingQuote = ResultOf<typeof ListingQuoteDocument>["listingQuote"];
