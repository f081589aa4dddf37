// Apollo Client with the defaults of its cache.
import { apollo } from "../connect/apollo.ts";
import { check } from "./caches.ts";
import { given } from "./given.ts";

const client = apollo(given.url, () => given.trader);

function answered<Data>({ data, error }: { data?: Data; error?: unknown }): Data {
  if (error || data === undefined) throw error ?? new Error("no answer");
  return data;
}

await check({
  ask: async (query, variables) => answered(await client.query({ query, variables, fetchPolicy: "network-only" })),
  change: async (mutation, variables) => answered(await client.mutate({ mutation, variables })),
  cached: async (query, variables) => client.readQuery({ query, variables }),
  follow: (query, variables, next) => {
    const subscription = client.subscribe({ query, variables }).subscribe(({ data }) => next(data as NonNullable<typeof data>));
    return () => subscription.unsubscribe();
  },
});
process.exit();
