import { describe, expect, it } from "vitest";
import { monthsOf, readPortfolioAddress, spanOf } from "./address";

describe("the address of the portfolio", () => {
  it("is read as it is written, and read again stays what it is", () => {
    const search = { contract: "LP-4RQY", by: "firmness", months: "3", show: "credit", limit: "GUARANTEE" };
    const address = readPortfolioAddress(search);
    expect(address).toEqual(search);
    expect(readPortfolioAddress({ ...address })).toEqual(address);
    expect(monthsOf(address)).toBe(3);
  });

  it.each([["contract", ""], ["contract", 7], ["by", "colour"], ["months", "4"], ["show", "debts"], ["limit", ""]])("leaves out %s %s", (name, value) => {
    expect(readPortfolioAddress({ [name]: value })).toEqual({});
  });

  it("shows contracts over a year unless it says otherwise", () => {
    expect(spanOf({})).toBe("12");
    expect(monthsOf({})).toBe(12);
  });
});
