import { describe, expect, it } from "vitest";
import { decimalOfText } from "../../../format/amounts";
import type { Decimal } from "../../../format/amounts";
import { indicesOf, priceInWords } from "./priceInWords";

function decimal(text: string): Decimal {
  const found = decimalOfText(text);
  if (found === undefined) throw new Error(text);
  return found;
}

const flat = (price: string) => ({ __typename: "FlatPrice" as const, pricePerUnitDay: decimal(price) });
const indexed = {
  __typename: "IndexedPrice" as const,
  index: "TTF",
  multiplier: decimal("0.0001"),
  addend: decimal("0.0014"),
  floorPerUnitDay: null,
  capPerUnitDay: decimal("0.0088"),
};

describe("prices in words", () => {
  it("keep every digit that counts", () => {
    expect(priceInWords(flat("0.01200"))).toBe("0.012");
    expect(priceInWords(indexed)).toBe("TTF × 0.0001 + 0.0014, at most 0.0088");
  });

  it("say what tiers and factors apply to", () => {
    expect(priceInWords({ __typename: "SeasonalPrice", factors: [decimal("1.3"), decimal("0.7")], base: flat("2") })).toBe("2 × 1.3 0.7 (January on)");
    const tiers = [{ upTo: decimal("100"), pricePerUnitDay: decimal("2") }, { upTo: null, pricePerUnitDay: decimal("1") }];
    expect(priceInWords({ __typename: "TieredPrice", tiers })).toBe("2 up to 100 units, 1 beyond");
  });

  it("name the indices that they follow", () => {
    expect(indicesOf({ __typename: "SumOfPrices", parts: [flat("1"), indexed] })).toEqual(["TTF"]);
    expect(indicesOf(flat("1"))).toEqual([]);
  });
});
