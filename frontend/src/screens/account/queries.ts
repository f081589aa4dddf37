import type { ResultOf } from "../../api/graphql";
import { graphql } from "../../api/graphql";

export const OwnAccountDocument = graphql(`
  query OwnAccount {
    viewer {
      roles
      party { id name }
      account { id name email }
      secondFactor { confirmedAt recoveryCodesLeft }
      session { id }
    }
    sessions(first: 100) {
      edges { node { id address userAgent createdAt lastUsedAt expiresAt } }
    }
  }
`);

export const EndSessionDocument = graphql(`
  mutation EndSession($input: EndSessionInput!) {
    endSession(input: $input) {
      __typename
      ... on EndSessionPayload { session { id endedAt } }
      ... on Problem { code message }
    }
  }
`);

export const ChangePasswordDocument = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      __typename
      ... on Problem { code message }
      ... on TooManyAttemptsProblem { retryAfterSeconds }
    }
  }
`);

export const EnrolSecondFactorDocument = graphql(`
  mutation EnrolSecondFactor($input: EnrolSecondFactorInput!) {
    enrolSecondFactor(input: $input) {
      __typename
      ... on EnrolSecondFactorPayload { secret uri }
      ... on Problem { code message }
      ... on TooManyAttemptsProblem { retryAfterSeconds }
    }
  }
`);

export const ConfirmSecondFactorDocument = graphql(`
  mutation ConfirmSecondFactor($input: ConfirmSecondFactorInput!) {
    confirmSecondFactor(input: $input) {
      __typename
      ... on ConfirmSecondFactorPayload { recoveryCodes }
      ... on Problem { code message }
    }
  }
`);

export const RemoveSecondFactorDocument = graphql(`
  mutation RemoveSecondFactor($input: RemoveSecondFactorInput!) {
    removeSecondFactor(input: $input) {
      __typename
      ... on RemoveSecondFactorPayload { removedAt }
      ... on Problem { code message }
      ... on TooManyAttemptsProblem { retryAfterSeconds }
    }
  }
`);

export type OwnAccount = ResultOf<typeof OwnAccountDocument>;
export type OwnSession = OwnAccount["sessions"]["edges"][number]["node"];
