/** The GraphQL client of one session: a normalised cache, and a socket that goes on where it was after a loss. */
import { cacheExchange } from "@urql/exchange-graphcache";
import type { Client as SocketClient } from "graphql-ws";
import { createClient as createSocket } from "graphql-ws";
import type { Exchange, OperationResult, SubscriptionOperation } from "urql";
import { Client, fetchExchange, mapExchange, subscriptionExchange } from "urql";
import { asking } from "./asking";
import { updates } from "./invalidation";
import { live, lost } from "./live";
import { GRAPHQL_URL, SOCKET_URL } from "./place";
import { bearer, renew, send } from "./refreshing";
import { end } from "./session";

const IDLE_CLOSE_MS = 5_000;
const RETRY_MS_MAX = 10_000;
/** How often the platform is asked whether the connection holds, and how long it may take to say so. */
export const PING_MS = 15_000;
export const PONG_MS = 5_000;

/** Types without an id are parts of what contains them. */
const keys = new Proxy({}, { get: () => (object: { id?: unknown }) => (typeof object.id === "string" ? object.id : null) });

export interface OpenClient {
  readonly client: Client;
  readonly close: () => void;
}

export function openClient(): OpenClient {
  const { exchange: askAgainLater, askAgain } = asking();
  let overdue: ReturnType<typeof setTimeout> | undefined;
  live.set({ state: "starting" });
  const socket = createSocket({
    url: SOCKET_URL,
    connectionParams: bearer,
    lazyCloseTimeout: IDLE_CLOSE_MS,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: async (tries) => {
      const wait = Math.min(RETRY_MS_MAX, 250 * 2 ** tries);
      await untilOnline(wait / 2 + (Math.random() * wait) / 2);
    },
    keepAlive: PING_MS,
    on: {
      connected: () => {
        live.set({ state: "live" });
        askAgain();
      },
      closed: (event) => {
        clearTimeout(overdue);
        noteClosed(event);
      },
      // A connection that went with a sleep of the machine, or with its network, is closed by nobody else.
      ping: (isReceived) => { if (!isReceived) overdue = setTimeout(() => { socket.terminate(); }, PONG_MS); },
      pong: (isReceived) => { if (isReceived) clearTimeout(overdue); },
    },
  });
  const client = new Client({
    url: GRAPHQL_URL,
    preferGetMethod: false,
    fetch: send,
    exchanges: [
      askAgainLater,
      giveUncached,
      cacheExchange({ keys, updates }),
      keepUncached,
      signOutOnRefusal,
      subscriptionExchange({ forwardSubscription: (operation) => ({ subscribe: follow(socket, operation) }) }),
      fetchExchange,
    ],
  });
  const leave = () => {
    lost();
    socket.terminate();
  };
  window.addEventListener("offline", leave);
  const close = () => {
    clearTimeout(overdue);
    window.removeEventListener("offline", leave);
    // It was waiting for a connection that nobody needs any more: that is no fault.
    Promise.resolve(socket.dispose()).catch(() => undefined);
  };
  return { client, close };
}

/** Wait, but not once the machine has a network again. */
const untilOnline = (ms: number) =>
  new Promise<void>((resolve) => {
    const goOn = () => {
      window.clearTimeout(timer);
      window.removeEventListener("online", goOn);
      if (live.get().state === "offline") lost();
      resolve();
    };
    const timer = window.setTimeout(goOn, ms);
    window.addEventListener("online", goOn);
  });

const UNCACHED = "uncached";
const TOKEN_EXPIRED = 4403;
const NORMAL = 1000;

/** The socket is opened again with the next token; without one nobody is signed in any more. */
function noteClosed(event: unknown): void {
  const code = event instanceof CloseEvent ? event.code : undefined;
  if (code === TOKEN_EXPIRED) void renew();
  else if (code !== NORMAL && followed > 0) lost();
}

const signOutOnRefusal: Exchange = mapExchange({
  onError: (error) => {
    if (error.graphQLErrors.some(({ extensions }) => extensions.code === "UNAUTHENTICATED")) end("expired");
  },
});

/**
 * Results of mutations and subscriptions, and of queries that say so, are shown as they came. The cache would read them back without what was
 * selected on an interface, such as the message of a `Problem`, since it does not know who implements it.
 */
const keepUncached: Exchange = mapExchange({
  onResult: (result) =>
    isCached(result) ? result : { ...result, extensions: { ...result.extensions, [UNCACHED]: result.data as unknown } },
});

const isCached = ({ operation: { kind, context } }: OperationResult): boolean => kind === "query" && context.isUncached !== true;

/** An error at a field that may not be null makes all data null: screens are told that there is none, as after any other error. */
const giveUncached: Exchange = mapExchange({
  onResult: (result) => {
    const data: unknown = result.extensions !== undefined && UNCACHED in result.extensions ? result.extensions[UNCACHED] : result.data;
    return { ...result, data: data ?? undefined };
  },
});

let followed = 0;

/** Count a subscription, until what this returns is called: without any nothing is lost, and no connection tried. */
function enter(): () => void {
  let isIn = true;
  followed += 1;
  return () => {
    if (!isIn) return;
    isIn = false;
    followed -= 1;
    if (followed === 0 && live.get().state === "lost") live.set({ state: "starting" });
  };
}

interface Sink {
  next: (result: never) => void;
  error: (fault: unknown) => void;
  complete: () => void;
}

/**
 * Follow a subscription. After a lost connection graphql-ws sends the same payload again, so its `after` is moved
 * on with each event: none is missed and none comes twice.
 */
const follow = (socket: SocketClient, { query, variables }: SubscriptionOperation) => (sink: Sink) => {
  const moving: Record<string, unknown> = { ...variables };
  const leave = enter();
  const unsubscribe = socket.subscribe<Record<string, { cursor?: string }>>(
    { query: query ?? "", variables: moving },
    {
      next: (result) => {
        const cursor = Object.values(result.data ?? {})[0]?.cursor;
        if (cursor !== undefined && "after" in moving) moving.after = cursor;
        sink.next(result as never);
      },
      error: (fault) => {
        leave();
        sink.error(fault);
      },
      complete: () => {
        leave();
        sink.complete();
      },
    },
  );
  return {
    unsubscribe: () => {
      leave();
      unsubscribe();
    },
  };
};
