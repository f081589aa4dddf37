import { act, render, renderHook, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { Client, fetchExchange, Provider } from "urql";
import { describe, expect, it, vi } from "vitest";
import type { Quantity } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import type { CapacityRequest } from "./draft";
import type { Shown } from "../shown";
import type { Possible } from "./queries";
import { useBooking } from "./useBooking";
import type { DryRun } from "./useDryRun";
import { Verdict } from "./verdict/Verdict";

const request: CapacityRequest = {
  network: "gaslib-40",
  receipt: "source_1",
  delivery: null,
  start: "2027-01-01" as GasDay,
  end: "2027-02-01" as GasDay,
  quantity: 1_000 as unknown as Quantity,
  firmness: "FIRM",
};
const possible = {
  __typename: "DryRunBookCapacityPayload",
  charge: { amount: { amount: "12.50", currency: "EUR" }, isEstimate: false, working: [] },
  verdict: { level: "FLOW", demandedLevel: null, solver: "exact", solverVersion: "1", rightsVersion: 1 },
} as unknown as Possible;
const booked = { __typename: "BookCapacityPayload", contract: { id: "c", code: "C-1" } };

interface Asked {
  readonly query: string;
  readonly variables: { readonly input: { readonly idempotencyKey?: string } };
}

/** A platform where each answer to a booking is one of some, and the price is that of `possible` or another. */
function platform(answers: (() => Promise<Response>)[], priced: object = possible) {
  const keys: (string | undefined)[] = [];
  const counted = { prices: 0 };
  const client = new Client({
    url: "http://platform.test/graphql",
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetch: async (_to, sent) => {
      const { query, variables } = JSON.parse(sent?.body as string) as Asked;
      if (query.startsWith("query")) {
        counted.prices += 1;
        return Response.json({ data: { dryRunBookCapacity: priced } });
      }
      keys.push(variables.input.idempotencyKey);
      return (answers.shift() ?? lost)();
    },
  });
  const wrapper = ({ children }: { readonly children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  return { keys, counted, wrapper };
}

const lost = () => Promise.reject(new TypeError("lost"));

describe("a booking whose answer is lost", () => {
  it("is not known, and is sent again with its key whatever it would cost now", async () => {
    const { keys, counted, wrapper } = platform([lost, lost, () => Promise.resolve(Response.json({ data: { bookCapacity: booked } }))]);
    const { result } = renderHook(() => useBooking(request, () => undefined), { wrapper });
    act(() => { result.current[1](possible); });
    await waitFor(() => { expect(result.current[0]).toEqual({ state: "unknown", isSending: false }); });
    act(() => { result.current[2](); });
    expect(result.current[0]).toEqual({ state: "unknown", isSending: true });
    await waitFor(() => { expect(result.current[0]).toEqual({ state: "unknown", isSending: false }); });
    act(() => { result.current[2](); });
    await waitFor(() => { expect(result.current[0]).toMatchObject({ state: "booked", booked }); });
    expect(counted.prices).toBe(1);
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
  });

  it("stays to be sent again when it took the capacity, so that another one would be refused", async () => {
    const { keys, wrapper } = platform([]);
    const verdict = (dryRun: DryRun) => <Verdict shown={{ network: { unit: "KWH_PER_H" } } as Shown} request={request} dryRun={dryRun} onAskAgain={() => undefined} onGo={() => undefined} />;
    const { rerender } = render(verdict({ state: "answered", answer: possible }), { wrapper });
    await userEvent.click(screen.getByRole("button", { name: /^Book 1,000/ }));
    expect(await screen.findByText(/No answer came/)).toBeTruthy();
    rerender(verdict({ state: "answered", answer: { __typename: "InvalidInputProblem", code: "INVALID_INPUT", message: "no", path: [], faults: [] } }));
    expect(document.activeElement).toBe(screen.getByRole("button", { name: /^Book 1,000/ }));
    await userEvent.keyboard("{Enter}");
    await waitFor(() => { expect(keys.length).toBe(2); });
  });

  it("is still to be sent again, with its key, when one has looked at something else meanwhile", async () => {
    const other = { ...request, quantity: 2_000 as unknown as Quantity };
    const { keys, wrapper } = platform([lost, () => Promise.resolve(Response.json({ data: { bookCapacity: booked } }))]);
    const first = renderHook(() => useBooking(other, () => undefined), { wrapper });
    act(() => { first.result.current[1](possible); });
    await waitFor(() => { expect(first.result.current[0].state).toBe("unknown"); });
    first.unmount();
    const { result } = renderHook(() => useBooking(other, () => undefined), { wrapper });
    expect(result.current[0]).toEqual({ state: "unknown", isSending: false });
    act(() => { result.current[2](); });
    await waitFor(() => { expect(result.current[0].state).toBe("booked"); });
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
    expect(renderHook(() => useBooking(other, () => undefined), { wrapper }).result.current[0].state).toBe("none");
  });
});

describe("a booking that is refused", () => {
  const refusal = (error: object) => () => Promise.resolve(Response.json({ data: null, errors: [error] }));

  it("says so, and not that no answer came", async () => {
    const { wrapper } = platform([refusal({ message: "you may not book", extensions: { code: "FORBIDDEN" } })]);
    const { result } = renderHook(() => useBooking(request, () => undefined), { wrapper });
    act(() => { result.current[1](possible); });
    await waitFor(() => { expect(result.current[0]).toEqual({ state: "stopped", why: "Nothing was booked: you may not book" }); });
  });

  it.each([
    [{ ...possible, charge: { ...possible.charge, amount: { amount: "13.00", currency: "EUR" } } }, /^The price has changed/],
    [{ __typename: "CapacityExhaustedProblem", code: "CAPACITY_EXHAUSTED", message: "full" }, /^Others were quicker/],
    [{ __typename: "InvalidInputProblem", code: "INVALID_INPUT", message: "no longer on sale", path: [], faults: [] }, /^Nothing was booked: no longer on sale$/],
  ])("before it is sent is asked about once more", async (priced, why) => {
    const { keys, wrapper } = platform([], priced);
    const onStopped = vi.fn();
    const { result } = renderHook(() => useBooking(request, onStopped), { wrapper });
    act(() => { result.current[1](possible); });
    await waitFor(() => { expect(result.current[0]).toEqual({ state: "stopped", why: expect.stringMatching(why) as unknown }); });
    expect([onStopped.mock.calls.length, keys.length]).toEqual([1, 0]);
  });
});
