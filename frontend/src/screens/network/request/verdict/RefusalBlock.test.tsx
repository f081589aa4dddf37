import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Quantity } from "../../../../format/amounts";
import type { GasDay } from "../../../../format/days";
import type { Shown } from "../../shown";
import type { CapacityRequest } from "../draft";
import type { Refusal } from "../queries";
import { RefusalBlock } from "./RefusalBlock";

const quantity = (amount: number) => amount as unknown as Quantity;
const period = { start: "2027-01-01" as GasDay, end: "2027-02-01" as GasDay };
const request: CapacityRequest = { network: "small", receipt: null, delivery: "out", ...period, quantity: quantity(9_000), firmness: "FIRM" };
const shown = { network: { unit: "KWH_PER_H" }, nameOf: (code: string) => code } as unknown as Shown;
const edges = ["pipe_5", "valve_2"].map((code) => ({ capacity: quantity(3_000), edge: { id: code, code, name: "" }, tail: null, head: null }));
const refusal = {
  bottlenecks: [{ missing: quantity(3_000), periods: [period], edges }],
  shortages: [],
  largest: [{ period, quantity: quantity(6_000), bound: quantity(6_000), missing: quantity(3_000), limit: { kind: "CUT", text: "", edges: edges.slice(0, 1) } }],
  largestThroughout: quantity(6_000),
  alternatives: { bookings: [], listings: [], releases: [] },
  verdict: { level: "ROBUST", solver: "exact", solverVersion: "1", rightsVersion: 1, decidedAt: "" },
} as unknown as Refusal;

describe("a refusal by a cut", () => {
  it("names its edges, and each leads to itself on the map", async () => {
    const go = vi.fn();
    render(<RefusalBlock refusal={refusal} request={request} shown={shown} onGo={go} />);
    expect(screen.getByText(/are full/).textContent).toMatch(/^pipe 5, valve 2 are full/);
    await userEvent.click(screen.getByRole("button", { name: "valve 2" }));
    expect(go).toHaveBeenLastCalledWith({ edge: "valve_2" });
    const row = screen.getByRole("row", { name: /6,000/ });
    await userEvent.click(within(row).getByRole("button", { name: "pipe 5" }));
    expect(go).toHaveBeenLastCalledWith({ edge: "pipe_5" });
  });
});
