import { act, renderHook, waitFor } from "@testing-library/react";
import { cacheExchange } from "@urql/exchange-graphcache";
import { GraphQLError } from "graphql";
import type { ReactNode } from "react";
import type { Exchange, SubscriptionForwarder } from "urql";
import { Client, makeErrorResult, makeResult, Provider, subscriptionExchange } from "urql";
import { describe, expect, it } from "vitest";
import { filter, map, pipe } from "wonka";
import { updates } from "../../../api/invalidation";
import { int64Column } from "../../../testing/columns";
import { answer, BOTH, JANUARY } from "../../../testing/paths";
import { standingOf } from "./paths";
import type { PathsAnswer } from "./queries";
import { usePaths } from "./usePaths";

interface Followed {
  readonly query: string | undefined;
  readonly variables: Record<string, unknown>;
  readonly say: (data: object) => void;
  readonly end: () => void;
}

const typed = ({ stretches, unitPrices, ...rest }: PathsAnswer) => ({
  __typename: "NetworkAvailability",
  ...rest,
  stretches: stretches.map((one) => ({ __typename: "AvailabilityStretch", ...one, period: { __typename: "Period", ...one.period } })),
  unitPrices: unitPrices.map((one) => ({ __typename: "UnitPrice", ...one })),
});

/** A platform that answers with what stands first in `answers`, and whose subscriptions are answered by hand. */
function platform(...answers: (PathsAnswer | "refused")[]) {
  const followed: Followed[] = [];
  const asked: unknown[] = [];
  const forwardSubscription: SubscriptionForwarder = ({ query, variables }) => ({
    subscribe: (sink) => {
      followed.push({
        query,
        variables: { ...variables },
        say: (data) => { act(() => { sink.next({ data }); }); },
        end: () => { act(() => { sink.complete(); }); },
      });
      return { unsubscribe: () => undefined };
    },
  });
  const answering: Exchange = () => (operations) =>
    pipe(
      operations,
      filter(({ kind }) => kind === "query"),
      map((operation) => {
        asked.push(operation.variables);
        const next = answers.shift() ?? "refused";
        return next === "refused"
          ? makeErrorResult(operation, new GraphQLError("this network sells no firm path rights"))
          : makeResult(operation, { data: { networkAvailability: typed(next) } });
      }),
    );
  const keys = Object.fromEntries(["NetworkAvailability", "AvailabilityStretch", "Period", "UnitPrice", "AvailabilityChange"].map((name) => [name, () => null]));
  const client = new Client({
    url: "http://platform.test",
    preferGetMethod: false,
    exchanges: [cacheExchange({ keys, updates, logger: () => undefined }), subscriptionExchange({ forwardSubscription }), answering],
  });
  const wrapper = ({ children }: { readonly children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const { result, rerender } = renderHook((days) => usePaths("n", days), { wrapper, initialProps: BOTH });
  const standings = () => result.current.paths?.all.map(standingOf);
  return { result, rerender, followed, asked, standings };
}

const change = (cursor: string) => ({ availabilityChanges: { __typename: "AvailabilityChange", cursor } });
const BOUND = ["proved", "none", "proved", "bound"];
const VERIFIED = ["proved", "none", "proved", "proved"];

const verifiedRow = typed(answer({
  receiptCodes: ["source_2"],
  deliveryCodes: ["sink_2"],
  available: int64Column(3_000_000, 1_200_000),
  atMost: int64Column(9_000_000, 8_000_000),
}));

describe("what paths offer", () => {
  it("is asked once, followed from there, and asked again when something has changed", async () => {
    const sold = answer({ cursor: "8", available: int64Column(0, 0, 0, 0, 0, 0, 0, 0) });
    const { followed, asked, standings } = platform(answer(), sold);
    await waitFor(() => { expect(standings()).toEqual(BOUND); });
    await waitFor(() => { expect(followed.map(({ variables }) => variables)).toEqual([{ network: "n", after: "7" }]); });
    followed[0]?.say(change("8"));
    await waitFor(() => { expect(standings()).toEqual(["none", "none", "none", "none"]); });
    expect(asked.length).toBe(2);
    expect(followed.length).toBe(1);
  });

  it("is proved where one asks, and no longer after a change", async () => {
    const { result, followed, standings } = platform(answer(), answer({ cursor: "8" }));
    await waitFor(() => { expect(followed.length).toBe(1); });
    act(() => { result.current.onVerify(result.current.paths?.all.slice(3) ?? []); });
    expect(result.current.isVerifying).toBe(true);
    await waitFor(() => { expect(followed[1]?.variables).toEqual({ network: "n", period: BOTH, routes: [{ receipt: "source_2", delivery: "sink_2" }] }); });
    followed[1]?.say({ networkAvailability: verifiedRow });
    expect(standings()).toEqual(VERIFIED);
    followed[1]?.end();
    expect(result.current.isVerifying).toBe(false);
    expect(standings()).toEqual(VERIFIED);
    followed[0]?.say(change("8"));
    await waitFor(() => { expect(standings()).toEqual(BOUND); });
  });

  it("stays as it was where a later try fails, and goes where other days are refused", async () => {
    const { result, rerender, followed, standings } = platform(answer(), "refused", "refused");
    await waitFor(() => { expect(followed.length).toBe(1); });
    followed[0]?.say(change("8"));
    await waitFor(() => { expect(result.current.error?.message).toMatch(/sells no firm path/); });
    expect(standings()).toEqual(BOUND);
    rerender(JANUARY);
    await waitFor(() => { expect(result.current.paths).toBeUndefined(); });
    expect(result.current.error).toBeDefined();
  });

  it("is of the days asked about last", async () => {
    const january = answer({ stretches: [{ period: JANUARY, notOnSale: null }], available: int64Column(1, 0, 1, 1), atMost: int64Column(1, 0, 1, 1) });
    const { result, rerender, asked, standings } = platform(answer(), january);
    await waitFor(() => { expect(result.current.paths?.days).toEqual(BOTH); });
    rerender(JANUARY);
    await waitFor(() => { expect(result.current.paths?.days).toEqual(JANUARY); });
    expect(standings()).toEqual(VERIFIED);
    expect(asked).toEqual([{ network: "n", period: BOTH }, { network: "n", period: JANUARY }]);
  });
});
