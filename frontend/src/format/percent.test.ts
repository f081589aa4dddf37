import { describe, expect, it } from "vitest";
import { exactPercent, shareOfText, timesAtMost, timesBeyond } from "./percent";

describe("shares and factors", () => {
  it.each([["0", 0], ["62.5", 0.625], ["100", 1], ["110", 1.1], [" 55 ", 0.55]])("reads %s percent", (text, share) => {
    expect(shareOfText(text)).toBe(share);
  });

  it.each(["", "-5", "12 %", "1e2", "1000"])("refuses %j", (text) => {
    expect(shareOfText(text)).toBeUndefined();
  });

  it("writes every digit of a share that people write", () => {
    expect(exactPercent(0.625)).toBe("62.5%");
    expect(exactPercent(0.55)).toBe("55%");
  });

  it("rounds what holds down, and what fails up", () => {
    expect(timesAtMost(1.83499)).toBe("1.834 ×");
    expect(timesBeyond(1.83401)).toBe("1.835 ×");
  });
});
