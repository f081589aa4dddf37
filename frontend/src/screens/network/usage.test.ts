import { describe, expect, it } from "vitest";
import type { Quantity } from "../../format/amounts";
import { CLOSED, UNKNOWN } from "../../parts/network_map/scene";
import type { GasDay } from "../../format/days";
import { edgeUseOn, lookOf, readUsage, shareOf, worstShare } from "./usage";

const direction = (capacity?: number, worst?: number, headroom?: number) => ({
  capacity: capacity as unknown as Quantity | undefined,
  worst: worst as unknown as Quantity | undefined,
  headroom: headroom as unknown as Quantity | undefined,
});

const column = (...numbers: readonly bigint[]) => btoa(String.fromCharCode(...new Uint8Array(new BigInt64Array(numbers).buffer)));

describe("the use of an edge on a gas day", () => {
  const [january, february, march] = ["2027-01-01", "2027-02-01", "2027-03-01"] as readonly string[] as readonly [GasDay, GasDay, GasDay];
  const of = (first: bigint, second: bigint) => column(first, first + 1n, second, second + 1n);
  const usage = readUsage({
    cursor: "1",
    edgeCodes: ["ab", "bc"],
    stretches: [{ start: january, end: february }, { start: february, end: march }],
    flow: of(1n, 11n),
    ...{ capacityForward: of(2n, 12n), capacityBackward: of(3n, 13n), worstForward: of(4n, 14n), worstBackward: of(5n, 15n) },
    ...{ headroomForward: of(6n, 16n), headroomBackward: of(7n, 17n) },
  });

  it("is that of its own row", () => {
    expect(edgeUseOn(usage, "bc", february)).toEqual({ forward: direction(13, 15, 17), backward: direction(14, 16, 18), flow: 12 });
  });

  it("is not known on days, and of edges, that the tables have not", () => {
    expect([edgeUseOn(usage, "bc", march), edgeUseOn(usage, "cd", january), edgeUseOn(undefined, "ab", january)]).toEqual([undefined, undefined, undefined]);
  });
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
