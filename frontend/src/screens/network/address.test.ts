import { describe, expect, it } from "vitest";
import type { GasDay } from "../../format/days";
import { readAddress, shownTime, withPoint } from "./address";

const today = "2026-11-30" as GasDay;

describe("the address of the workspace", () => {
  it("keeps what it understands and leaves out the rest", () => {
    const address = readAddress({
      show: "free", day: "2027-02-30", months: "5", edge: "", receipt: "source_1", quantity: "6000000", start: "2027-01-01", firmness: "FIRM",
    });
    expect(address).toEqual({ show: "free", receipt: "source_1", quantity: 6_000_000, start: "2027-01-01" });
  });

  it("is read as it is written, and read again stays what it is", () => {
    const search = {
      show: "pressure", day: "2027-02-14", from: "2027-02-01", months: "1", edge: "pipe_5", receipt: "source_1", delivery: "sink_2",
      quantity: 6_000_000, start: "2027-03-01", end: "2027-04-01", firmness: "INTERRUPTIBLE", find: "sink", order: "free",
    };
    expect(readAddress(search)).toEqual(search);
    expect(readAddress({ ...search, quantity: "6000000" })).toEqual(search);
  });

  it("shows today unless it says another day of its axis", () => {
    expect(shownTime({}, today)).toEqual({ axis: { start: today, end: "2027-03-30" }, day: today });
    expect(shownTime({ months: "1", day: "2028-01-01" as GasDay }, today).day).toBe(today);
    expect(shownTime({ day: "2027-01-15" as GasDay }, today).day).toBe("2027-01-15");
  });

  it("makes a path of two points, and takes a point out that is chosen again", () => {
    const exit = withPoint({}, "sink_1", "delivery");
    const path = withPoint(exit, "source_1", "receipt");
    expect(path).toMatchObject({ receipt: "source_1", delivery: "sink_1" });
    expect(withPoint(path, "sink_2", "delivery")).toMatchObject({ receipt: "source_1", delivery: "sink_2" });
    expect(withPoint(path, "sink_1", "delivery").delivery).toBeUndefined();
  });
});
