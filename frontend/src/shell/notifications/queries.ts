import type { ResultOf } from "../../api/graphql";
import { graphql } from "../../api/graphql";

/** Where the market's stream stands, for who has not looked yet. */
export const MarketPositionDocument = graphql(`
  query MarketPosition { trades(first: 1) { cursor } }
`);

export const MarketNoticesDocument = graphql(`
  subscription MarketNotices($after: Cursor) {
    marketEvents(after: $after) {
      __typename
      ... on MarketEvent { cursor topic recordedAt network { id code name unit } }
      ... on TradeEvent {
        trade {
          id
          quantity
          period { start end }
          buyer { id name }
          seller { id name }
          childContract { id code }
          parentContract { id code }
        }
      }
      ... on BidEvent { bidState awarded text release { id } bid { id bidder { id } quantity } }
      ... on ReleaseAwardedEvent { release { id quantity releasing { id } contract { id code } } }
      ... on ReleaseEvent { releaseState release { id quantity releasing { id } contract { id code } } }
      ... on OrderEvent {
        orderState
        order { id quantity party { id } }
        call { id initiator { id } }
      }
      ... on ReleaseCreditEvent { contractCode amount { amount currency } debtor { id name } }
      ... on ResyncRequired { cursor }
    }
  }
`);

export const ShortfallNoticesDocument = graphql(`
  subscription ShortfallNotices($after: Cursor) {
    shortfallNotices(after: $after) {
      __typename
      ... on ShortfallNotice {
        cursor
        recordedAt
        isRestored
        holder { id }
        network { id code name unit }
        lines { contract { id code } period { start end } }
      }
      ... on ResyncRequired { cursor }
    }
  }
`);

export const JobsDocument = graphql(`
  query FinishedJobs {
    jobs(first: 20) {
      cursor
      edges { node { id kind state summary error finishedAt requestedBy { id } network { id code name unit } } }
    }
  }
`);

export type MarketNews = ResultOf<typeof MarketNoticesDocument>["marketEvents"];
export type ShortfallNews = ResultOf<typeof ShortfallNoticesDocument>["shortfallNotices"];
export type FinishedJob = ResultOf<typeof JobsDocument>["jobs"]["edges"][number]["node"];
