import { describe, expect, it } from "vitest";
import type { PartyBalance } from "../queries";
import { stacksOf } from "./stacks";

const balance = (code: PartyBalance["code"], gasMonth: string, amount: string, currency = "EUR", party = "NORDWIND") =>
  ({ party: { id: party, code: party, name: party }, gasMonth, code, amount: { amount, currency } }) as unknown as PartyBalance;

describe("balances as bars", () => {
  it("puts what is owed above and what one is owed below, code upon code", () => {
    const [stacks, ...others] = stacksOf(
      [
        balance("SECONDARY_PRICE", "2026-12-01", "20.50"),
        balance("RESERVATION", "2026-12-01", "100.00"),
        balance("RELEASE_CREDIT", "2026-12-01", "-30.00"),
        balance("RESERVATION", "2027-01-01", "40.00"),
        balance("RESERVATION", "2026-12-01", "999.00", "EUR", "ALPENGAS"),
      ],
      "NORDWIND",
    );
    expect(others).toEqual([]);
    expect(stacks?.pieces.map(({ code, month, from, to }) => [code, month, from, to])).toEqual([
      ["RESERVATION", "2026-12-01", 0, 100],
      ["RESERVATION", "2027-01-01", 0, 40],
      ["SECONDARY_PRICE", "2026-12-01", 100, 120.5],
      ["RELEASE_CREDIT", "2026-12-01", 0, -30],
    ]);
    expect([stacks?.highest, stacks?.lowest]).toEqual([120.5, -30]);
  });

  it("does not mix currencies", () => {
    const found = stacksOf([balance("RESERVATION", "2026-12-01", "1.00"), balance("RESERVATION", "2026-12-01", "5.00", "USD")], "NORDWIND");
    expect(found.map(({ currency, highest }) => [currency, highest])).toEqual([["EUR", 1], ["USD", 5]]);
  });

  it("has nothing to show of a party without balances", () => {
    expect(stacksOf([balance("RESERVATION", "2026-12-01", "1.00")], undefined)).toEqual([]);
  });
});
