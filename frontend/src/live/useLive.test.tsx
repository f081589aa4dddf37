import { act, renderHook, waitFor } from "@testing-library/react";
import { GraphQLError } from "graphql";
import type { ReactNode } from "react";
import type { SubscriptionForwarder } from "urql";
import { Client, Provider, subscriptionExchange } from "urql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AGAIN_MS } from "../api/useAgain";
import { useLiveAvailability, useLiveJobs } from "./useLive";
import { useShortfallNotices } from "./useShortfallNotices";

interface Opened {
  readonly variables: Record<string, unknown>;
  readonly answer: (field: string, news: object) => void;
  readonly fail: (code: string) => void;
  readonly end: () => void;
  isOpen: boolean;
}

/** A client whose subscriptions are answered by hand. */
function connected() {
  const opened: Opened[] = [];
  const forwardSubscription: SubscriptionForwarder = ({ variables }) => ({
    subscribe: (sink) => {
      const one: Opened = {
        variables: { ...variables },
        isOpen: true,
        answer: (field, news) => {
          act(() => {
            sink.next({ data: { [field]: news } });
            if ("__typename" in news && news.__typename === "ResyncRequired") sink.complete();
          });
        },
        fail: (code) => { act(() => { sink.error([new GraphQLError("no", { extensions: { code } })]); }); },
        end: () => { act(() => { sink.complete(); }); },
      };
      opened.push(one);
      return { unsubscribe: () => { one.isOpen = false; } };
    },
  });
  const client = new Client({ url: "http://none.test", preferGetMethod: false, exchanges: [subscriptionExchange({ forwardSubscription })] });
  const wrapper = ({ children }: { readonly children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  return { opened, wrapper };
}

const change = (cursor: string) => ({ __typename: "AvailabilityChange", cursor });
const notice = (cursor: string) => ({ __typename: "ShortfallNotice", cursor, isRestored: false, holder: { id: "anna" }, lines: [] });
const resync = (cursor: string) => ({ __typename: "ResyncRequired", cursor });

describe("what changes on a network", () => {
  it("is followed from the first answer on, not from each later one", async () => {
    const { opened, wrapper } = connected();
    const { rerender } = renderHook(({ cursor }) => { useLiveAvailability("gaslib-40", cursor); }, { wrapper, initialProps: { cursor: undefined as string | undefined } });
    expect(opened).toEqual([]);
    rerender({ cursor: "7" });
    await waitFor(() => { expect(opened.map(({ variables }) => variables)).toEqual([{ network: "gaslib-40", after: "7" }]); });
    opened[0]?.answer("availabilityChanges", change("8"));
    rerender({ cursor: "8" });
    expect(opened.length).toBe(1);
  });

  it("is followed again from the next answer when the API could not go on", async () => {
    const { opened, wrapper } = connected();
    const { rerender } = renderHook(({ cursor }) => { useLiveAvailability("gaslib-40", cursor); }, { wrapper, initialProps: { cursor: "7" } });
    await waitFor(() => { expect(opened.length).toBe(1); });
    opened[0]?.answer("availabilityChanges", resync("7"));
    expect(opened.length).toBe(1);
    rerender({ cursor: "3" });
    await waitFor(() => { expect(opened.map(({ variables }) => variables.after)).toEqual(["7", "3"]); });
    opened[1]?.answer("availabilityChanges", change("4"));
    rerender({ cursor: "4" });
    opened[1]?.answer("availabilityChanges", resync("4"));
    expect(opened.length).toBe(2);
    rerender({ cursor: "9" });
    await waitFor(() => { expect(opened.map(({ variables }) => variables.after)).toEqual(["7", "3", "9"]); });
  });
});

describe("jobs", () => {
  it("are followed on one network, or on all that one may see", async () => {
    const { opened, wrapper } = connected();
    const { rerender } = renderHook(({ network }) => { useLiveJobs(network, "7"); }, { wrapper, initialProps: { network: undefined as string | undefined } });
    await waitFor(() => { expect(opened.map(({ variables }) => variables)).toEqual([{ network: null, after: "7" }]); });
    rerender({ network: "gaslib-40" });
    await waitFor(() => { expect(opened.map(({ variables }) => variables.network)).toEqual([null, "gaslib-40"]); });
  });
});

describe("a stream that stops", () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });
  const pass = async (ms: number) => { await act(async () => { await vi.advanceTimersByTimeAsync(ms); }); };
  const cursors = (opened: readonly Opened[]) => opened.map(({ variables }) => variables.after);

  it("is followed again after what came last, however often", async () => {
    const { opened, wrapper } = connected();
    renderHook(() => { useLiveAvailability("gaslib-40", "7"); }, { wrapper });
    await pass(0);
    opened[0]?.answer("availabilityChanges", change("8"));
    opened[0]?.fail("UNAVAILABLE");
    await pass(AGAIN_MS - 1);
    expect(cursors(opened)).toEqual(["7"]);
    await pass(1);
    expect(cursors(opened)).toEqual(["7", "8"]);
    opened[1]?.end();
    await pass(AGAIN_MS);
    expect(cursors(opened)).toEqual(["7", "8", "8"]);
    opened[2]?.answer("availabilityChanges", change("9"));
    await pass(2 * AGAIN_MS);
    expect(opened.length).toBe(3);
  });

  it("is left when the API would refuse it again", async () => {
    const { opened, wrapper } = connected();
    renderHook(() => { useLiveAvailability("gaslib-40", "7"); }, { wrapper });
    await pass(0);
    opened[0]?.fail("FORBIDDEN");
    await pass(2 * AGAIN_MS);
    expect(opened.length).toBe(1);
  });

  it("is read from its start again where it tells what is in force, which stands meanwhile", async () => {
    const { opened, wrapper } = connected();
    const { result } = renderHook(() => useShortfallNotices("gaslib-40"), { wrapper });
    await pass(0);
    opened[0]?.answer("shortfallNotices", notice("1"));
    opened[0]?.fail("RATE_LIMITED");
    await pass(AGAIN_MS);
    expect(cursors(opened)).toEqual(["0", "0"]);
    expect(result.current.map(({ cursor }) => cursor)).toEqual(["1"]);
    opened[1]?.answer("shortfallNotices", { ...notice("2"), isRestored: true });
    expect(result.current).toEqual([]);
  });
});

describe("notices of shortfalls", () => {
  it("are read from their start again when the API could not go on", async () => {
    const { opened, wrapper } = connected();
    const { result } = renderHook(() => useShortfallNotices("gaslib-40"), { wrapper });
    await waitFor(() => { expect(opened.length).toBe(1); });
    opened[0]?.answer("shortfallNotices", notice("1"));
    expect(result.current.map(({ cursor }) => cursor)).toEqual(["1"]);
    opened[0]?.answer("shortfallNotices", resync("1"));
    await waitFor(() => { expect(opened.map(({ variables }) => variables.after)).toEqual(["0", "0"]); });
    opened[1]?.answer("shortfallNotices", notice("1"));
    opened[1]?.answer("shortfallNotices", resync("1"));
    await waitFor(() => { expect(opened.length).toBe(3); });
  });
});
