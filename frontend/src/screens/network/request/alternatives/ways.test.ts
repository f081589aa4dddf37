import { describe, expect, it } from "vitest";
import type { Decimal, Quantity } from "../../../../format/amounts";
import type { GasDay } from "../../../../format/days";
import type { Refusal } from "../queries";
import { offersOf } from "./ways";

describe("listings of others on the route", () => {
  it("say their price in full, which may be less than a cent", () => {
    const capacity = { period: { start: "2027-06-01" as GasDay, end: "2027-07-01" as GasDay } };
    const listing = { id: "l", pricePerUnitDay: "0.0075" as unknown as Decimal, currency: "EUR" as const, capacity };
    const refusal = { alternatives: { listings: [{ gain: 400 as unknown as Quantity, listing }] } } as unknown as Refusal;
    expect(offersOf(refusal)[0]?.note).toMatch(/€0\.0075/);
  });
});
