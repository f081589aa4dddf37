/** What points and paths still offer. */
import type { ResultOf } from "../api/graphql";
import { graphql } from "../api/graphql";

export const FreeDocument = graphql(`
  query Free($network: String!, $period: PeriodInput!) {
    entries: networkAvailability(network: $network, period: $period, kind: ENTRY) {
      cursor
      receiptCodes
      deliveryCodes
      stretches { period { start end } notOnSale }
      available
      atMost
    }
    exits: networkAvailability(network: $network, period: $period, kind: EXIT) {
      cursor
      receiptCodes
      deliveryCodes
      stretches { period { start end } notOnSale }
      available
      atMost
    }
  }
`);

/** Verified for some routes while one waits; the first answers may not have everything. */
export const RoutesFreeDocument = graphql(`
  subscription RoutesFree($network: String!, $period: PeriodInput!, $routes: [RouteInput!]!) {
    networkAvailability(network: $network, period: $period, routes: $routes) {
      cursor
      receiptCodes
      deliveryCodes
      stretches { period { start end } notOnSale }
      available
      atMost
    }
  }
`);

export const VerifiedDocument = graphql(`
  subscription Verified($network: String!, $period: PeriodInput!, $kind: RouteKind!) {
    networkAvailability(network: $network, period: $period, kind: $kind) {
      cursor
      receiptCodes
      deliveryCodes
      stretches { period { start end } notOnSale }
      available
      atMost
    }
  }
`);

export type Free = ResultOf<typeof FreeDocument>["entries"];
