/** Which cached answers an event makes old; the screens that show them then ask again. */
import type { Cache, DataField, UpdateResolver, UpdatesConfig } from "@urql/exchange-graphcache";

const OF_RIGHTS = new Set([
  "availability",
  "elementUse",
  "interruptibleQuantities",
  "network",
  "networkAvailability",
  "networks",
  "pressures",
  "setAsides",
  "shortfalls",
  "usage",
]);
const OF_A_PARTY = new Set([
  "balances",
  "contract",
  "contracts",
  "lineage",
  "ownCallsForOrders",
  "ownListings",
  "ownReleaseOffers",
  "positions",
  "releaseCredits",
]);

const JOBS = new Set(["jobs"]);

/** Forget answers with the objects that they lead to: parts of these may not be shown now, and would be taken for new later. */
function forget(cache: Cache, fields: ReadonlySet<string>): void {
  for (const { fieldName, fieldKey } of cache.inspectFields("Query")) {
    if (!fields.has(fieldName)) continue;
    for (const object of objectsIn(cache.resolve("Query", fieldKey))) cache.invalidate(object);
    cache.invalidate("Query", fieldKey);
  }
}

/** The keys of the objects that a field of the cache leads to. */
const objectsIn = (found: DataField | undefined): readonly string[] =>
  Array.isArray(found) ? found.flatMap(objectsIn) : typeof found === "string" ? [found] : [];

export const updates: UpdatesConfig = {
  Subscription: {
    availabilityChanges: (_news, _arguments, cache) => {
      forget(cache, OF_RIGHTS);
    },
    positionChanges: (_news, _arguments, cache) => {
      forget(cache, OF_A_PARTY);
    },
  },
  Mutation: {
    bookCapacity: (_result, _arguments, cache) => {
      forget(cache, OF_RIGHTS);
      forget(cache, OF_A_PARTY);
    },
    ...of(OF_RIGHTS, "endSetAside", "importNetwork", "publishRevision", "setAside", "setInterruptibleQuantity", "setOverlay", "setPolicy", "withdrawOverlay"),
    ...of(JOBS, "cancelJob", "validateBookings"),
    ...of(new Set(["indexValues"]), "publishIndexValues"),
    ...of(new Set(["productRules"]), "setProductRules"),
    ...of(new Set(["tariffs"]), "setTariff"),
  },
};

/** What each of some mutations makes old. */
function of(fields: ReadonlySet<string>, ...mutations: readonly string[]): Record<string, UpdateResolver> {
  return Object.fromEntries(mutations.map((name) => [name, (_result, _arguments, cache) => { forget(cache, fields); }]));
}
