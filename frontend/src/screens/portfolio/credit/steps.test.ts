import { describe, expect, it } from "vitest";
import type { Usage } from "./queries";
import { extentOf, stepsOf } from "./steps";

const euros = (amount: string) => ({ amount, currency: "EUR" });
const usage = (allowed: string, remaining: string, ...locks: readonly string[]) =>
  ({
    allowed: euros(allowed),
    remaining: euros(remaining),
    locks: locks.map((amount, number) => ({ subjectId: `c${String(number)}`, amount: euros(amount) })),
  }) as unknown as Usage;

const spans = (steps: ReturnType<typeof stepsOf>) => steps.map(({ key, from, to }) => [key, from, to]);

describe("a limit as a waterfall", () => {
  it("goes down from what is allowed, the largest lock first, to what is left", () => {
    expect(spans(stepsOf(usage("300", "50", "100", "0", "150"), 9))).toEqual([
      ["allowed", 0, 300], ["c2", 300, 150], ["c0", 150, 50], ["left", 0, 50],
    ]);
  });

  it("draws many small locks as one", () => {
    const steps = stepsOf(usage("300", "110", "10", "100", "30", "50"), 2);
    expect(spans(steps)).toEqual([["allowed", 0, 300], ["c1", 300, 200], ["c3", 200, 150], ["others", 150, 110], ["left", 0, 110]]);
    expect(steps[3]?.count).toBe(2);
  });

  it("goes below nothing where more is locked than is allowed by now", () => {
    const steps = stepsOf(usage("100", "-50", "150"), 9);
    expect(extentOf(steps)).toEqual({ highest: 100, lowest: -50 });
  });
});
