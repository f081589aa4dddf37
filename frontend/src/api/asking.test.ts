import { Client, fetchExchange, gql } from "urql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ASK_AGAIN_MS, asking } from "./asking";

const QUESTION = gql`query { figure }`;

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

/** A client whose questions are answered one after another as is said. */
function client(...answers: readonly (Error | object)[]) {
  const { exchange, askAgain } = asking();
  let asked = 0;
  const answer = async (): Promise<Response> => {
    await Promise.resolve();
    const next = answers[asked] ?? new Error("asked too often");
    asked += 1;
    if (next instanceof Error) throw next;
    return Response.json(next);
  };
  const opened = new Client({ url: "http://platform.test/graphql", preferGetMethod: false, exchanges: [exchange, fetchExchange], fetch: answer });
  const shown: unknown[] = [];
  const looked = opened.query(QUESTION, {}).subscribe(({ data }) => { shown.push((data as { figure?: number } | undefined)?.figure); });
  return { shown, askAgain, leave: () => { looked.unsubscribe(); }, timesAsked: () => asked };
}

const pass = async (ms: number) => { await vi.advanceTimersByTimeAsync(ms); };
const LOST = new TypeError("lost");
const refused = (code: string) => ({ data: null, errors: [{ message: "no", extensions: { code } }] });

describe("what could not be asked", () => {
  it("is asked again until it is answered, by itself", async () => {
    const { shown, timesAsked } = client(LOST, refused("UNAVAILABLE"), { data: { figure: 7 } });
    await pass(2 * ASK_AGAIN_MS);
    expect(shown.at(-1)).toBe(7);
    await pass(2 * ASK_AGAIN_MS);
    expect(timesAsked()).toBe(3);
  });

  it("is asked at once when events arrive again", async () => {
    const { shown, askAgain } = client(LOST, { data: { figure: 7 } });
    await pass(0);
    askAgain();
    await pass(0);
    expect(shown.at(-1)).toBe(7);
  });

  it("is not asked again where it would be refused again, or nobody looks any more", async () => {
    const forbidden = client(refused("FORBIDDEN"));
    const left = client(LOST);
    await pass(0);
    left.leave();
    await pass(2 * ASK_AGAIN_MS);
    expect([forbidden.timesAsked(), left.timesAsked()]).toEqual([1, 1]);
  });
});
