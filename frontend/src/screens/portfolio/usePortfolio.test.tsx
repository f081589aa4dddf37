import { renderHook, waitFor } from "@testing-library/react";
import { Kind } from "graphql";
import type { ReactNode } from "react";
import type { AnyVariables, Client, GraphQLRequest } from "urql";
import { CombinedError, Provider } from "urql";
import { afterEach, describe, expect, it } from "vitest";
import { delay, fromValue, makeSubject, merge, never, pipe } from "wonka";
import type { Session } from "../../api/session";
import { session } from "../../api/session";
import { usePortfolio } from "./usePortfolio";

const NETWORK = { id: "n", code: "gaslib-40", unit: "KWH_PER_H", clock: { zone: "Europe/Berlin", startHour: 6 } };
const CONTRACTS = { cursor: "12", pageInfo: { hasNextPage: false }, edges: [] };

afterEach(() => { session.set(undefined); });

/** The portfolio of a caller, and after what each stream is followed. */
function portfolio(...scopes: readonly string[]) {
  session.set({ viewer: { scopes } } as unknown as Session);
  const followed: Record<string, unknown> = {};
  const later = makeSubject<unknown>();
  const data = { network: NETWORK, contracts: CONTRACTS, ...(scopes.includes("SETTLE") ? { ledgerEntries: { cursor: "73" } } : {}) };
  const client = {
    executeQuery: () => merge([pipe(fromValue({ data }), delay(1)), later.source]),
    subscription: ({ definitions }: GraphQLRequest["query"], variables: AnyVariables) => {
      const [definition] = definitions;
      if (definition?.kind === Kind.OPERATION_DEFINITION) followed[definition.name?.value ?? ""] = variables?.after;
      return never;
    },
  } as unknown as Client;
  const wrapper = ({ children }: { readonly children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const { result } = renderHook(() => usePortfolio("gaslib-40", {}), { wrapper });
  return { result, followed, fail: () => { later.next({ error: new CombinedError({ networkError: new Error("lost") }) }); } };
}

describe("the portfolio", () => {
  it("follows the ledger, of which it shows what is owed, from where it stood", async () => {
    const { followed } = portfolio("READ", "SETTLE");
    await waitFor(() => { expect(followed).toEqual({ PositionChanges: "12", Settlements: "73" }); });
  });

  it("does not for those who may not see it", async () => {
    const { followed, result } = portfolio("READ");
    await waitFor(() => { expect(result.current.held).toBeDefined(); });
    expect(followed).toEqual({ PositionChanges: "12" });
  });

  it("stays, and says why, when it could not be asked again", async () => {
    const { result, fail } = portfolio("READ");
    await waitFor(() => { expect(result.current.held).toBeDefined(); });
    fail();
    await waitFor(() => { expect(result.current.error?.message).toContain("lost"); });
    expect(result.current.held?.unit).toBe("KWH_PER_H");
  });
});
