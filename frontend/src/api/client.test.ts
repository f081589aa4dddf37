// @vitest-environment happy-dom
import type { CombinedError } from "urql";
import { gql } from "urql";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openClient } from "./client";

afterEach(() => { vi.unstubAllGlobals(); });

describe("an answer whose data are null for an error at a field", () => {
  const answer = { data: null, errors: [{ message: "no", path: ["network"] }] };

  it.each([
    ["a query", (client: Client) => client.query(gql`query { network { id } }`, {})],
    ["a query that is not cached", (client: Client) => client.query(gql`query { network { id } }`, {}, { isUncached: true })],
    ["a mutation", (client: Client) => client.mutation(gql`mutation { network { id } }`, {})],
  ])("has none for screens: %s", async (_what, ask) => {
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json(answer)));
    const { client, close } = openClient();
    const result: { readonly data?: unknown; readonly error?: CombinedError | undefined } = await ask(client);
    expect(result.data).toBeUndefined();
    expect(result.error?.graphQLErrors.map(({ message }) => message)).toEqual(["no"]);
    close();
  });
});

type Client = ReturnType<typeof openClient>["client"];
