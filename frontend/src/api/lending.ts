/**
 * Lets the explorer, a page of its own, act in the session of an open tab. It gets the bearer of now for each request, never the
 * token that would renew the session; pages of other origins hear nothing of it.
 */
import { session } from "./session";
import { bearer } from "./refreshing";

const NAME = "linepack.bearer";
const ASK = "ask";
const ANSWER_MS_MAX = 500;

/** Answer the explorer for as long as this page is open. */
export function lend(): void {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === ASK && session.get() !== undefined) void bearer().then((given) => { channel.postMessage(given); });
  };
}

/** The bearer of a tab in which somebody is signed in; empty without one. */
export function borrow(): Promise<Record<string, string>> {
  const channel = new BroadcastChannel(NAME);
  return new Promise<Record<string, string>>((resolve) => {
    channel.onmessage = ({ data }: MessageEvent<Record<string, string>>) => { resolve(data); };
    channel.postMessage(ASK);
    window.setTimeout(() => { resolve({}); }, ANSWER_MS_MAX);
  }).finally(() => { channel.close(); });
}
