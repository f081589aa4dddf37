// graphql-request: a query, a command that is carried out, one that is refused, and errors.
import assert from "node:assert/strict";
import { ClientError } from "graphql-request";
import { requests } from "../connect/requests.ts";
import { graphql } from "../gql/gql.ts";
import { given } from "./given.ts";

const Names = graphql(`
  query Names {
    networks { code currency unit }
    viewer { party { name } }
  }
`);
const Book = graphql(`
  mutation Book($input: BookCapacityInput!) {
    bookCapacity(input: $input) {
      __typename
      ... on BookCapacityPayload { contract { code quantity period { start } } charge { amount { amount currency } } }
      ... on CapacityExhaustedProblem { largestThroughout }
      ... on InvalidInputProblem { faults { path message } }
      ... on Problem { code message }
    }
  }
`);
const Missing = graphql(`query Missing { network(code: "none") { name } }`);

const client = requests(given.url, given.trader);
const { networks, viewer } = await client.request(Names);
assert(networks.some(({ code }) => code === given.network));
assert.equal(viewer.party?.name, "Nordwind Energie");

async function book(quantity: string, idempotencyKey = crypto.randomUUID()) {
  const { receipt } = given.route;
  const input = { network: given.network, receipt, ...given.period, quantity, idempotencyKey };
  return (await client.request(Book, { input })).bookCapacity;
}

const booked = await book("1000");
assert(booked.__typename === "BookCapacityPayload");
const { quantity, period }: { quantity: number; period: { start: string } } = booked.contract;
assert.deepEqual([quantity, period.start], [1000, given.period.start]);

const refused = await book("100000000");
assert(refused.__typename === "CapacityExhaustedProblem");
const largest: number = refused.largestThroughout;
assert(largest > 0);
assert.equal(refused.code, "CAPACITY_EXHAUSTED");

const invalid = await book("-1");
assert(invalid.__typename === "InvalidInputProblem");
assert.deepEqual(invalid.faults.map(({ path }) => path), [["quantity"]]);

async function codeOfError(token: string): Promise<unknown> {
  const { response } = await requests(given.url, token).request(Missing).then(
    () => assert.fail("it was answered"),
    (error: unknown) => (error instanceof ClientError ? error : assert.fail(String(error))),
  );
  return response.errors?.[0]?.extensions.code;
}
assert.equal(await codeOfError(given.trader), "NOT_FOUND");
assert.equal(await codeOfError("nobody's"), "UNAUTHENTICATED");
