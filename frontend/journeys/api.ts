/** Asks the API directly, for what happens beside the browser. */
import { PASSWORD, PLATFORM } from "./browser.ts";

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

export async function ask<Data>(bearer: string | undefined, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const response = await post(bearer, query, variables);
  const { data, errors } = (await response.json()) as Answer<Data>;
  if (data === undefined || data === null) throw new Error(`${String(response.status)}: ${errors?.map(({ message }) => message).join("; ") ?? ""}`);
  return data;
}

export function post(bearer: string | undefined, query: string, variables: Record<string, unknown> = {}): Promise<Response> {
  const authorization = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  return fetch(`${PLATFORM}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json", ...authorization },
    body: JSON.stringify({ query, variables }),
  });
}

export async function tokenOf(email: string): Promise<string> {
  const input = { email, password: PASSWORD };
  const { signIn } = await ask<{ signIn: { token: string } }>(
    undefined,
    "mutation SignIn($input: SignInInput!) { signIn(input: $input) { ... on SignInPayload { token } ... on Problem { message } } }",
    { input },
  );
  return signIn.token;
}
