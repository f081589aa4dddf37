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

/** Verified for one route while one waits; the first answers may not have everything. */
export const RouteFreeDocument = graphql(`
  subscription RouteFree($network: String!, $period: PeriodInput!, $route: RouteInput!) {
    networkAvailability(network: $network, period: $period, routes: [$route]) {
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
