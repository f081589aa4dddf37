/** Which cached answers an event makes old; the screens that show them then ask again. */
import type { Cache, UpdatesConfig } from "@urql/exchange-graphcache";

const OF_RIGHTS = new Set(["availability", "networkAvailability", "pressures", "usage", "network", "networks"]);
const OF_A_PARTY = new Set(["contract", "contracts", "positions"]);

const OF_THE_LEDGER = new Set(["balances", "ledgerEntries", "partyBalances", "releaseCredits", "settlementStatus", "transparencyLogs"]);

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
    positionChanges: (_news, _arguments, cache) => {
      forget(cache, OF_A_PARTY);
    },
    settlements: (_news, _arguments, cache) => {
      forget(cache, OF_THE_LEDGER);
    },
  },
  Mutation: {
    bookCapacity: (_result, _arguments, cache) => {
      forget(cache, OF_RIGHTS);
      forget(cache, OF_A_PARTY);
    },
  },
};
