import { describe, expect, it } from "vitest";
import type { Quantity } from "../../../format/amounts";
import { readPrice } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { bidsUntil, buyInput, freeThroughout, listingInput, releaseInput } from "./draft";

const quantity = (amount: number) => amount as unknown as Quantity;
const days = (start: string, end: string) => ({ start: start as GasDay, end: end as GasDay });
const at = { now: new Date("2026-12-01T10:00:00Z"), clock: { zone: "Europe/Berlin", startHour: 6 } };
const part = { contractId: "c", quantity: quantity(1_000), days: days("2027-01-01", "2027-02-01") };

describe("what can be offered", () => {
  const row = (period: { start: GasDay; end: GasDay }, free: number) =>
    ({ period, quantity: quantity(1_000), passedOn: quantity(0), held: quantity(1_000 - free), free: quantity(free) });

  it("is the least that is free on the days that are offered", () => {
    const contract = { free: [row(days("2026-12-01", "2027-01-01"), 50), row(days("2027-01-01", "2027-02-01"), 700), row(days("2027-02-01", "2027-03-01"), 900)] };
    expect(freeThroughout(contract, days("2027-01-01", "2027-03-01"))).toBe(700);
    expect(freeThroughout(contract, days("2028-01-01", "2028-02-01"))).toBeUndefined();
    expect(freeThroughout({ free: [...contract.free, row(days("2027-03-01", "2027-04-01"), 0)] }, days("2027-01-01", "2027-04-01"))).toBeUndefined();
  });
});

describe("an offer that is written", () => {
  it("is none before it has a price, but a release without one takes any rate", () => {
    expect(listingInput({}, part)).toBeUndefined();
    expect(releaseInput({}, part, at)).toMatchObject({ minimumRate: "0", method: "HIGHEST_RATE", tieBreak: "PRO_RATA" });
  });

  it("is firm and passes the duties unless one says otherwise", () => {
    const price = readPrice("0.0075");
    expect(listingInput({ price }, part)).toMatchObject({ isFirm: true, kind: "ASSIGNMENT", pricePerUnitDay: "0.0075" });
    expect(listingInput({ price, indicative: "yes", passes: "TRANSFER_OF_USE" }, part)).toMatchObject({ isFirm: false, kind: "TRANSFER_OF_USE" });
  });

  it("has a discount rate only where bids are valued by it", () => {
    const discount = readPrice("0.085");
    expect(releaseInput({ discount }, part, at)).not.toHaveProperty("discountRate");
    expect(releaseInput({ discount, method: "PRESENT_VALUE" }, part, at)).toMatchObject({ discountRate: "0.085" });
  });

  it("takes bids for a week, and no later than two hours before its first gas day", () => {
    expect(bidsUntil({}, part.days, at)).toBe("2026-12-08T11:00");
    expect(bidsUntil({}, days("2026-12-03", "2027-01-01"), at)).toBe("2026-12-03T04:00");
    expect(releaseInput({ until: "2026-12-02T12:30" }, part, at)).toMatchObject({ bidsCloseAt: "2026-12-02T11:30:00.000Z" });
  });

  it("to buy needs a route", () => {
    const draft = { quantity: quantity(10), price: readPrice("0.01") };
    expect(buyInput("n", draft, part.days, at)).toBeUndefined();
    expect(buyInput("n", { ...draft, delivery: "sink_1" }, part.days, at)).toMatchObject({ receipt: null, delivery: "sink_1", closesAt: "2026-12-06T10:00:00.000Z" });
  });
});
