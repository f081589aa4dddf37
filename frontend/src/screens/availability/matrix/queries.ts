/** What the matrix asks for; what is verified later comes as it does for single routes (`free/queries`). */
import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

export const PathsDocument = graphql(`
  query Paths($network: String!, $period: PeriodInput!) {
    networkAvailability(network: $network, period: $period, kind: PATH) {
      cursor
      currency
      demandedLevel
      boundLevel
      receiptCodes
      deliveryCodes
      stretches { period { start end } notOnSale }
      available
      atMost
      unitPricePlaces
      unitPrices { total }
    }
  }
`);

export type PathsAnswer = ResultOf<typeof PathsDocument>["networkAvailability"];
