/** Which cached answers an event makes old; the screens that show them then ask again. */
import type { Cache, DataField, UpdateResolver, UpdatesConfig } from "@urql/exchange-graphcache";

const OF_RIGHTS = new Set([
  "availability",
  "elementUse",
  "interruptibleQuantities",
  "networkAvailability",
  "pressures",
  "setAsides",
  "shortfalls",
  "usage",
]);
const OF_A_PARTY = new Set([
  "balances",
  "contract",
  "contracts",
  "credit",
  "lineage",
  "ownCallsForOrders",
  "ownListings",
  "ownReleaseOffers",
  "positions",
  "releaseCredits",
]);
const OF_THE_MARKET = new Set([
  "bidQuote",
  "bids",
  "callsForOrders",
  "clearingBids",
  "clearings",
  "credit",
  "creditLimits",
  "listingQuote",
  "listings",
  "node",
  "orders",
  "ownReleaseOffers",
  "releaseOffers",
  "tradeTape",
]);

/** What is offered holds what its party has, and what is answered moves it. */
const OF_AN_OFFER = new Set([...OF_THE_MARKET, ...OF_A_PARTY]);

/** What is on sale, and at what price. */
const ON_SALE = ["networkAvailability"];
const NETWORKS = new Set(["network", "networks"]);
/** What an event or a command may change of a network beside the rights on it: its elements, overlays and policy. */
const OF_A_NETWORK = new Set([...OF_RIGHTS, ...NETWORKS]);
/** Events that leave the network itself as it was, whose elements may be many to ask for again. */
const RIGHTS_ALONE = new Set<unknown>(["CAPACITY_SET_ASIDE", "CAPACITY_SET_ASIDE_ENDED", "CONTRACT_BOOKED", "INTERRUPTIBLE_SET", "RIGHTS_CLEARED"]);
const JOBS = new Set(["jobs"]);
const OF_ACCOUNTS = new Set(["accounts", "accountEvents"]);
const OF_KEYS = new Set(["apiKeys", "accountEvents"]);
/** With what is owed for a contract. */
const OF_THE_LEDGER = new Set([
  "balances",
  "contract",
  "contracts",
  "ledgerEntries",
  "partyBalances",
  "releaseCredits",
  "settlementStatus",
  "transparencyLogs",
]);

/** What entries for others change: how far settlement has come. */
const STATUS = new Set(["settlementStatus"]);

/** Forget answers; networks with all that is known of them, since a part that is not shown now would be taken for new later. */
function forget(cache: Cache, fields: ReadonlySet<string>): void {
  for (const { fieldName, fieldKey } of cache.inspectFields("Query")) {
    if (!fields.has(fieldName)) continue;
    if (NETWORKS.has(fieldName)) for (const object of objectsIn(cache.resolve("Query", fieldKey))) cache.invalidate(object);
    cache.invalidate("Query", fieldKey);
  }
}

/** The keys of the objects that a field of the cache leads to. */
const objectsIn = (found: DataField | undefined): readonly string[] =>
  Array.isArray(found) ? found.flatMap(objectsIn) : typeof found === "string" ? [found] : [];

export const updates: UpdatesConfig = {
  Subscription: {
    availabilityChanges: (result, _arguments, cache) => {
      const { topic } = result.availabilityChanges as { readonly topic?: unknown };
      forget(cache, RIGHTS_ALONE.has(topic) ? OF_RIGHTS : OF_A_NETWORK);
    },
    // What a release holds tells its shipper that a bid stands, of which no event of the market tells it.
    ...of(OF_AN_OFFER, "positionChanges"),
    ...of(OF_THE_MARKET, "marketEvents", "tradeTape"),
    settlements: (result, _arguments, cache) => {
      const { __typename: kind } = result.settlements as { readonly __typename: string };
      forget(cache, kind === "SettlementProgress" ? STATUS : OF_THE_LEDGER);
    },
    // A job that runs is in the lists already, and what it says is kept by its id.
    jobChanges: (result, _arguments, cache) => {
      if ((result.jobChanges as { readonly jobState?: string }).jobState !== "RUNNING") forget(cache, JOBS);
    },
  },
  Mutation: {
    ...of(new Set([...OF_RIGHTS, ...OF_A_PARTY]), "bookCapacity"),
    ...of(OF_RIGHTS, "endSetAside", "setAside", "setInterruptibleQuantity"),
    ...of(OF_A_NETWORK, "importNetwork", "publishRevision", "setOverlay", "setPolicy", "withdrawOverlay"),
    ...of(JOBS, "cancelJob", "validateBookings"),
    ...of(new Set(["indexValues", ...ON_SALE]), "publishIndexValues"),
    ...of(new Set(["productRules", ...ON_SALE]), "setProductRules"),
    ...of(new Set(["tariffs", ...ON_SALE]), "setTariff"),
    ...of(new Set(["credit", "creditLimits"]), "recordCreditPayment", "setCreditLimit", "setCreditSuspension"),
    ...of(OF_AN_OFFER, "acceptOrder", "awardRelease", "closeCall", "offerRelease", "openCallToBuy", "openCallToSell", "placeBid", "placeOrder"),
    ...of(OF_AN_OFFER, "awardClearing", "placeClearingBid", "withdrawClearing", "withdrawClearingBid"),
    ...of(OF_AN_OFFER, "postListing", "takeListing", "withdrawBid", "withdrawListing", "withdrawRelease"),
    ...of(OF_ACCOUNTS, "changeRoles", "disableUser", "enableUser", "inviteUser", "resetPassword", "resetSecondFactor"),
    ...of(OF_KEYS, "revokeApiKey", "rotateApiKey"),
    ...of(new Set([...OF_KEYS, ...OF_ACCOUNTS]), "createApiKey"),
    ...of(new Set(["parties"]), "createParty"),
  },
};

/** What each of some events or mutations makes old. */
function of(fields: ReadonlySet<string>, ...names: readonly string[]): Record<string, UpdateResolver> {
  return Object.fromEntries(names.map((name) => [name, (_result, _arguments, cache) => { forget(cache, fields); }]));
}
