import { describe, expect, it } from "vitest";
import type { GasDay } from "./days";
import { hoursOf, instantOf, localText, startOf, timeLeft } from "./instants";

const BERLIN = { zone: "Europe/Berlin", startHour: 6 };

describe("instants at the clock of a network", () => {
  it("are read with the offset that holds at them, on both sides of a change of clocks", () => {
    expect(instantOf("2027-01-15T08:30", BERLIN)?.toISOString()).toBe("2027-01-15T07:30:00.000Z");
    expect(instantOf("2027-07-15T08:30", BERLIN)?.toISOString()).toBe("2027-07-15T06:30:00.000Z");
    expect(instantOf("2027-03-28T01:59", BERLIN)?.toISOString()).toBe("2027-03-28T00:59:00.000Z");
    expect(instantOf("2027-03-28T03:00", BERLIN)?.toISOString()).toBe("2027-03-28T01:00:00.000Z");
  });

  it("are written as they are read", () => {
    for (const text of ["2026-12-31T23:59", "2027-06-01T00:00"]) {
      expect(localText(instantOf(text, BERLIN) ?? new Date(0), BERLIN)).toBe(text);
    }
  });

  it("are not read from anything else", () => {
    expect([instantOf("tomorrow", BERLIN), instantOf("2027-13-01T00:00", BERLIN), instantOf(undefined, BERLIN)]).toEqual([undefined, undefined, undefined]);
  });

  it("begin a gas day at its hour", () => {
    expect(startOf("2027-01-01" as GasDay, BERLIN).toISOString()).toBe("2027-01-01T05:00:00.000Z");
  });

  it("has 23 and 25 hours in a gas day in whose night clocks change", () => {
    expect(["2027-03-27", "2027-03-28", "2027-10-30", "2027-10-31"].map((day) => hoursOf(day as GasDay, BERLIN))).toEqual([23, 24, 25, 24]);
  });
});

describe("the time that is left", () => {
  const now = new Date("2026-12-01T00:00:00Z");
  const left = (until: string) => timeLeft(new Date(until), now);

  it("is said in the two units that matter", () => {
    expect(left("2026-12-05T13:00:00Z")).toBe("4 d");
    expect(left("2026-12-02T15:59:00Z")).toBe("39 h 59 m");
    expect(left("2026-12-01T00:18:53Z")).toBe("18 m 53 s");
  });

  it("is none once it has passed", () => {
    expect(left("2026-12-01T00:00:00Z")).toBeUndefined();
  });
});
