/** What the market lists: what everyone may take, order or bid for, and what one's own party has there. */
import type { ResultOf } from "../../api/graphql";
import { graphql } from "../../api/graphql";

const OfferedFields = graphql(`
  fragment OfferedFields on OfferedCapacity @_unmask {
    firmness
    period { start end }
    network { id code }
    routes { route { kind receipt { id code name } delivery { id code name } } }
  }
`);

export const ListingFields = graphql(
  `
    fragment ListingFields on Listing @_unmask {
      id
      kind
      state
      isFirm
      quantity
      remaining
      minimumQuantity
      pricePerUnitDay
      currency
      postedAt
      seller { id }
      contract { id code }
      capacity { ...OfferedFields }
    }
  `,
  [OfferedFields],
);

export const CallFields = graphql(
  `
    fragment CallFields on CallForOrders @_unmask {
      id
      side
      kind
      state
      isFirm
      quantity
      remaining
      limitPrice
      currency
      openedAt
      closesAt
      initiator { id }
      contract { id code }
      capacity { ...OfferedFields }
    }
  `,
  [OfferedFields],
);

export const ReleaseFields = graphql(
  `
    fragment ReleaseFields on ReleaseOffer @_unmask {
      id
      state
      quantity
      method
      discountRate
      tieBreak
      minimumRate
      minimumQuantity
      minimumTermDays
      currency
      offeredAt
      bidsCloseAt
      outcome
      releasing { id name }
      prearrangedBidder { id name }
      contract { id code }
      capacity { ...OfferedFields }
    }
  `,
  [OfferedFields],
);

export const ClearingFields = graphql(`
  fragment ClearingFields on NetworkClearing @_unmask {
    id
    state
    outcome
    closesAt
    openedAt
    reservePrice
    currency
    secondsMax
    gapMax
    period { start end }
    parked { code reason parkedAt }
    network { id code operator { id } }
  }
`);

export const MarketDocument = graphql(
  `
    query Market($network: String!, $route: RouteInput, $period: PeriodInput) {
      network(code: $network) { id code unit currency clock { zone startHour } }
      listings(network: $network, route: $route, period: $period, first: 50) {
        cursor
        pageInfo { hasNextPage }
        edges { node { ...ListingFields } }
      }
      callsForOrders(network: $network, route: $route, period: $period, first: 50) {
        pageInfo { hasNextPage }
        edges { node { ...CallFields } }
      }
      releaseOffers(network: $network, route: $route, period: $period, first: 50) {
        pageInfo { hasNextPage }
        edges { node { ...ReleaseFields } }
      }
      clearings(network: $network, first: 50) {
        pageInfo { hasNextPage }
        edges { node { ...ClearingFields } }
      }
      tradeTape(network: $network, route: $route, period: $period, first: 40) {
        edges {
          node {
            id
            concludedAt
            procedure
            firmness
            quantity
            pricePerUnitDay
            currency
            period { start end }
            routes { route { kind receipt { id code name } delivery { id code name } } }
          }
        }
      }
    }
  `,
  [ListingFields, CallFields, ReleaseFields, ClearingFields],
);

/** Asked by those alone who may trade. */
export const OwnMarketDocument = graphql(
  `
    query OwnMarket($network: String!) {
      ownReleaseOffers(network: $network, first: 20) { edges { node { ...ReleaseFields } } }
      bids(first: 30) {
        edges { node { id state quantity rate period { start end } release { ...ReleaseFields } } }
      }
      clearingBids(state: OPEN, first: 100) {
        edges {
          node {
            id
            side
            quantity
            price
            route { kind receipt { id code name } delivery { id code name } }
            clearing { ...ClearingFields }
          }
        }
      }
      orders(state: OPEN, first: 100) {
        edges {
          node {
            id
            quantity
            pricePerUnitDay
            acceptBy
            period { start end }
            call { id side state currency capacity { ...OfferedFields } }
          }
        }
      }
    }
  `,
  [OfferedFields, ReleaseFields, ClearingFields],
);

/** What one may offer, or serve a call from: asked anew when what one holds changes, not with each event of the market. */
export const OfferableDocument = graphql(`
  query Offerable($network: String!) {
    contracts(network: $network, own: true, first: 100) {
      cursor
      edges {
        node {
          id
          code
          firmness
          cause
          currency
          quantity
          period { start end }
          routes { quantity route { kind receipt { id code name } delivery { id code name } } }
        }
      }
    }
  }
`);

export type MarketNetwork = ResultOf<typeof MarketDocument>["network"];
export type Listing = ResultOf<typeof ListingFields>;
export type Call = ResultOf<typeof CallFields>;
export type Release = ResultOf<typeof ReleaseFields>;
export type Clearing = ResultOf<typeof ClearingFields>;
export type TapeTrade = ResultOf<typeof MarketDocument>["tradeTape"]["edges"][number]["node"];
export type OwnMarket = ResultOf<typeof OwnMarketDocument>;
export type OwnBid = OwnMarket["bids"]["edges"][number]["node"];
export type OwnClearingBid = OwnMarket["clearingBids"]["edges"][number]["node"];
export type OwnOrder = OwnMarket["orders"]["edges"][number]["node"];
export type OwnContract = ResultOf<typeof OfferableDocument>["contracts"]["edges"][number]["node"];
export type Offered = ResultOf<typeof OfferedFields>;
