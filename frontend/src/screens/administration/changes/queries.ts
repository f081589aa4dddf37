import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

export const AccountEventsDocument = graphql(`
  query AccountEvents($kind: AccountEventKind, $account: ID, $after: String) {
    accountEvents(first: 50, kind: $kind, account: $account, after: $after) {
      totalCount { count isCapped }
      pageInfo { hasNextPage endCursor }
      edges {
        node {
          id
          kind
          recordedAt
          rolesBefore
          rolesAfter
          isByInstallation
          account { id email }
          apiKey { id name prefix }
          by { id email }
          party { id name }
        }
      }
    }
  }
`);

export type Change = ResultOf<typeof AccountEventsDocument>["accountEvents"]["edges"][number]["node"];
