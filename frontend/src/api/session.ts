/**
 * Who is signed in. The token is kept in memory alone, so that nothing in the browser's storage can be stolen:
 * a closed tab is signed out.
 */
import type { ResultOf } from "./graphql";
import { graphql } from "./graphql";
import { createStore } from "./store";

export const SignIn = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      __typename
      ... on SignInPayload {
        token
        viewer { expiresAt roles scopes party { id code name kind } account { id name email } }
      }
      ... on Problem { code message path }
    }
  }
`);

type Answer = ResultOf<typeof SignIn>["signIn"];
export type Session = Extract<Answer, { __typename: "SignInPayload" }>;
export type Viewer = Session["viewer"];

export const session = createStore<Session | undefined>(undefined);

/** Why nobody is signed in any more, if somebody was. */
export const signedOutBecause = createStore<"expired" | undefined>(undefined);

export function begin(next: Session): void {
  signedOutBecause.set(undefined);
  session.set(next);
}

export function end(reason?: "expired"): void {
  if (session.get() === undefined) return;
  signedOutBecause.set(reason);
  session.set(undefined);
}
