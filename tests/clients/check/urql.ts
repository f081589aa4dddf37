// urql with its normalised cache.
import type { AnyVariables, OperationResult } from "@urql/core";
import { urql } from "../connect/urql.ts";
import { check } from "./caches.ts";
import { given } from "./given.ts";

const client = urql(given.url, () => given.trader);

function answered<Data>({ data, error }: OperationResult<Data, AnyVariables>): Data {
  if (error || data === undefined) throw error ?? new Error("no answer");
  return data;
}

await check({
  ask: async (document, variables) =>
    answered(await client.query(document, variables, { requestPolicy: "network-only" }).toPromise()),
  change: async (document, variables) => answered(await client.mutation(document, variables).toPromise()),
  cached: async (document, variables) =>
    (await client.query(document, variables, { requestPolicy: "cache-only" }).toPromise()).data ?? null,
  follow: (document, variables, next) =>
    client.subscription(document, variables).subscribe(({ data, error }) => {
      if (error) throw error;
      if (data) next(data);
    }).unsubscribe,
});
process.exit();
