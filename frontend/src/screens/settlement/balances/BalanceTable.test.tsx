import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { GasDay } from "../../../format/days";
import type { PartyBalance } from "../queries";
import { BalanceTable } from "./BalanceTable";

const [december, january] = ["2026-12-01" as GasDay, "2027-01-01" as GasDay];

const balance = (party: string, code: PartyBalance["code"], gasMonth: GasDay, amount: string) =>
  ({ party: { id: party, code: party.toUpperCase(), name: party }, code, gasMonth, amount: { amount, currency: "EUR" } }) as unknown as PartyBalance;

function show(onChoose = vi.fn()) {
  render(
    <BalanceTable
      balances={[
        balance("Nordwind", "RESERVATION", december, "678460.81"),
        balance("Nordwind", "RELEASE_CREDIT", january, "-450000.00"),
        balance("Nordwind", "RESERVATION", january, "90071992547409934.55"),
        balance("Alpengas", "RESERVATION", january, "1.00"),
      ]}
      months={[december, january]}
      chosen={{ party: "NORDWIND", month: january, code: "RELEASE_CREDIT" }}
      onChoose={onChoose}
    />,
  );
  return onChoose;
}

describe("balances by gas month", () => {
  it("has a row for each party and charge code, and every digit of each balance", () => {
    show();
    const rows = screen.getAllByRole("row").slice(1).map((row) => within(row).getAllByRole("cell").map(({ textContent }) => textContent));
    expect(rows.map(([code]) => code)).toEqual(["reservation", "release credit", "reservation"]);
    expect(rows[2]).toEqual(["reservation", "€678,460.81", "€90,071,992,547,409,934.55"]);
    expect(rows[0]).toEqual(["reservation", "", "€1.00"]);
  });

  it("leads from a balance to what is behind it, and marks the one that is chosen", async () => {
    const onChoose = show();
    expect(screen.getByRole("button", { pressed: true }).textContent).toBe("-€450,000.00");
    await userEvent.click(screen.getByRole("button", { name: /^Nordwind, reservation, .*2026: €678,460.81$/ }));
    expect(onChoose).toHaveBeenCalledWith("NORDWIND", december, "RESERVATION");
  });
});
