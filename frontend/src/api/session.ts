/**
 * Who is signed in. Both tokens are kept in memory alone, so that nothing in the browser's storage can be stolen: a
 * closed tab is signed out.
 */
import type { ResultOf } from "./graphql";
import { setClock } from "./clock";
import { graphql } from "./graphql";
import { createStore } from "./store";

const SessionFields = graphql(`
  fragment SessionFields on SignInPayload @_unmask {
    token
    refreshToken
    viewer { expiresAt roles scopes party { id code name kind possibleRoles } account { id name email } session { id lastUsedAt } }
  }
`);

export const SignIn = graphql(
  `
    mutation SignIn($input: SignInInput!) {
      signIn(input: $input) {
        __typename
        ... on SignInPayload { ...SessionFields }
        ... on Problem { code message path }
        ... on TooManyAttemptsProblem { retryAfterSeconds }
      }
    }
  `,
  [SessionFields],
);

export const Refresh = graphql(
  `
    mutation Refresh($input: RefreshInput!) {
      refresh(input: $input) {
        __typename
        ... on SignInPayload { ...SessionFields }
        ... on Problem { code message path }
      }
    }
  `,
  [SessionFields],
);

export const SignOut = graphql(`
  mutation SignOut($input: SignOutInput!) {
    signOut(input: $input) {
      __typename
      ... on Problem { code message }
    }
  }
`);

type Issued = ResultOf<typeof SessionFields>;

export interface Session extends Issued {
  /** Until when the token is valid, in milliseconds by the clock of this machine, which may be wrong. */
  readonly goodUntil: number;
}

export const session = createStore<Session | undefined>(undefined);

/** Why nobody is signed in any more, if somebody was. */
export const signedOutBecause = createStore<"expired" | "password" | undefined>(undefined);

/** Begin a session, or go on with the next tokens of one. */
export function begin(next: Issued): void {
  const { expiresAt, session: issuedIn } = next.viewer;
  const now = Date.now();
  const issuedAt = issuedIn === null ? now : Date.parse(issuedIn.lastUsedAt);
  setClock(issuedAt);
  signedOutBecause.set(undefined);
  session.set({ ...next, goodUntil: now + Date.parse(expiresAt) - issuedAt });
}

export function end(reason?: "expired" | "password"): void {
  if (session.get() === undefined) return;
  signedOutBecause.set(reason);
  session.set(undefined);
}
