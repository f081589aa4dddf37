/** Which cached answers an event makes old; the screens that show them then ask again. */
import type { Cache, UpdateResolver, UpdatesConfig } from "@urql/exchange-graphcache";

const OF_RIGHTS = new Set(["availability", "networkAvailability", "pressures", "usage", "network", "networks"]);
const OF_A_PARTY = new Set(["contract", "contracts", "positions"]);
const OF_THE_MARKET = new Set([
  "bidQuote",
  "bids",
  "callsForOrders",
  "listingQuote",
  "listings",
  "node",
  "orders",
  "ownReleaseOffers",
  "releaseOffers",
  "tradeTape",
]);

const ofTheMarket: UpdateResolver = (_result, _arguments, cache) => {
  forget(cache, OF_THE_MARKET);
};

/** What is offered holds what its party has, and what is answered moves it. */
const ofAnOffer: UpdateResolver = (_result, _arguments, cache) => {
  forget(cache, OF_THE_MARKET);
  forget(cache, OF_A_PARTY);
};

function forget(cache: Cache, fields: ReadonlySet<string>): void {
  for (const { fieldName, fieldKey } of cache.inspectFields("Query")) {
    if (fields.has(fieldName)) cache.invalidate("Query", fieldKey);
  }
}

export const updates: UpdatesConfig = {
  Subscription: {
    availabilityChanges: (_news, _arguments, cache) => {
      forget(cache, OF_RIGHTS);
    },
    // What a release holds tells its shipper that a bid stands, of which no event of the market tells it.
    positionChanges: ofAnOffer,
    marketEvents: ofTheMarket,
    tradeTape: ofTheMarket,
  },
  Mutation: {
    bookCapacity: (_result, _arguments, cache) => {
      forget(cache, OF_RIGHTS);
      forget(cache, OF_A_PARTY);
    },
    acceptOrder: ofAnOffer,
    awardRelease: ofAnOffer,
    closeCall: ofAnOffer,
    offerRelease: ofAnOffer,
    openCallToBuy: ofAnOffer,
    openCallToSell: ofAnOffer,
    placeBid: ofAnOffer,
    placeOrder: ofAnOffer,
    postListing: ofAnOffer,
    takeListing: ofAnOffer,
    withdrawBid: ofAnOffer,
    withdrawListing: ofAnOffer,
    withdrawRelease: ofAnOffer,
  },
};
