import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Quantity } from "../../../../format/amounts";
import type { GasDay } from "../../../../format/days";
import type { CapacityRequest } from "../draft";
import type { Refusal } from "../queries";
import { LargestByStretch } from "./LargestByStretch";

const quantity = (amount: number) => amount as unknown as Quantity;
const days = (start: string, end: string) => ({ start: start as GasDay, end: end as GasDay });
const request: CapacityRequest = {
  network: "gaslib-40", receipt: null, delivery: "sink_27", ...days("2026-12-01", "2027-03-01"), quantity: quantity(6_000_000), firmness: "FIRM",
};

function show(largest: Refusal["largest"]) {
  render(<LargestByStretch refusal={{ largest } as Refusal} request={request} unit="KWH_PER_H" onGo={() => undefined} />);
  return screen.getAllByRole("row").slice(1).map((row) => row.textContent);
}

describe("the largest quantity of each part of the days", () => {
  it("tells nothing from nothing that was verified in time", () => {
    const rows = show([
      { period: days("2026-12-01", "2027-01-01"), quantity: quantity(0), bound: quantity(0), missing: quantity(6_000_000), limit: null },
      { period: days("2027-01-01", "2027-02-01"), quantity: quantity(0), bound: quantity(1_500_000), missing: quantity(6_000_000), limit: null },
      { period: days("2027-02-01", "2027-03-01"), quantity: quantity(6_000_000), bound: quantity(9_000_000), missing: quantity(0), limit: null },
    ]);
    expect(rows[0]).toContain("0not found in time");
    expect(rows[1]).toContain("at most 1,500,000");
    expect(rows[2]).toContain("6,000,000fits");
  });

  it("names what limits it", () => {
    const limit = { kind: "PRESSURE" as const, text: "source 1 is 2.6 bar too high", edges: [] };
    const [row] = show([
      { period: days("2026-12-01", "2027-03-01"), quantity: quantity(4_018_559), bound: quantity(5_000_000), missing: quantity(1_981_441), limit },
    ]);
    expect(row).toContain("4,018,559pressure");
  });
});
