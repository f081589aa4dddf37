// @vitest-environment happy-dom
/** A session outlives its tokens: in time, late after a sleep, and when the platform refuses one that was thought valid. */
import { Client, fetchExchange } from "urql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bearer, keepGoing, send } from "./refreshing";
import { begin, end, session, signedOutBecause } from "./session";

const LIFETIME_MS = 90_000;
const PLATFORM = "http://platform.test/graphql";

/** What a platform does about tokens: only the newest refresh token is good, an access token until it expires. */
class Tokens {
  issued = 0;
  isReachable = true;
  hasEnded = false;
  exchanges = 0;
  readonly #validUntil = new Map<string, number>();

  issue() {
    this.issued += 1;
    const token = `token-${String(this.issued)}`;
    this.#validUntil.set(token, Date.now() + LIFETIME_MS);
    const [lastUsedAt, expiresAt] = [0, LIFETIME_MS].map((later) => new Date(this.now() + later).toISOString());
    return {
      __typename: "SignInPayload" as const,
      token,
      refreshToken: `refresh-${String(this.issued)}`,
      viewer: {
        expiresAt: expiresAt ?? "",
        roles: [],
        scopes: [],
        party: null,
        account: null,
        session: { id: "session", lastUsedAt: lastUsedAt ?? "" },
      },
    };
  }

  /** Its clock is an hour ahead of this machine's. */
  now(): number {
    return Date.now() + 3_600_000;
  }

  revoke(token: string): void {
    this.#validUntil.delete(token);
  }

  readonly answer = async (_to: RequestInfo | URL, request?: RequestInit): Promise<Response> => {
    await Promise.resolve();
    if (!this.isReachable) throw new TypeError("fetch failed");
    const body = typeof request?.body === "string" ? request.body : "";
    if (body.includes("mutation Refresh")) return Response.json({ data: { refresh: this.#exchange(body) } });
    const token = new Headers(request?.headers).get("authorization")?.replace("Bearer ", "") ?? "";
    const isValid = (this.#validUntil.get(token) ?? 0) > Date.now();
    return isValid ? Response.json({ data: { by: token } }) : new Response("", { status: 401 });
  };

  #exchange(body: string) {
    this.exchanges += 1;
    const isNewest = body.includes(`"refresh-${String(this.issued)}"`);
    if (isNewest && !this.hasEnded) return this.issue();
    return { __typename: "RefusedProblem", code: "SESSION_ENDED", message: "the session has ended", path: [] };
  }
}

let platform: Tokens;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  platform = new Tokens();
  vi.stubGlobal("fetch", platform.answer);
  const client = new Client({ url: PLATFORM, preferGetMethod: false, exchanges: [fetchExchange] });
  stop = keepGoing(() => client);
  begin(platform.issue());
});

afterEach(() => {
  stop();
  end();
  signedOutBecause.set(undefined);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const asked = async (): Promise<unknown> => (await send(PLATFORM, { method: "POST", body: "{}" })).json();

describe("a session", () => {
  it("goes on past the end of many tokens, whatever the clock of the machine says", async () => {
    await vi.advanceTimersByTimeAsync(10 * LIFETIME_MS);
    expect(platform.issued).toBeGreaterThan(9);
    expect(await asked()).toEqual({ data: { by: session.get()?.token } });
  });

  it("exchanges the token first when a sleep has taken it past its end, once for all who ask", async () => {
    vi.setSystemTime(Date.now() + 3 * LIFETIME_MS);
    const answers = await Promise.all([asked(), asked(), bearer()]);
    expect(answers).toEqual([{ data: { by: "token-2" } }, { data: { by: "token-2" } }, { authorization: "Bearer token-2" }]);
    expect(platform.exchanges).toBe(1);
  });

  it("goes on at once when the machine wakes", async () => {
    vi.setSystemTime(Date.now() + LIFETIME_MS);
    window.dispatchEvent(new Event("focus"));
    await vi.advanceTimersByTimeAsync(0);
    expect(session.get()?.token).toBe("token-2");
  });

  it("sends again what was refused for its token alone", async () => {
    platform.revoke("token-1");
    expect(await asked()).toEqual({ data: { by: "token-2" } });
  });

  it("tries again while the platform cannot be reached", async () => {
    platform.isReachable = false;
    await vi.advanceTimersByTimeAsync(2 * LIFETIME_MS);
    expect(session.get()?.token).toBe("token-1");
    platform.isReachable = true;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(session.get()?.token).toBe("token-2");
  });

  it("is over when the platform says so, and says why", async () => {
    platform.hasEnded = true;
    await vi.advanceTimersByTimeAsync(LIFETIME_MS);
    expect(session.get()).toBeUndefined();
    expect(signedOutBecause.get()).toBe("expired");
  });
});
