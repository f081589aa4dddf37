import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

const KeyFields = graphql(`
  fragment KeyFields on ApiKey @_unmask { id name prefix roles scopes createdAt expiresAt lastUsedAt revokedAt }
`);

export const ApiKeysDocument = graphql(
  `
    query ApiKeys($after: String) {
      apiKeys(first: 100, after: $after) {
        totalCount { count isCapped }
        pageInfo { hasNextPage endCursor }
        edges { node { ...KeyFields } }
      }
    }
  `,
  [KeyFields],
);

export const CreateApiKeyDocument = graphql(
  `
    mutation CreateApiKey($input: CreateApiKeyInput!) {
      createApiKey(input: $input) {
        __typename
        ... on ApiKeyPayload { text apiKey { ...KeyFields } }
        ... on Problem { code message }
      }
    }
  `,
  [KeyFields],
);

export const RotateApiKeyDocument = graphql(
  `
    mutation RotateApiKey($input: RotateApiKeyInput!) {
      rotateApiKey(input: $input) {
        __typename
        ... on ApiKeyPayload { text apiKey { ...KeyFields } }
        ... on Problem { code message }
      }
    }
  `,
  [KeyFields],
);

export const RevokeApiKeyDocument = graphql(
  `
    mutation RevokeApiKey($input: RevokeApiKeyInput!) {
      revokeApiKey(input: $input) {
        __typename
        ... on RevokeApiKeyPayload { apiKey { ...KeyFields } }
        ... on Problem { code message }
      }
    }
  `,
  [KeyFields],
);

export type Key = ResultOf<typeof KeyFields>;

/** A key that was just made, with its text, which is shown once. */
export interface Issued {
  readonly apiKey: Key;
  readonly text: string;
}
