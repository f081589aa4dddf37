import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { act, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Quantity } from "../../../format/amounts";
import { readPrice } from "../../../format/amounts";
import type { OwnOrder } from "../queries";
import type { Shown } from "../shown";
import { OwnOpen } from "./OwnOpen";

const NOW = new Date("2026-12-01T10:00:00Z");
const shown = { address: {}, network: { code: "n", unit: "KWH_PER_H" } } as Shown;

const order = (id: string, amount: number, acceptBy: string, state: "CLOSED" | "OPEN" = "OPEN") =>
  ({ id, quantity: amount as unknown as Quantity, pricePerUnitDay: readPrice("0.01"), acceptBy, call: { id, side: "SELL", state, capacity: { routes: [] } } }) as unknown as OwnOrder;

const orders = [
  order("binds", 100, "2026-12-01T10:01:00Z"),
  order("later", 200, "2026-12-02T10:00:00Z"),
  order("lapsed", 300, "2026-12-01T10:00:00Z"),
  order("ended", 400, "2026-12-02T10:00:00Z", "CLOSED"),
];

describe("one's own orders", () => {
  beforeEach(() => { vi.useFakeTimers({ now: NOW }); });
  afterEach(() => { vi.useRealTimers(); });

  it("are listed and counted while they bind", async () => {
    const component = () => <OwnOpen bids={[]} clearingBids={[]} orders={orders} shown={shown} />;
    const router = createRouter({ routeTree: createRootRoute({ component }), history: createMemoryHistory() });
    await act(async () => { await router.load(); });
    render(<RouterProvider router={router as never} />);
    await act(async () => { await vi.advanceTimersByTimeAsync(0); });
    const listed = () => within(screen.getByRole("table")).getAllByRole("row").slice(1).map((row) => within(row).getAllByRole("cell")[2]?.textContent);
    expect(listed()).toEqual(["100", "200"]);
    expect(screen.getByText("2")).toBeTruthy();
    await act(async () => { await vi.advanceTimersByTimeAsync(60_000); });
    expect(listed()).toEqual(["200"]);
    expect(screen.getByText("1")).toBeTruthy();
  });
});
