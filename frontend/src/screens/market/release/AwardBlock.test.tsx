import { render, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Quantity } from "../../../format/amounts";
import { readPrice } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import type { Shown } from "../shown";
import { AwardBlock } from "./AwardBlock";
import type { Award, Bid, ReleaseDetails } from "./queries";

const quantity = (amount: number) => amount as unknown as Quantity;
const days = { start: "2027-01-01" as GasDay, end: "2027-02-01" as GasDay };

const decided = (bidId: string, awarded: number, reason: "EXHAUSTED" | "FILLED", text: string): Award["bids"][number] => ({
  bidId, sequence: 1, quantity: quantity(1_000), rate: readPrice("0.01") ?? fail(), value: readPrice("310") ?? fail(), awarded: quantity(awarded), reason, text, period: days,
});

function fail(): never {
  throw new Error("no decimal");
}

const award: Award = {
  awardedAt: "2026-12-08T10:00:03Z", dueAt: "2026-12-08T10:00:00Z", firstDay: days.start, algorithm: "capacity-release-1", seed: "s", hash: "f18788ba", record: "{}",
  awards: [{ bidId: "won", quantity: quantity(1_000), replacement: { id: "alpengas", name: "Alpengas Handel" }, contract: null }],
  bids: [decided("won", 1_000, "FILLED", "highest value"), decided("mine", 0, "EXHAUSTED", "nothing was left"), decided("other", 0, "EXHAUSTED", "nothing was left")],
};

const bid = { id: "mine", bidder: { id: "ostsee", name: "Ostsee Gas" } } as Bid;
const shown = { network: { id: "n", code: "n", unit: "KWH_PER_H", currency: "EUR", clock: { zone: "Europe/Berlin", startHour: 6 } }, caller: { party: "ostsee", mayTrade: true } } as Shown;
const release = { method: "NET_REVENUE", discountRate: readPrice("0"), currency: "EUR" } as ReleaseDetails;

describe("an award", () => {
  it("says who won as far as one may know, and why each bid got what it got", () => {
    render(<AwardBlock award={award} release={release} bids={[bid]} shown={shown} />);
    const rows = within(screen.getByRole("table")).getAllByRole("row").slice(1).map((row) => row.textContent);
    expect(rows[0]).toMatch(/^Alpengas Handel won all1,0000\.01001,000€310\.00/);
    expect(rows[1]).toBe("highest value");
    expect(rows[2]).toMatch(/^You nothing left/);
    expect(rows[4]).toMatch(/^another party nothing left/);
  });

  it("gives the record and its hash", () => {
    render(<AwardBlock award={award} release={release} bids={[]} shown={shown} />);
    expect(screen.getByText("f18788ba")).toBeTruthy();
    expect(screen.getByText(/capacity-release-1/)).toBeTruthy();
  });
});
