/** What a journey does through the API: so that there is something to look at, and what happens beside the browser. */
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

export const BOOK = `mutation Book($input: BookCapacityInput!) {
  bookCapacity(input: $input) { ... on BookCapacityPayload { contract { id code } } ... on Problem { message } }
}`;
const LIST = `mutation List($input: PostListingInput!) {
  postListing(input: $input) { ... on PostListingPayload { listing { id } } ... on Problem { message } }
}`;
const TAKE = `mutation Take($input: TakeListingInput!) {
  takeListing(input: $input) { ... on TakeListingPayload { trade { id } } ... on Problem { message } }
}`;

/** The first day of a month from now. */
export function monthAfter(months: number): string {
  const today = new Date();
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months, 1)).toISOString().slice(0, 10);
}

export interface Booked {
  readonly code: string;
  readonly delivery: string;
}

export interface Holding {
  readonly token: string;
  readonly contract: { readonly id: string; readonly code: string };
  readonly start: string;
  readonly end: string;
}

/** Book 3,000 units at an exit of GasLib-40 for two months. */
export async function book(shipper: string, delivery: string): Promise<Holding> {
  const [token, start, end] = [await tokenOf(shipper), monthAfter(8), monthAfter(10)];
  const { bookCapacity: { contract, message } } = await ask<{ bookCapacity: { contract?: Holding["contract"]; message?: string } }>(
    token, BOOK, { input: { network: "gaslib-40", delivery, start, end, quantity: 3_000, idempotencyKey: crypto.randomUUID() } },
  );
  if (contract === undefined) throw new Error(message);
  return { token, contract, start, end };
}

/** Offer a part of a contract on all of its gas days; the id of the listing. */
export async function list({ token, contract, start, end }: Holding, quantity: number): Promise<string> {
  const { postListing } = await ask<{ postListing: { listing?: { id: string }; message?: string } }>(token, LIST, {
    input: { contractId: contract.id, kind: "ASSIGNMENT", start, end, quantity, pricePerUnitDay: "0.0090", idempotencyKey: crypto.randomUUID() },
  });
  if (postListing.listing === undefined) throw new Error(postListing.message);
  return postListing.listing.id;
}

/** A contract of one shipper of which another has bought a part. */
export async function bookAndSellOn(seller: string, buyer: string): Promise<Booked> {
  const delivery = "sink_2";
  const holding = await book(seller, delivery);
  const input = { listingId: await list(holding, 1_000), quantity: 400, idempotencyKey: crypto.randomUUID() };
  const { takeListing } = await ask<{ takeListing: { trade?: { id: string }; message?: string } }>(await tokenOf(buyer), TAKE, { input });
  if (takeListing.trade === undefined) throw new Error(takeListing.message);
  return { code: holding.contract.code, delivery };
}
