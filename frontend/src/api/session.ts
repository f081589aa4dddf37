/**
 * Who is signed in. Both tokens are kept in memory alone, so that nothing in the browser's storage can be stolen: a
 * closed tab is signed out.
 */
import type { ResultOf } from "./graphql";
import { graphql } from "./graphql";
import { createStore } from "./store";

const SessionFields = graphql(`
  fragment SessionFields on SignInPayload @_unmask {
    token
    refreshToken
    viewer { expiresAt roles scopes party { id code name kind } account { id name email } }
  }
`);

export const SignIn = graphql(
  `
    mutation SignIn($input: SignInInput!) {
      signIn(input: $input) {
        __typename
        ... on SignInPayload { ...SessionFields }
        ... on Problem { code message path }
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

export type Session = ResultOf<typeof SessionFields>;

export const session = createStore<Session | undefined>(undefined);

/** Why nobody is signed in any more, if somebody was. */
export const signedOutBecause = createStore<"expired" | undefined>(undefined);

/** Begin a session, or go on with the next tokens of one. */
export function begin(next: Session): void {
  signedOutBecause.set(undefined);
  session.set(next);
}

export function end(reason?: "expired"): void {
  if (session.get() === undefined) return;
  signedOutBecause.set(reason);
  session.set(undefined);
}
