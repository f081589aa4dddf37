import type { ResultOf, VariablesOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

const AccountFields = graphql(`
  fragment AccountFields on Account @_unmask {
    id
    email
    name
    roles
    createdAt
    signedInAt
    disabledAt
    initialPasswordUntil
    keyCount
    party { id code name possibleRoles }
  }
`);

export const AccountsDocument = graphql(
  `
    query Accounts($party: ID, $role: Role, $isEnabled: Boolean, $search: String, $after: String) {
      accounts(
        first: 50
        after: $after
        party: $party
        role: $role
        isEnabled: $isEnabled
        search: $search
        orderBy: NAME
        direction: ASCENDING
      ) {
        totalCount { count isCapped }
        pageInfo { hasNextPage endCursor }
        edges { node { ...AccountFields } }
      }
    }
  `,
  [AccountFields],
);

export const AccountDocument = graphql(
  `
    query Account($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Account { ...AccountFields }
      }
    }
  `,
  [AccountFields],
);

export const InviteUserDocument = graphql(
  `
    mutation InviteUser($input: InviteUserInput!) {
      inviteUser(input: $input) {
        __typename
        ... on InitialPasswordPayload { initialPassword account { ...AccountFields } }
        ... on Problem { code message }
      }
    }
  `,
  [AccountFields],
);

export const ResetPasswordDocument = graphql(
  `
    mutation ResetPassword($input: ResetPasswordInput!) {
      resetPassword(input: $input) {
        __typename
        ... on InitialPasswordPayload { initialPassword account { ...AccountFields } }
        ... on Problem { code message }
      }
    }
  `,
  [AccountFields],
);

export const ResetSecondFactorDocument = graphql(
  `
    mutation ResetSecondFactor($input: ResetSecondFactorInput!) {
      resetSecondFactor(input: $input) {
        __typename
        ... on ResetSecondFactorPayload { account { ...AccountFields } }
        ... on Problem { code message }
      }
    }
  `,
  [AccountFields],
);

export const ChangeRolesDocument = graphql(
  `
    mutation ChangeRoles($input: ChangeRolesInput!) {
      changeRoles(input: $input) {
        __typename
        ... on ChangeRolesPayload { account { ...AccountFields } }
        ... on Problem { code message }
      }
    }
  `,
  [AccountFields],
);

export const DisableUserDocument = graphql(
  `
    mutation DisableUser($input: DisableUserInput!) {
      disableUser(input: $input) {
        __typename
        ... on DisableUserPayload { account { ...AccountFields } }
        ... on Problem { code message }
      }
    }
  `,
  [AccountFields],
);

export const EnableUserDocument = graphql(
  `
    mutation EnableUser($input: EnableUserInput!) {
      enableUser(input: $input) {
        __typename
        ... on EnableUserPayload { account { ...AccountFields } }
        ... on Problem { code message }
      }
    }
  `,
  [AccountFields],
);

export type AccountsVariables = VariablesOf<typeof AccountsDocument>;
export type Person = ResultOf<typeof AccountFields>;
