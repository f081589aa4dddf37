import { describe, expect, it } from "vitest";
import type { Days, GasDay } from "../../../format/days";
import { timeScale } from "../../../parts/time_axis/scale";
import { barOf, byTime } from "./bars";

const days = (start: string, end: string): Days => ({ start: start as GasDay, end: end as GasDay });
const scale = timeScale(days("2027-01-01", "2027-01-11"), 0, 100);

describe("bars of overlays", () => {
  it("lie on their days, as far as these are shown", () => {
    expect(barOf(days("2027-01-03", "2027-01-05"), scale)).toEqual({ left: 20, width: 20 });
    expect(barOf(days("2026-12-01", "2027-01-02"), scale)).toEqual({ left: 0, width: 10 });
    expect(barOf(days("2027-01-11", "2027-02-01"), scale)).toBeUndefined();
  });

  it("stay visible when they are short", () => {
    const year = timeScale(days("2027-01-01", "2028-01-01"), 0, 100);
    expect(barOf(days("2027-03-01", "2027-03-02"), year)?.width).toBe(3);
  });

  it("are listed by their first day, those that are over last", () => {
    const overlays = [days("2027-06-01", "2027-07-01"), days("2026-01-01", "2026-02-01"), days("2027-02-01", "2027-03-01")].map((period) => ({ period }));
    expect(byTime(overlays, "2027-01-01" as GasDay).map(({ period }) => period.start)).toEqual(["2027-02-01", "2027-06-01", "2026-01-01"]);
  });
});
