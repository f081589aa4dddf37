/** Follows what changes on a network from where the first answers stood; the cache then asks anew for what is shown. */
import { useMemo, useState } from "react";
import { useSubscription } from "urql";
import { graphql } from "../api/graphql";
import type { Days } from "../format/days";

const AvailabilityChangesDocument = graphql(`
  subscription AvailabilityChanges($network: String!, $after: Cursor) {
    availabilityChanges(network: $network, after: $after) {
      __typename
      ... on AvailabilityChange { cursor }
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
  const after = useFirst(cursor, network);
  useSubscription({
    query: AvailabilityChangesDocument,
    variables: { network, after: after ?? null },
    pause: after === undefined,
  });
}

/** Follow what the caller's party holds, once the cursor of an answer is known. */
export function useLivePositions(network: string, { start, end }: Days, cursor: string | undefined): void {
  const after = useFirst(cursor, network);
  const period = useMemo(() => ({ start, end }), [start, end]);
  useSubscription({
    query: PositionChangesDocument,
    variables: { network, period, after: after ?? null },
    pause: after === undefined,
  });
}

/** Follow what is offered and what passes, once the cursor of an answer is known: of an order accepted in part only the tape tells others. */
export function useLiveMarket(network: string, cursor: string | undefined): void {
  const after = useFirst(cursor, network);
  const variables = { network, after: after ?? null };
  useSubscription({ query: MarketEventsDocument, variables, pause: after === undefined });
  useSubscription({ query: TapeDocument, variables, pause: after === undefined });
}

/** Follow the ledger, once the cursor of an answer is known. */
export function useLiveLedger(cursor: string | undefined): void {
  const after = useFirst(cursor, "ledger");
  useSubscription({ query: SettlementsDocument, variables: { after: after ?? "0" }, pause: after === undefined });
}

/** The first value that there is for a key: later answers need no other subscription. */
function useFirst<Value>(value: Value | undefined, key: string): Value | undefined {
  const [first, setFirst] = useState<{ readonly key: string; readonly value: Value }>();
  if (value !== undefined && first?.key !== key) setFirst({ key, value });
  return first?.key === key ? first.value : undefined;
}
