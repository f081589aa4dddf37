/**
 * Keeps a session going. Its token is exchanged for the next before it expires; after a sleep of the machine, in which no
 * timer runs, that comes before anything else is sent.
 */
import type { Client } from "urql";
import { begin, end, Refresh, session } from "./session";

/** How long before its end a token is exchanged, and how long until another try after a lost connection. */
const EARLY_MS = 60_000;
const RETRY_MS = 5_000;
/** An exchange that takes longer is given up, since all requests wait for it: after a sleep its connection may be dead without saying so. */
const EXCHANGE_MS = 20_000;
/** A request may take as long to arrive. */
const ON_THE_WAY_MS = 5_000;
const UNAUTHENTICATED = 401;
/** What may end a sleep or a loss of the connection. */
const AWAKE = ["focus", "online", "pageshow", "visibilitychange"] as const;

let clientOfNow: (() => Client) | undefined;
let exchange: Promise<void> | undefined;

const left = (margin: number): number => (session.get()?.goodUntil ?? Infinity) - Date.now() - margin;

/** Watch the session that runs, with the client that is its own at the time; returns what ends that. */
export function keepGoing(client: () => Client): () => void {
  clientOfNow = client;
  let timer: number | undefined;
  const plan = () => {
    window.clearTimeout(timer);
    if (session.get() === undefined) return;
    timer = window.setTimeout(() => { void renew().then(plan); }, Math.max(RETRY_MS, left(EARLY_MS)));
  };
  const wake = () => {
    if (left(EARLY_MS) <= 0) void renew().then(plan);
  };
  const forget = session.subscribe(plan);
  for (const event of AWAKE) window.addEventListener(event, wake);
  return () => {
    forget();
    window.clearTimeout(timer);
    for (const event of AWAKE) window.removeEventListener(event, wake);
  };
}

/** What a request or a socket carries: a token that is still valid when it arrives. */
export async function bearer(): Promise<Record<string, string>> {
  if (exchange !== undefined || left(ON_THE_WAY_MS) <= 0) await renew();
  const token = session.get()?.token;
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** Send a request as who is signed in; one that was refused for its token alone is sent once more with the next. */
export async function send(to: RequestInfo | URL, request?: RequestInit): Promise<Response> {
  const answer = await fetch(to, await signed(request));
  if (answer.status !== UNAUTHENTICATED || session.get() === undefined) return answer;
  await renew();
  return fetch(to, await signed(request));
}

async function signed(request: RequestInit | undefined): Promise<RequestInit> {
  const headers = new Headers(request?.headers);
  for (const [name, value] of Object.entries(await bearer())) headers.set(name, value);
  return { ...request, headers };
}

/** Exchange the tokens for the next ones; all that ask meanwhile wait for the same answer. */
export function renew(): Promise<void> {
  exchange ??= exchangeTokens().finally(() => { exchange = undefined; });
  return exchange;
}

async function exchangeTokens(): Promise<void> {
  const before = session.get();
  if (before === undefined || clientOfNow === undefined) return;
  // Without the bearer, which may have expired meanwhile.
  const { data } = await clientOfNow()
    .mutation(Refresh, { input: { refreshToken: before.refreshToken } }, { fetch: (to, request) => fetch(to, { ...request, signal: AbortSignal.timeout(EXCHANGE_MS) }) })
    .toPromise();
  // Somebody else may have signed in meanwhile. Without an answer there will be another try.
  if (data === undefined || session.get() !== before) return;
  if (data.refresh.__typename === "SignInPayload") begin(data.refresh);
  else end("expired");
}
