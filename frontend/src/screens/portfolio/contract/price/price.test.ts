import { describe, expect, it } from "vitest";
import type { Decimal } from "../../../../format/amounts";
import type { Price } from "./price";
import { priceLines } from "./price";

const decimal = (text: string) => text as unknown as Decimal;
const lines = (price: Price) => priceLines(price, "EUR", "kWh/h").map(({ depth, text }) => `${"> ".repeat(depth)}${text}`);
const flat = (amount: string): Price => ({ __typename: "FlatPrice", pricePerUnitDay: decimal(amount) });

describe("a price in words", () => {
  it("says the base, and the season with its twelve factors", () => {
    const factors = Array.from({ length: 12 }, (_, month) => decimal(`1.${String(month)}`));
    const written = priceLines({ __typename: "SeasonalPrice", base: flat("0.0088"), factors }, "EUR", "kWh/h");
    expect(written.map(({ text }) => text)).toEqual(["€0.0088 per kWh/h and gas day", "times the factor of the month"]);
    expect(written[1]?.season).toEqual(factors);
  });

  it("says every part of an index, and only the bounds there are", () => {
    const price: Price = {
      __typename: "IndexedPrice", index: "TTF", multiplier: decimal("0.0001"), addend: decimal("0.0014"), floorPerUnitDay: null, capPerUnitDay: decimal("0.0088"),
    };
    expect(lines(price)).toEqual(["0.0001 × TTF + €0.0014", "at most €0.0088 per kWh/h and gas day"]);
  });

  it("indents what a price is made of", () => {
    const shared: Price = {
      __typename: "SharedPrice",
      blocks: [{ units: decimal("1000"), price: { __typename: "LargerPrice", left: flat("1"), right: flat("2") } }],
    };
    expect(lines(shared)).toEqual([
      "an equal share, for each unit, of what these cost together:",
      "> 1,000 units at",
      "> > the larger of",
      "> > > €1.00 per kWh/h and gas day",
      "> > > €2.00 per kWh/h and gas day",
    ]);
  });

  it("leaves out what was not asked for", () => {
    expect(lines({ __typename: "SumOfPrices", parts: [{ __typename: "FlatPrice" }, flat("3")] })).toEqual(["together", "> €3.00 per kWh/h and gas day"]);
  });
});
