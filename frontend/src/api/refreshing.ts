/** Keeps a session going: before its token expires it is exchanged for the next. */
import type { Client } from "urql";
import { begin, end, Refresh, session } from "./session";

/** How long before its end a token is exchanged, and how long until another try after a lost connection. */
const EARLY_MS = 60_000;
const RETRY_MS = 5_000;

/** Watch the session that runs, with the client that is its own at the time. */
export function keepGoing(clientOfNow: () => Client): void {
  let timer: number | undefined;
  const plan = () => {
    window.clearTimeout(timer);
    const current = session.get();
    if (current === undefined) return;
    const left = Date.parse(current.viewer.expiresAt) - Date.now() - EARLY_MS;
    timer = window.setTimeout(() => { void refresh(clientOfNow(), plan); }, Math.max(RETRY_MS, left));
  };
  session.subscribe(plan);
}

async function refresh(client: Client, again: () => void): Promise<void> {
  const before = session.get();
  if (before === undefined) return;
  // Without the bearer, which may have expired meanwhile.
  const { data } = await client.mutation(Refresh, { input: { refreshToken: before.refreshToken } }, { fetchOptions: {} });
  // Somebody else may have signed in meanwhile.
  if (session.get() !== before) return;
  if (data === undefined) again();
  else if (data.refresh.__typename === "SignInPayload") begin(data.refresh);
  else end("expired");
}
