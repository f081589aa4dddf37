import { describe, expect, it } from "vitest";
import type { GasDay } from "../../format/days";
import { overlayDays, readOperatorAddress, shortfallDays } from "./address";

const TODAY = "2026-12-15" as GasDay;

describe("the address of the operator's screen", () => {
  it("begins with overlays, and leaves out what it does not understand", () => {
    expect(readOperatorAddress({ part: "secrets", kind: "WAR", start: "2027-02-30", edge: "" })).toEqual({ part: "overlays" });
  });

  it("keeps an overlay that is being written", () => {
    const search = { part: "overlays", edge: "pipe_5", kind: "DERATING", percent: "62.5", reason: "pig run", start: "2027-01-10", end: "2027-01-12" };
    expect(readOperatorAddress(search)).toEqual(search);
  });

  it("takes the next month for an overlay, and the next three for shortfalls", () => {
    expect(overlayDays({}, TODAY)).toEqual({ start: "2027-01-01", end: "2027-02-01" });
    expect(shortfallDays({}, TODAY)).toEqual({ start: "2026-12-15", end: "2027-03-15" });
  });

  it("never shows days that end before they begin", () => {
    const address = readOperatorAddress({ start: "2027-05-01", end: "2027-04-01" });
    expect(overlayDays(address, TODAY)).toEqual({ start: "2027-05-01", end: "2027-06-01" });
  });
});
