import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import type { Client } from "urql";
import { CombinedError, Provider } from "urql";
import { afterEach, describe, expect, it, vi } from "vitest";
import { operatorTexts } from "../../../texts/operator";
import { useImport } from "./useImport";

afterEach(() => { vi.unstubAllGlobals(); });

/** What is said of an import that ends in an error. */
async function saidOf(error: CombinedError): Promise<unknown> {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ upload: "u" })));
  const client = { mutation: () => Promise.resolve({ data: undefined, error }) } as unknown as Client;
  const wrapper = ({ children }: { readonly children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const { result } = renderHook(() => useImport(), { wrapper });
  act(() => { result.current.start(new File(["{}"], "a.json"), { as: "revision", network: "gaslib-40" }); });
  await waitFor(() => { expect(result.current.outcome.state).toBe("refused"); });
  return result.current.outcome;
}

describe("an import without an answer", () => {
  it("says what the platform says", async () => {
    const error = new CombinedError({ graphQLErrors: [{ message: "this needs the scope OPERATE" }] });
    expect(await saidOf(error)).toMatchObject({ message: expect.stringContaining("this needs the scope OPERATE") as string, faults: [] });
  });

  it("says that nothing is known where the connection was lost", async () => {
    expect(await saidOf(new CombinedError({ networkError: new Error("offline") }))).toMatchObject({ message: operatorTexts.form.unanswered });
  });
});
