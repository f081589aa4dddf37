import { describe, expect, it } from "vitest";
import { stepOf } from "./steps";

describe("steps of a working", () => {
  it.each([
    ["1,800,000 × 0.0088 = 15,840", "1,800,000 × 0.0088", "15,840"],
    ["31 gas days (2026-12-01 to 2026-12-31) × 120 = 3,720", "31 gas days (2026-12-01 to 2026-12-31) × 120", "3,720"],
    ["TTF 31.25 (estimate: that of 2027-09-30) × 0.0001 + 0.0014 = 0.004525", "TTF 31.25 (estimate: that of 2027-09-30) × 0.0001 + 0.0014", "0.004525"],
    ["payable 2,325.00 EUR", "payable", "2,325.00 EUR"],
    ["0.16 EUR, -0.01 so that all parts add up: payable 0.15 EUR", "0.16 EUR, -0.01 so that all parts add up: payable", "0.15 EUR"],
    ["reversal of line 1 of entry 3", "reversal of line 1 of entry 3", undefined],
  ])("%s", (line, expression, result) => {
    expect(stepOf(line)).toEqual({ expression, result });
  });
});
