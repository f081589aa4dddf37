import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import type { SubscriptionForwarder } from "urql";
import { Client, Provider, subscriptionExchange } from "urql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AGAIN_MS } from "../../../api/useAgain";
import type { Quantity } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import type { CapacityRequest } from "./draft";
import { useDryRun } from "./useDryRun";

const request: CapacityRequest = {
  network: "gaslib-40",
  receipt: null,
  delivery: "sink_1",
  start: "2027-01-01" as GasDay,
  end: "2027-02-01" as GasDay,
  quantity: 1_000 as unknown as Quantity,
  firmness: "FIRM",
};
const TYPING_MS = 200;

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });
const pass = async (ms: number) => { await act(async () => { await vi.advanceTimersByTimeAsync(ms); }); };

/** The dry runs that were begun, each answered by hand. */
async function begun() {
  const runs: { readonly say: (step: object) => void; readonly end: () => void }[] = [];
  const forwardSubscription: SubscriptionForwarder = () => ({
    subscribe: (sink) => {
      runs.push({
        say: (step) => { act(() => { sink.next({ data: { dryRunBookCapacity: step } }); }); },
        end: () => { act(() => { sink.complete(); }); },
      });
      return { unsubscribe: () => undefined };
    },
  });
  const client = new Client({ url: "http://none.test", preferGetMethod: false, exchanges: [subscriptionExchange({ forwardSubscription })] });
  const wrapper = ({ children }: { readonly children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const { result } = renderHook(() => useDryRun(request, "1"), { wrapper });
  await pass(TYPING_MS);
  return { runs, result };
}

const level = (mostThroughout: number) => ({ level: "RIGHTS", mostThroughout, answer: null });
const answer = { __typename: "DryRunBookCapacityPayload" };

describe("a dry run", () => {
  it("says each level once, also where a loss of the connection began it anew", async () => {
    const { runs, result } = await begun();
    for (const most of [1_500, 1_200]) runs[0]?.say(level(most));
    expect(result.current[0]).toEqual({ state: "checking", bounds: [{ level: "RIGHTS", most: 1_200 }] });
  });

  it("that ended without an answer is begun again, one with an answer is not", async () => {
    const { runs, result } = await begun();
    runs[0]?.end();
    await pass(AGAIN_MS);
    expect(runs.length).toBe(2);
    runs[1]?.say({ level: null, mostThroughout: null, answer });
    runs[1]?.end();
    await pass(2 * AGAIN_MS);
    expect([runs.length, result.current[0]]).toEqual([2, { state: "answered", answer }]);
  });

  it("is begun again when what it said may hold no longer", async () => {
    const { runs, result } = await begun();
    runs[0]?.say({ level: null, mostThroughout: null, answer });
    act(() => { result.current[1](); });
    await pass(0);
    expect([runs.length, result.current[0].state]).toEqual([2, "checking"]);
  });
});
