/** Which cached answers an event makes old; the screens that show them then ask again. */
import type { Cache, UpdatesConfig } from "@urql/exchange-graphcache";

const OF_RIGHTS = new Set(["availability", "networkAvailability", "pressures", "usage", "network", "networks"]);
const OF_A_PARTY = new Set(["contract", "contracts", "positions"]);

function forget(cache: Cache, fields: ReadonlySet<string>): void {
  for (const { fieldName, fieldKey } of cache.inspectFields("Query")) {
    if (fields.has(fieldName)) cache.invalidate("Query", fieldKey);
  }
}

const OF_ACCOUNTS = ["accounts", "accountEvents"];
const OF_KEYS = ["apiKeys", "accountEvents"];

const forgetting = (fields: readonly string[]) => (_result: unknown, _arguments: unknown, cache: Cache): void => {
  forget(cache, new Set(fields));
};

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
    changeRoles: forgetting(OF_ACCOUNTS),
    createApiKey: forgetting([...OF_KEYS, "accounts"]),
    createParty: forgetting(["parties"]),
    disableUser: forgetting(OF_ACCOUNTS),
    enableUser: forgetting(OF_ACCOUNTS),
    inviteUser: forgetting(OF_ACCOUNTS),
    resetPassword: forgetting(OF_ACCOUNTS),
    resetSecondFactor: forgetting(OF_ACCOUNTS),
    revokeApiKey: forgetting(OF_KEYS),
    rotateApiKey: forgetting(OF_KEYS),
  },
};
