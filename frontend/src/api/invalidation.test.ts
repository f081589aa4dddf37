import { cacheExchange } from "@urql/exchange-graphcache";
import { Client, gql, makeResult } from "urql";
import type { Exchange } from "urql";
import { filter, map, pipe } from "wonka";
import { describe, expect, it } from "vitest";
import { updates } from "./invalidation";

interface Overlay {
  readonly __typename: "Overlay";
  readonly id: string;
}

/** A platform with one network, whose overlays a mutation adds to. */
function platform() {
  const overlays: Overlay[] = [];
  const answer: Exchange = () => (operations) =>
    pipe(
      operations,
      filter(({ kind }) => kind === "query" || kind === "mutation"),
      map((operation) => {
        if (operation.kind === "mutation") overlays.push({ __typename: "Overlay", id: String(overlays.length) });
        const network = { __typename: "Network", id: "n", code: "small", overlays: [...overlays] };
        const data = operation.kind === "mutation" ? { setOverlay: { __typename: "OverlayPayload" } } : { network };
        return makeResult(operation, { data });
      }),
    );
  return new Client({ url: "http://platform.test/graphql", preferGetMethod: false, exchanges: [cacheExchange({ updates }), answer] });
}

const WITH_OVERLAYS = gql<{ network: { overlays: Overlay[] } }, Record<string, never>>`query { network(code: "small") { id overlays { id } } }`;
const WITHOUT = gql`query { network(code: "small") { id code } }`;
const PUT = gql`mutation { setOverlay { __typename } }`;

describe("answers that a mutation makes old", () => {
  it("are asked anew, also by a screen that comes back after another has asked for the same object", async () => {
    const client = platform();
    const overlays = async (): Promise<unknown> => (await client.query(WITH_OVERLAYS, {})).data?.network.overlays;
    expect(await overlays()).toEqual([]);
    await client.mutation(PUT, {});
    await client.query(WITHOUT, {});
    expect(await overlays()).toMatchObject([{ id: "0" }]);
  });
});

describe("answers that the ledger makes old", () => {
  it("are also those of contracts, for which something is owed", async () => {
    let asked = 0;
    const answer: Exchange = () => (operations) =>
      pipe(
        operations,
        filter(({ kind }) => kind !== "teardown"),
        map((operation) => {
          if (operation.kind === "query") asked += 1;
          const data = operation.kind === "query" ? { contract: { __typename: "Contract", id: "c" } } : { settlements: { __typename: "SettlementEvent", cursor: "1" } };
          return makeResult(operation, { data });
        }),
      );
    const client = new Client({ url: "http://platform.test/graphql", preferGetMethod: false, exchanges: [cacheExchange({ updates }), answer] });
    const ask = () => client.query(gql`query { contract(id: "c") { id } }`, {}).toPromise();
    await ask();
    await ask();
    expect(asked).toBe(1);
    client.subscription(gql`subscription { settlements(after: "0") { __typename cursor } }`, {}).subscribe(() => undefined).unsubscribe();
    await ask();
    expect(asked).toBe(2);
  });
});
