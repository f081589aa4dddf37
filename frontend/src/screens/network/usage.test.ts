import { describe, expect, it } from "vitest";
import type { Quantity } from "../../format/amounts";
import { CLOSED, UNKNOWN } from "../../parts/network_map/scene";
import { lookOf, shareOf, worstShare } from "./usage";

const direction = (capacity?: number, worst?: number, headroom?: number) => ({
  capacity: capacity as unknown as Quantity | undefined,
  worst: worst as unknown as Quantity | undefined,
  headroom: headroom as unknown as Quantity | undefined,
});

describe("how full an edge is", () => {
  it("is full where nothing is left, whatever the worst nomination sends", () => {
    expect(worstShare(direction(100, 93, 0))).toBe(1);
    expect(worstShare(direction(100, 93, 7))).toBe(0.93);
  });

  it("is shown by its fuller direction at worst, and by the direction of the flow when it is expected", () => {
    const use = { forward: direction(100, 20, 80), backward: direction(50, 45, 5), flow: -10 };
    expect(shareOf(use, "worst")).toBe(0.9);
    expect(shareOf(use, "expected")).toBe(0.2);
  });

  it("says when it does not know, and when nothing may pass", () => {
    expect(lookOf({ forward: direction(100), backward: direction(100), flow: 0 }, "worst")).toBe(UNKNOWN);
    expect(lookOf({ forward: direction(0, 0, 0), backward: direction(0, 0, 0), flow: 0 }, "worst")).toBe(CLOSED);
  });

  it("is not used where it has no bound", () => {
    expect(worstShare(direction(undefined, 12))).toBe(0);
  });
});
