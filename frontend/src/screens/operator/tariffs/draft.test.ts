import { describe, expect, it } from "vitest";
import { EMPTY, priceOf } from "./draft";

describe("a price that is being written", () => {
  it("keeps decimals as they are written", () => {
    expect(priceOf({ ...EMPTY, price: "0.0120" })).toEqual({ flat: { pricePerUnitDay: "0.0120" } });
    expect(priceOf({ ...EMPTY, price: "12 euros" })).toBeUndefined();
  });

  it("has a factor for each month written", () => {
    expect(priceOf({ ...EMPTY, form: "seasonal", price: "1", factors: "1.3 1.2; 0.8" })).toEqual({
      seasonal: { base: { flat: { pricePerUnitDay: "1" } }, factors: ["1.3", "1.2", "0.8"] },
    });
    expect(priceOf({ ...EMPTY, form: "seasonal", price: "1", factors: "1.3 x" })).toBeUndefined();
  });

  it("follows an index between a floor and a cap", () => {
    expect(priceOf({ ...EMPTY, form: "indexed", index: " TTF ", multiplier: "0.0001", cap: "0.0088" })).toEqual({
      indexed: { index: "TTF", multiplier: "0.0001", addend: "0", floorPerUnitDay: null, capPerUnitDay: "0.0088" },
    });
    expect(priceOf({ ...EMPTY, form: "indexed", index: "TTF", floor: "low" })).toBeUndefined();
  });

  it("has tiers up to a quantity, and a last one without", () => {
    expect(priceOf({ ...EMPTY, form: "tiered", tiers: "100000 0.012\n0.009\n" })).toEqual({
      tiered: { tiers: [{ upTo: "100000", pricePerUnitDay: "0.012" }, { upTo: null, pricePerUnitDay: "0.009" }] },
    });
    expect(priceOf({ ...EMPTY, form: "tiered", tiers: "100000\n0.009" })).toBeUndefined();
    expect(priceOf({ ...EMPTY, form: "tiered", tiers: "" })).toBeUndefined();
  });
});
