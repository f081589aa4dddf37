import { describe, expect, it } from "vitest";
import type { Call, Clearing, Listing, Release } from "./queries";
import { neighbourOf } from "./rows";

const market = {
  listings: [{ id: "l1" }, { id: "l2" }] as Listing[],
  calls: [{ id: "c1" }] as Call[],
  releases: [{ id: "r1" }] as Release[],
  decided: [{ id: "r0" }] as Release[],
  clearings: [{ id: "n1" }] as Clearing[],
};

describe("J and K", () => {
  it("begin at the first or the last row", () => {
    expect(neighbourOf(market, {}, 1)).toEqual({ listing: "l1" });
    expect(neighbourOf(market, {}, -1)).toEqual({ clearing: "n1" });
  });

  it("go on from one kind to the next, and stop at the ends", () => {
    expect(neighbourOf(market, { listing: "l2" }, 1)).toEqual({ call: "c1" });
    expect(neighbourOf(market, { release: "r1" }, -1)).toEqual({ call: "c1" });
    expect(neighbourOf(market, { release: "r0" }, 1)).toEqual({ clearing: "n1" });
    expect(neighbourOf(market, { clearing: "n1" }, 1)).toBeUndefined();
    expect(neighbourOf(market, { listing: "l1" }, -1)).toBeUndefined();
  });

  it("go through what is listed alone", () => {
    expect(neighbourOf(market, { show: "releases" }, 1)).toEqual({ release: "r1" });
    expect(neighbourOf(market, { show: "calls", call: "c1" }, 1)).toBeUndefined();
  });
});
