import { describe, expect, it } from "vitest";
import type { GasDay } from "./days";
import { addDays, addMonths, fullDays, gasDayAt, monthsWithin, overlap, parseGasDay } from "./days";

const day = (text: string) => text as GasDay;
const BERLIN = { zone: "Europe/Berlin", startHour: 6 };

describe("gas days", () => {
  it.each([
    ["2027-01-15T04:59:59Z", "2027-01-14"],
    ["2027-01-15T05:00:00Z", "2027-01-15"],
    // The clock is put forward on 28 March 2027 at 01:00 UTC: 06:00 is 04:00 UTC from then on.
    ["2027-03-28T03:59:59Z", "2027-03-27"],
    ["2027-03-28T04:00:00Z", "2027-03-28"],
    // And back on 31 October 2027 at 01:00 UTC.
    ["2027-10-31T04:30:00Z", "2027-10-30"],
    ["2027-10-31T05:00:00Z", "2027-10-31"],
    ["2026-12-31T23:30:00Z", "2026-12-31"],
  ])("%s is on gas day %s", (instant, expected) => {
    expect(gasDayAt(new Date(instant), BERLIN)).toBe(expected);
  });

  it("counts over ends of months and years", () => {
    expect(addDays(day("2026-12-31"), 1)).toBe("2027-01-01");
    expect(addMonths(day("2027-01-31"), 1)).toBe("2027-02-28");
    expect(addMonths(day("2028-01-31"), 1)).toBe("2028-02-29");
    expect(addMonths(day("2027-01-15"), -1)).toBe("2026-12-15");
    expect(monthsWithin({ start: day("2026-11-30"), end: day("2027-02-01") })).toEqual(["2026-12-01", "2027-01-01"]);
  });

  it("names the last day of a period, which its end is not", () => {
    expect(fullDays({ start: day("2026-12-01"), end: day("2027-04-01") })).toMatch(/1 Dec 2026.+31 Mar 2027|Dec 1, 2026.+Mar 31, 2027/);
  });

  it("shares days of half-open periods", () => {
    const [january, february] = [{ start: day("2027-01-01"), end: day("2027-02-01") }, { start: day("2027-02-01"), end: day("2027-03-01") }];
    expect(overlap(january, february)).toBeUndefined();
    expect(overlap(january, { start: day("2027-01-20"), end: day("2028-01-01") })).toEqual({ start: "2027-01-20", end: "2027-02-01" });
  });

  it.each(["2027-02-30", "2027-1-1", "today", "", undefined])("refuses %j", (text) => {
    expect(parseGasDay(text)).toBeUndefined();
  });
});
