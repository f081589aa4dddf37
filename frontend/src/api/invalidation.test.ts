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

/** How often a query is asked, before and after an event. */
async function timesAsked(query: string, event: Readonly<Record<string, object>>, fields = "topic"): Promise<readonly [number, number]> {
  let asked = 0;
  const [field = ""] = Object.keys(event);
  const answer: Exchange = () => (operations) =>
    pipe(
      operations,
      filter(({ kind }) => kind !== "teardown"),
      map((operation) => {
        if (operation.kind === "query") asked += 1;
        const data = operation.kind === "query" ? { jobs: { __typename: "JobConnection", cursor: "1" }, contract: { __typename: "Contract", id: "c" }, network: { __typename: "Network", id: "n" } } : event;
        return makeResult(operation, { data });
      }),
    );
  const client = new Client({ url: "http://platform.test/graphql", preferGetMethod: false, exchanges: [cacheExchange({ updates }), answer] });
  const ask = () => client.query(gql(query), {}).toPromise();
  await ask();
  await ask();
  const before = asked;
  client.subscription(gql(`subscription { ${field} { __typename cursor ${fields} } }`), {}).subscribe(() => undefined).unsubscribe();
  await ask();
  return [before, asked];
}

describe("answers that the ledger makes old", () => {
  const ask = (kind: string) => timesAsked(`query { contract(id: "c") { id } }`, { settlements: { __typename: kind, cursor: "1", topic: null } });

  it("are also those of contracts, for which something is owed", async () => {
    expect(await ask("SettlementEvent")).toEqual([1, 2]);
  });

  it("are not those of contracts where the entries are for others", async () => {
    expect(await ask("SettlementProgress")).toEqual([1, 1]);
  });
});

describe("answers about a network", () => {
  const ask = (topic: string) => timesAsked(`query { network(code: "n") { id } }`, { availabilityChanges: { __typename: "AvailabilityChange", cursor: "1", topic } });

  it("are asked anew after what changes it", async () => {
    expect(await ask("OVERLAY_SET")).toEqual([1, 2]);
    expect(await ask("NETWORK_PUBLISHED")).toEqual([1, 2]);
  });

  it("stay when only rights have changed, since its elements may be many", async () => {
    expect(await ask("CONTRACT_BOOKED")).toEqual([1, 1]);
  });
});

describe("the list of jobs", () => {
  const ask = (jobState: string) => timesAsked("query { jobs { cursor } }", { jobChanges: { __typename: "JobChange", cursor: "2", jobState } }, "jobState");

  it("is asked for anew when a job begins or ends, not while it runs", async () => {
    expect(await ask("RUNNING")).toEqual([1, 1]);
    expect(await ask("DONE")).toEqual([1, 2]);
  });
});
