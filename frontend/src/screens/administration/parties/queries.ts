import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

export const PartiesDocument = graphql(`
  query Parties($kind: PartyKind, $search: String, $after: String) {
    parties(first: 100, after: $after, kind: $kind, search: $search) {
      totalCount { count isCapped }
      pageInfo { hasNextPage endCursor }
      edges { node { id code name kind possibleRoles } }
    }
  }
`);

export const PartyDocument = graphql(`
  query Party($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Party { code name kind possibleRoles }
    }
  }
`);

export const CreatePartyDocument = graphql(`
  mutation CreateParty($input: CreatePartyInput!) {
    createParty(input: $input) {
      __typename
      ... on CreatePartyPayload { party { id code name kind } }
      ... on Problem { code message }
    }
  }
`);

export type ListedParty = ResultOf<typeof PartiesDocument>["parties"]["edges"][number]["node"];
