import { describe, expect, it } from "vitest";
import type { Decimal, Quantity } from "./amounts";
import {
  exact, isNegative, money, percentFigure, price, priceUnit, readPercent, readPrice, readQuantity, short, unitPrice, unsignedDigits, whole,
} from "./amounts";

const quantity = (amount: number) => amount as unknown as Quantity;
const decimal = (text: string) => text as unknown as Decimal;

describe("figures are written as they came", () => {
  it("writes every digit of a decimal beyond what a number holds", () => {
    expect(money({ amount: decimal("90071992547409934.55"), currency: "EUR" })).toBe("€90,071,992,547,409,934.55");
  });

  it("keeps every digit of a price of one unit", () => {
    expect(unitPrice(decimal("0.0088"), "EUR")).toBe("€0.0088");
    expect(unitPrice(decimal("0.00123456789012345678"), "EUR")).toBe("€0.00123456789012345678");
    expect(unitPrice(decimal("12"), "EUR")).toBe("€12.00");
    expect(exact(decimal("1800000.5"))).toBe("1,800,000.5");
  });

  it("shifts the point of a whole quantity", () => {
    expect(short(quantity(1_404_421), "KWH_PER_H")).toBe("1.40");
    expect(short(quantity(9_007_199_254_740_991), "KWH_PER_H")).toBe("9,007,199,254.74");
    expect(short(quantity(12), "MMSCF_PER_D")).toBe("12.00");
    expect(whole(quantity(1_404_421))).toBe("1,404,421");
  });
});

describe("decimals", () => {
  it("are written with every digit", () => {
    expect(exact(decimal("0.0114400001"))).toBe("0.0114400001");
    expect(exact(decimal("1234.5"))).toBe("1,234.5");
  });

  it.each([
    ["638352.00", "638352"],
    ["-638352.10", "638352.1"],
    ["100", "100"],
    ["0.00", "0"],
  ])("%s without sign and idle digits is %s", (text, expected) => {
    expect(unsignedDigits(decimal(text))).toBe(expected);
  });

  it("say whether they are below nothing", () => {
    expect([isNegative(decimal("-0.01")), isNegative(decimal("0.01"))]).toEqual([true, false]);
  });
});

describe("quantities are read as people write them", () => {
  it.each([
    ["1404421", 1_404_421],
    ["1,404,421", 1_404_421],
    ["1,500", 1_500],
    ["1,234,567", 1_234_567],
    ["1,500k", 1_500_000],
    ["6m", 6_000_000],
    ["1.2 GWh/h", 1_200_000],
    ["1000 kWh/h", 1_000],
    ["5.5 MWh/h", 5_500],
    ["250k", 250_000],
    ["1.5g", 1_500_000],
    ["007", 7],
  ])("%s", (text, expected) => {
    expect(readQuantity(text, "KWH_PER_H")).toBe(expected);
  });

  it.each(["", "0", "1.5", "-3", "12 apples", "1.2345678m", "9999999999999999", "1e6", "1000 kWh/d", "1000 Wh/h", "1.5 kWh/h", "1,5m", "1,5", "1,2 GWh/h", "1,5000", "1.234,567m"])("refuses %j", (text) => {
    expect(readQuantity(text, "KWH_PER_H")).toBeUndefined();
  });
});

describe("prices", () => {
  it("are written with every decimal and at least four", () => {
    expect([price(decimal("0.0075")), price(decimal("1.5")), price(decimal("0.123456789"))]).toEqual(["0.0075", "1.5000", "0.123456789"]);
    expect(priceUnit("EUR", "KWH_PER_H")).toBe("€ / kWh/h·d");
  });

  it("are read as exact decimals or not at all", () => {
    expect(["0.0075", " 12 ", "-0.5", "0,5", "1e3", ".5", ""].map(readPrice)).toEqual(["0.0075", "12", "-0.5", undefined, undefined, undefined, undefined]);
  });

  it("of a year are typed in per cent and sent as fractions", () => {
    expect(["8.5", "5", "12.25", "100", "-1"].map(readPercent)).toEqual(["0.085", "0.05", "0.1225", undefined, undefined]);
    expect(percentFigure(decimal("0.085"))).toBe("8.5");
  });
});
