import { describe, expect, it } from "vitest";
import type { Quantity } from "../../../format/amounts";
import { collectVerified } from "../../../free/verified";
import { int32Column, int64Column } from "../../../testing/columns";
import { answer, BOTH, FEBRUARY, JANUARY } from "../../../testing/paths";
import { isAbout, mayHave, readPaths, standingOf } from "./paths";

const figures = (changes = {}) => readPaths(answer(changes), undefined)?.all.map((path) => [path.figure?.quantity, standingOf(path)]);

describe("what paths offer over some gas days", () => {
  it("is the least of all days, and proved only where every day is", () => {
    expect(figures()).toEqual([[1_390_007, "proved"], [0, "none"], [2_000_000, "proved"], [3_000_000, "bound"]]);
  });

  it("is of the days that can be booked", () => {
    const paths = readPaths(answer({ stretches: [{ period: JANUARY, notOnSale: null }, { period: FEBRUARY, notOnSale: "TOO_EARLY" }] }), undefined);
    expect([paths?.days, paths?.onSale, paths?.notOnSale]).toEqual([BOTH, JANUARY, "TOO_EARLY"]);
    expect(paths?.all.map(({ figure }) => figure)).toEqual([
      { quantity: 1_404_421, isBound: false },
      { quantity: 500_000, isBound: false },
      { quantity: 9_007_199_254_740_991, isBound: false },
      { quantity: 3_000_000, isBound: false },
    ]);
    const none = answer({ stretches: [{ period: JANUARY, notOnSale: "TOO_LATE" }], available: int64Column(0, 0, 0, 0), atMost: int64Column(0, 0, 0, 0) });
    expect(readPaths(none, undefined)).toMatchObject({ onSale: undefined, notOnSale: "TOO_LATE" });
  });

  it("costs what the API says for them together, if it knows", () => {
    expect(readPaths(answer(), undefined)?.all.map(({ price }) => price)).toEqual(["0.8260", "0.8260", "0.5192", undefined]);
    const unknown = answer({ unitPrices: [{ total: null }], unitPricePlaces: int32Column(0, 0, 0, 0) });
    expect(readPaths(unknown, undefined)?.all.every(({ price }) => price === undefined)).toBe(true);
  });

  it("is replaced by what is verified later", () => {
    const row = (quantity: number) => answer({
      receiptCodes: ["source_2"],
      deliveryCodes: ["sink_2"],
      available: int64Column(quantity, 1_200_000),
      atMost: int64Column(9_000_000, 8_000_000),
    });
    const first = collectVerified(undefined, { networkAvailability: row(-1) });
    expect(first.size).toBe(0);
    const later = collectVerified(first, { networkAvailability: row(3_000_000) });
    const path = readPaths(answer(), later)?.all[3];
    expect(path).toMatchObject({ figure: { quantity: 1_200_000, isBound: false }, price: undefined });
  });

  it("is enough where it is not proved to be less", () => {
    const all = readPaths(answer(), undefined)?.all ?? [];
    const enough = (need: number) => all.map((path) => mayHave(path, need as unknown as Quantity));
    expect(enough(2_000_000)).toEqual([false, false, true, true]);
    expect(enough(2_000_001)).toEqual([false, false, false, true]);
  });

  it("tells of which gas days it is", () => {
    expect([isAbout(answer(), BOTH), isAbout(answer(), JANUARY)]).toEqual([true, false]);
  });
});
