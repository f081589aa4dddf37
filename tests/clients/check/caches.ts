// What a normalised cache holds after everything was asked equals what the server answers to the same questions anew.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { type DocumentNode, Kind, print } from "graphql";
import { graphql } from "../gql/gql.ts";
import * as generated from "../gql/graphql.ts";
import { given } from "./given.ts";

type Variables = Record<string, unknown>;
type Document<Data, Given extends Variables> = TypedDocumentNode<Data, Given>;

/** A client with a cache: asks the server, answers from the cache alone (null for what it lacks), follows events. */
export interface Caching {
  ask<Data, Given extends Variables>(document: Document<Data, Given>, variables: Given): Promise<Data>;
  change<Data, Given extends Variables>(document: Document<Data, Given>, variables: Given): Promise<Data>;
  cached<Data, Given extends Variables>(document: Document<Data, Given>, variables: Given): Promise<Data | null>;
  follow<Data, Given extends Variables>(
    document: Document<Data, Given>,
    variables: Given,
    next: (data: Data) => void,
  ): () => void;
}

const Elements = graphql(`
  query Elements($network: String!) {
    network(code: $network) { id revision edges { id code lengthM } nodes { id code } }
  }
`);
const Element = graphql(`
  query Element($id: ID!) { node(id: $id) { id ... on PhysicalEdge { code lengthM } } }
`);
const Publish = graphql(`
  mutation Publish($input: PublishRevisionInput!) { publishRevision(input: $input) { __typename } }
`);
const BookToList = graphql(`
  mutation BookToList($input: BookCapacityInput!) {
    bookCapacity(input: $input) { __typename ... on BookCapacityPayload { contract { id } } }
  }
`);
const Post = graphql(`
  mutation Post($input: PostListingInput!) {
    postListing(input: $input) { __typename ... on PostListingPayload { listing { id } } }
  }
`);
const Take = graphql(`
  mutation Take($input: TakeListingInput!) { takeListing(input: $input) { __typename } }
`);
const Withdraw = graphql(`
  mutation Withdraw($input: WithdrawListingInput!) {
    withdrawListing(input: $input) { __typename ... on WithdrawListingPayload { listing { id state remaining } } }
  }
`);
const Board = graphql(`
  query Board($network: String!) {
    listings(network: $network, first: 50) { cursor edges { node { id state remaining pricePerUnitDay } } }
  }
`);
const Listing = graphql(`
  query Listing($id: ID!) { node(id: $id) { id ... on Listing { state remaining pricePerUnitDay } } }
`);
const Market = graphql(`
  subscription Market($network: String!, $after: Cursor) {
    marketEvents(network: $network, after: $after) {
      __typename
      ... on ListingEvent { cursor remaining listing { id state remaining } }
    }
  }
`);

/** Things with an id, of each of which the demo has more than one. */
const KINDS = [
  ...["CallForOrders", "Contract", "Listing", "Network", "Overlay", "Party"],
  ...["PhysicalEdge", "PhysicalNode", "ReleaseOffer", "TapeTrade", "Tariff", "Trade"],
];

/** What is proved within a time limit, or tells a time, is not the same when it is asked again. */
const OF_THE_MOMENT = /^(Availability|NetworkAvailability|Sessions|SettlementStatus)/;

/** What a trader may not ask. */
const OF_ADMINISTRATORS = /^Account/;

/** Asks the server itself, without any client. */
async function fresh<Data, Given extends Variables>(
  document: Document<Data, Given>,
  variables: Given,
  token = given.trader,
): Promise<Data> {
  const response = await fetch(`${given.url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** An answer without the names of types, which clients add. */
function plain(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (key, value) => (key === "__typename" ? undefined : value)));
}

/** Every generated query with the variables it declares, of both networks. */
function* questions(): Generator<[string, Document<unknown, Variables>, Variables]> {
  for (const [name, document] of Object.entries(generated as Record<string, unknown>)) {
    if (!/\dDocument$/.test(name) || OF_ADMINISTRATORS.test(name)) continue;
    const [operation] = (document as DocumentNode).definitions;
    assert(operation?.kind === Kind.OPERATION_DEFINITION);
    const declared = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
    const { period, route } = given;
    for (const network of declared.has("network") ? [given.network, given.twin] : [given.network]) {
      const all = { network, period, route, day: period.start };
      const variables = Object.entries(all).filter(([key]) => declared.has(key));
      yield [name, document as Document<unknown, Variables>, Object.fromEntries(variables)];
    }
  }
}

/** Two networks whose elements have the same codes, and all there is on them, mixed in one cache. */
async function everythingIsKeptApart(client: Caching): Promise<void> {
  const told: [string, Document<unknown, Variables>, Variables, unknown][] = [];
  for (const [name, document, variables] of questions()) {
    told.push([name, document, variables, await client.ask(document, variables)]);
  }
  for (const [name, document, variables, answer] of told) {
    const now = OF_THE_MOMENT.test(name) ? answer : await fresh(document, variables);
    assert.deepEqual(plain(await client.cached(document, variables)), plain(now), print(document));
  }
  const kinds = new Set<unknown>();
  JSON.stringify(told, (_, value) => {
    if (value?.id && value.__typename) kinds.add(value.__typename);
    return value;
  });
  for (const kind of KINDS) assert(kinds.has(kind), `no ${kind} was asked for`);
}

/** An edge of an earlier revision stays what it was. */
async function revisionsAreKeptApart(client: Caching): Promise<void> {
  const { revised: network, revisionFile } = given;
  const before = await client.ask(Elements, { network });
  const [edge] = before.network.edges;
  assert(edge);
  await client.ask(Element, { id: edge.id });
  const content = readFileSync(revisionFile).toString("base64");
  const input = { network, file: { name: "revision.json", content } };
  const { publishRevision } = await fresh(Publish, { input }, given.operator);
  assert.equal(publishRevision.__typename, "NetworkPayload");
  const after = await client.ask(Elements, { network });
  assert.notEqual(after.network.edges.find(({ code }) => code === edge.code)?.lengthM, edge.lengthM);
  for (const id of [edge.id, ...after.network.edges.slice(0, 1).map(({ id }) => id)]) {
    await client.ask(Element, { id });
  }
  assert.deepEqual(plain(await client.cached(Element, { id: edge.id })), plain({ node: edge }));
  assert.deepEqual(plain(await client.cached(Elements, { network })), plain(await fresh(Elements, { network })));
}

/** Another party's purchase and one's own command change what was cached, without asking again. */
async function changesArrive(client: Caching): Promise<void> {
  const { network, route, period } = given;
  const key = () => ({ idempotencyKey: crypto.randomUUID() });
  const quantity = "1000";
  const { bookCapacity: booked } = await client.change(BookToList, {
    input: { ...key(), network, receipt: route.receipt, ...period, quantity },
  });
  assert(booked.__typename === "BookCapacityPayload");
  const { postListing: posted } = await client.change(Post, {
    input: { ...key(), contractId: booked.contract.id, kind: "ASSIGNMENT", ...period, quantity, pricePerUnitDay: "0.01" },
  });
  assert(posted.__typename === "PostListingPayload");
  const { id } = posted.listing;

  const board = await client.ask(Board, { network });
  await client.ask(Listing, { id });
  const arrived = new Promise<void>((resolve) => {
    const stop = client.follow(Market, { network, after: board.listings.cursor }, ({ marketEvents: news }) => {
      if (news.__typename !== "ListingEvent" || news.listing?.id !== id || news.remaining !== 600) return;
      stop();
      resolve();
    });
  });
  const { takeListing } = await fresh(Take, { input: { ...key(), listingId: id, quantity: "400" } }, given.buyer);
  assert.equal(takeListing.__typename, "TakeListingPayload");
  await arrived;
  const { listings } = (await client.cached(Board, { network })) ?? assert.fail("the cache lacks it");
  assert.deepEqual(plain(listings.edges), plain((await fresh(Board, { network })).listings.edges));
  assert.deepEqual(plain(await client.cached(Listing, { id })), plain(await fresh(Listing, { id })));

  const { withdrawListing } = await client.change(Withdraw, { input: { listingId: id } });
  assert.equal(withdrawListing.__typename, "WithdrawListingPayload");
  const withdrawn = await client.cached(Listing, { id });
  assert(withdrawn?.node && "state" in withdrawn.node);
  assert.equal(withdrawn.node.state, "WITHDRAWN");
  assert.deepEqual(plain(withdrawn), plain(await fresh(Listing, { id })));
}

export async function check(client: Caching): Promise<void> {
  await everythingIsKeptApart(client);
  await revisionsAreKeptApart(client);
  await changesArrive(client);
}
