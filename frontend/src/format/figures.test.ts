import { describe, expect, it } from "vitest";
import { count, measure } from "./figures";

describe("figures of a check", () => {
  it("writes every digit of a count", () => {
    expect(count(9_007_199_254_740_993n)).toBe("9,007,199,254,740,993");
    expect(count(12)).toBe("12");
  });

  it("writes what is small by its power of ten, and nothing as 0", () => {
    expect(measure(3.14e-7)).toBe("3.1E-7");
    expect(measure(0.04166)).toBe("0.0417");
    expect(measure(0)).toBe("0");
    expect(measure(12_345.6)).toBe("12,300");
  });
});
