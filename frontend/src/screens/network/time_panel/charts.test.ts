import { describe, expect, it } from "vitest";
import type { GasDay } from "../../../format/days";
import type { Chart } from "./charts";
import { missingOf } from "./charts";

const days = (start: string, end: string) => ({ start: start as GasDay, end: end as GasDay });

describe("what is missing of a request", () => {
  const chart: Chart = {
    title: "", note: "", format: String, isAsked: true,
    steps: [
      { days: days("2026-12-01", "2027-01-01"), length: 4, text: "", isUncertain: false },
      { days: days("2027-01-01", "2027-02-01"), length: 9, text: "", isUncertain: false },
    ],
    limits: [{ days: days("2026-12-15", "2027-01-15"), length: 6 }],
  };

  it("is the days asked for on which a step is lower", () => {
    expect(missingOf(chart)).toEqual([{ days: days("2026-12-15", "2027-01-01"), from: 4, to: 6 }]);
  });

  it("is nothing beside a capacity, which nobody asked for", () => {
    expect(missingOf({ ...chart, isAsked: false })).toEqual([]);
  });
});
