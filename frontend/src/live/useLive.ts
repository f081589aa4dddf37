/** Follows what changes on a network from where the first answers stood; the cache then asks anew for what is shown. */
import { useMemo, useState } from "react";
import type { TypedDocumentNode } from "urql";
import { graphql } from "../api/graphql";
import { useAgain } from "../api/useAgain";
import { useStream } from "../api/useStream";
import type { Days } from "../format/days";

const AvailabilityChangesDocument = graphql(`
  subscription AvailabilityChanges($network: String!, $after: Cursor) {
    availabilityChanges(network: $network, after: $after) {
      __typename
      ... on AvailabilityChange { cursor topic }
      ... on ResyncRequired { cursor }
    }
  }
`);

const PositionChangesDocument = graphql(`
  subscription PositionChanges($network: String!, $period: PeriodInput!, $after: Cursor) {
    positionChanges(network: $network, period: $period, after: $after) {
      __typename
      ... on PositionChange { cursor }
      ... on ResyncRequired { cursor }
    }
  }
`);

const MarketEventsDocument = graphql(`
  subscription MarketEvents($network: String!, $after: Cursor) {
    marketEvents(network: $network, after: $after) {
      __typename
      ... on MarketEvent { cursor }
      ... on ResyncRequired { cursor }
    }
  }
`);

const TapeDocument = graphql(`
  subscription Tape($network: String!, $after: Cursor) {
    tradeTape(network: $network, after: $after) {
      __typename
      ... on TapeEvent { cursor }
      ... on ResyncRequired { cursor }
    }
  }
`);

const JobChangesDocument = graphql(`
  subscription JobChanges($network: String, $after: Cursor) {
    jobChanges(network: $network, after: $after) {
      __typename
      ... on JobChange { cursor jobState job { id state progress } }
      ... on ResyncRequired { cursor }
    }
  }
`);

const SettlementsDocument = graphql(`
  subscription Settlements($after: Cursor!) {
    settlements(after: $after) {
      __typename
      ... on SettlementEvent { cursor }
      ... on SettlementProgress { cursor }
      ... on ResyncRequired { cursor }
    }
  }
`);

/** Follow what everyone may book, once the cursor of an answer is known. */
export function useLiveAvailability(network: string, cursor: string | undefined): void {
  useFollowed(AvailabilityChangesDocument, useMemo(() => ({ network }), [network]), cursor);
}

/** Follow what the caller's party holds, once the cursor of an answer is known. */
export function useLivePositions(network: string, { start, end }: Days, cursor: string | undefined): void {
  useFollowed(PositionChangesDocument, useMemo(() => ({ network, period: { start, end } }), [network, start, end]), cursor);
}

/** Follow what is offered and what passes, once the cursor of an answer is known: of an order accepted in part only the tape tells others. */
export function useLiveMarket(network: string, cursor: string | undefined): void {
  const asked = useMemo(() => ({ network }), [network]);
  useFollowed(MarketEventsDocument, asked, cursor);
  useFollowed(TapeDocument, asked, cursor);
}

/** Follow the jobs of a network, or all that the caller may see, once the cursor of an answer is known. */
export function useLiveJobs(network: string | undefined, cursor: string | undefined): void {
  useFollowed(JobChangesDocument, useMemo(() => ({ network: network ?? null }), [network]), cursor);
}

/** Follow the ledger, once the cursor of an answer is known. */
export function useLiveLedger(cursor: string | undefined): void {
  useFollowed(SettlementsDocument, LEDGER, cursor);
}

const LEDGER = {};

interface Followed<Asked> {
  readonly asked: Asked;
  /** Later answers need no other subscription. */
  readonly after: string | undefined;
  /** From where the API could not go on: the subscription is over until an answer that was asked for anew has another cursor. */
  readonly refused: string | undefined;
  /** How often it failed or ended, and was followed again after what came last. */
  readonly restarts: number;
}

/** Follow a stream from the first answer on; what it says makes old answers forgotten (`api/invalidation.ts`). */
function useFollowed<Data extends object, Asked extends object>(
  document: TypedDocumentNode<Data, Asked & { after: string }>,
  asked: Asked,
  cursor: string | undefined,
): void {
  const [followed, setFollowed] = useState<Followed<Asked>>({ asked, ...NOTHING });
  const { after, refused, restarts } = followed.asked === asked ? followed : NOTHING;
  if (after === undefined && cursor !== undefined && cursor !== refused) setFollowed({ asked, after: cursor, refused, restarts });
  const variables = useMemo(() => (after === undefined ? undefined : { ...asked, after }), [asked, after]);
  const stream = useStream(document, variables, String(restarts), newest);
  const { state } = stream;
  const isCutOff = state?.__typename === "ResyncRequired";
  if (after !== undefined && isCutOff) setFollowed({ asked, after: undefined, refused: state.cursor, restarts });
  useAgain(stream, isCutOff, () => { setFollowed({ asked, after: state?.cursor ?? after, refused, restarts: restarts + 1 }); });
}

const NOTHING = { after: undefined, refused: undefined, restarts: 0 };

interface News {
  readonly __typename: string;
  readonly cursor: string;
}

/** What came last. */
const newest = (_before: News | undefined, data: object): News => (Object.values(data) as [News])[0];
