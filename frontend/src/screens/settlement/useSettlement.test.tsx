import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import type { Client, GraphQLRequest } from "urql";
import { CombinedError, Provider } from "urql";
import { describe, expect, it } from "vitest";
import { delay, fromValue, merge, never, pipe } from "wonka";
import { LedgerDocument, PartyBalancesDocument, PartyByCodeDocument } from "./queries";
import { useSettlement } from "./useSettlement";

const party = (code: string) => ({ id: `id of ${code}`, code, name: `Name of ${code}` });
const BALANCES = { partyBalances: { cursor: "1", balances: [{ party: party("NETZ"), gasMonth: "2027-01-01", code: "RESERVATION", amount: { amount: "1.00", currency: "EUR" } }] } };
const LEDGER = { ledgerEntries: { cursor: "1", hasMore: true, events: [] } };

/** As from a platform: later, and with more to come. */
const answer = (result: unknown) => merge([pipe(fromValue(result), delay(1)), never]);

/** The screen's state for a party, where only NETZ has a balance in the months shown, and what was asked of ledger and directory. */
function settle(code: string, directory: { readonly data?: unknown; readonly error?: CombinedError }) {
  const asked: unknown[] = [];
  const executeQuery = ({ query, variables }: GraphQLRequest) => {
    if (query === PartyBalancesDocument) return answer({ data: BALANCES });
    if (query !== PartyByCodeDocument && query !== LedgerDocument) return never;
    asked.push(variables?.party ?? variables?.code);
    return answer(query === LedgerDocument ? { data: LEDGER } : directory);
  };
  const client = { executeQuery, executeSubscription: () => never, subscription: () => never } as unknown as Client;
  const wrapper = ({ children }: { readonly children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const { result } = renderHook(() => useSettlement({ party: code }), { wrapper });
  return { result, asked };
}

const found = (...codes: readonly string[]) => ({ data: { parties: { edges: codes.map((code) => ({ node: party(code) })) } } });

describe("the charges of a party", () => {
  it("are asked for at once where it has a balance in the months shown", async () => {
    const { result, asked } = settle("NETZ", found());
    await waitFor(() => { expect(result.current.charges.data?.hasMore).toBe(true); });
    expect(asked).toEqual(["id of NETZ"]);
  });

  it("are asked for also where it has none in them", async () => {
    const { result, asked } = settle("ALPEN", found("ALPEN-2", "ALPEN"));
    await waitFor(() => { expect(result.current.charges.data?.hasMore).toBe(true); });
    expect(asked).toEqual(["ALPEN", "id of ALPEN"]);
    expect(result.current.nameOf("ALPEN")).toBe("Name of ALPEN");
  });

  it("are none where it is nobody", async () => {
    const { result } = settle("ALPEN", found("ALPEN-2"));
    await waitFor(() => { expect(result.current.charges.data).toEqual({ rows: [], hasMore: false }); });
  });

  it("are not known where the directory does not answer", async () => {
    const { result } = settle("ALPEN", { error: new CombinedError({ networkError: new Error("offline") }) });
    await waitFor(() => { expect(result.current.charges.error).toBeDefined(); });
    expect(result.current.charges.data).toBeUndefined();
  });
});
