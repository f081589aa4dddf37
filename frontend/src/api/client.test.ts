// @vitest-environment happy-dom
import type { CombinedError } from "urql";
import { gql } from "urql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openClient, PING_MS, PONG_MS } from "./client";
import { live } from "./live";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("an answer whose data are null for an error at a field", () => {
  const answer = { data: null, errors: [{ message: "no", path: ["network"] }] };

  it.each([
    ["a query", (client: Client) => client.query(gql`query { network { id } }`, {})],
    ["a query that is not cached", (client: Client) => client.query(gql`query { network { id } }`, {}, { isUncached: true })],
    ["a mutation", (client: Client) => client.mutation(gql`mutation { network { id } }`, {})],
  ])("has none for screens: %s", async (_what, ask) => {
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json(answer)));
    const { client, close } = openClient();
    const result: { readonly data?: unknown; readonly error?: CombinedError | undefined } = await ask(client);
    expect(result.data).toBeUndefined();
    expect(result.error?.graphQLErrors.map(({ message }) => message)).toEqual(["no"]);
    close();
  });
});

type Client = ReturnType<typeof openClient>["client"];

/** A socket to a platform that answers as long as it can be reached; nothing says when it no longer can. */
class Socket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static opened = 0;
  static isReached = true;
  readyState = Socket.CONNECTING;
  onopen?: () => void;
  onmessage?: (event: { readonly data: string }) => void;

  constructor() {
    Socket.opened += 1;
    queueMicrotask(() => {
      this.readyState = Socket.OPEN;
      this.onopen?.();
    });
  }

  send(text: string): void {
    const answer = { connection_init: "connection_ack", ping: "pong" }[(JSON.parse(text) as { type: string }).type];
    if (answer !== undefined && Socket.isReached) queueMicrotask(() => { this.onmessage?.({ data: JSON.stringify({ type: answer }) }); });
  }

  close(): void {
    this.readyState = Socket.CLOSED;
  }
}

describe("a connection", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Socket);
    [Socket.opened, Socket.isReached] = [0, true];
  });
  const pass = async (ms: number) => { await vi.advanceTimersByTimeAsync(ms); };
  const follow = ({ client }: ReturnType<typeof openClient>) =>
    client.subscription(gql`subscription { news(after: "1") { cursor } }`, {}).subscribe(() => undefined);

  it("that died without a word is missed and opened again, as after a sleep of the machine", async () => {
    const open = openClient();
    const followed = follow(open);
    await pass(5 * PING_MS);
    expect([Socket.opened, live.get().state]).toEqual([1, "live"]);
    Socket.isReached = false;
    await pass(PING_MS + PONG_MS);
    expect(live.get().state).toBe("lost");
    Socket.isReached = true;
    await pass(2_000);
    expect([Socket.opened, live.get().state]).toEqual([2, "live"]);
    followed.unsubscribe();
    open.close();
  });

  it("is no longer said to be lost where nothing is followed and none is tried", async () => {
    const open = openClient();
    const followed = follow(open);
    await pass(0);
    Socket.isReached = false;
    await pass(2 * PING_MS);
    expect(live.get().state).toBe("lost");
    followed.unsubscribe();
    expect(live.get().state).toBe("starting");
    open.close();
  });
});
