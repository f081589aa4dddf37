// graphql-ws: each event once though the connection is cut; a snapshot's cursor; a refused token; a cursor too far ahead.
import assert from "node:assert/strict";
import { print } from "graphql";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import type { Client } from "graphql-ws";
import { live } from "../connect/live.ts";
import { requests } from "../connect/requests.ts";
import { graphql } from "../gql/gql.ts";
import { given } from "./given.ts";
import { proxy } from "./proxy.ts";

const News = graphql(`
  subscription News($after: Cursor) {
    marketEvents(after: $after) {
      __typename
      ... on MarketEvent { cursor topic }
      ... on ResyncRequired { cursor }
    }
  }
`);
const Snapshot = graphql(`
  query Snapshot($network: String!, $period: PeriodInput!, $route: RouteInput!) {
    availability(network: $network, period: $period, route: $route) { cursor }
  }
`);
const Changes = graphql(`
  subscription Changes($network: String!, $after: Cursor) {
    availabilityChanges(network: $network, after: $after) {
      __typename
      ... on AvailabilityChange { period { start end } }
    }
  }
`);
const BookOne = graphql(`
  mutation BookOne($input: BookCapacityInput!) { bookCapacity(input: $input) { __typename } }
`);

/** What a subscription says until `isEnough`, or its end. */
function take<Data, Variables extends Record<string, unknown>>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  isEnough: (found: Data[]) => boolean,
): Promise<Data[]> {
  const found: Data[] = [];
  return new Promise((resolve, reject) => {
    const stop = client.subscribe<Data>(
      { query: print(document), variables },
      {
        next({ data, errors }) {
          if (!data) return reject(new Error(JSON.stringify(errors)));
          found.push(data);
          if (isEnough(found)) stop();
        },
        error: reject,
        complete: () => resolve(found),
      },
    );
  });
}

const COUNT = 9;
const token = () => given.trader;
const direct = live(given.url, token);
const cutting = await proxy(given.url);
const uncut = await take(direct, News, { after: "0" }, ({ length }) => length === COUNT);
const cut = await take(live(cutting.url, token), News, { after: "0" }, ({ length }) => {
  if (length === 4) cutting.cut();
  return length === COUNT;
});
cutting.close();
assert.equal(new Set(uncut.map(({ marketEvents }) => marketEvents.cursor)).size, COUNT);
assert.deepEqual(cut, uncut);

const { network, period, route, url } = given;
const client = requests(url, given.trader);
const { availability } = await client.request(Snapshot, { network, period, route });
const input = { network, receipt: route.receipt, ...period, quantity: "1000", idempotencyKey: crypto.randomUUID() };
const { bookCapacity } = await client.request(BookOne, { input });
assert.equal(bookCapacity.__typename, "BookCapacityPayload");
const [change] = await take(direct, Changes, { network, after: availability.cursor }, () => true);
assert.deepEqual(change?.availabilityChanges, { __typename: "AvailabilityChange", period });

const [ahead, ...others] = await take(direct, News, { after: "999999999" }, () => false);
assert.equal(ahead?.marketEvents.__typename, "ResyncRequired");
assert.deepEqual(others, []);

await assert.rejects(take(live(url, () => "nobody's"), News, { after: "0" }, () => true), { code: 4403 });
await direct.dispose();
