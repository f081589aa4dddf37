import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Quantity } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import type { FreeRoute } from "../../../free/free";
import type { Address } from "../address";
import { PointsList } from "./PointsList";

const axis = { start: "2027-01-01" as GasDay, end: "2027-03-01" as GasDay };
const february = "2027-02-01" as GasDay;
const quantity = (amount: number | undefined) => amount as unknown as Quantity | undefined;

const exit = (delivery: string, january: number | undefined, bound: number): FreeRoute => ({
  receipt: null,
  delivery,
  stretches: [
    { days: { start: axis.start, end: february }, available: quantity(january), atMost: quantity(bound), notOnSale: null },
    { days: { start: february, end: axis.end }, available: quantity(bound), atMost: quantity(bound), notOnSale: null },
  ],
});

function show(address: Address = {}) {
  const [onChoose, onGo] = [vi.fn(), vi.fn()];
  const { rerender } = render(list(address));
  return { onChoose, onGo, showAt: (next: Address) => { rerender(list(next)); } };

  function list(shown: Address) {
    return <PointsList
      address={shown}
      onGo={onGo}
      free={{ entries: [], exits: [exit("sink_10", 1_404_421, 5_000_000), exit("sink_2", undefined, 3_000_000)] }}
      unit="KWH_PER_H"
      axis={axis}
      nameOf={(code) => code.replace("_", " ")}
      own={new Set(["sink_2"])}
      chosen={{ receipt: undefined, delivery: "sink_10" }}
      onChoose={onChoose}
    />;
  }
}

describe("the list of points", () => {
  it("says the least that is free, and where that is no more than a bound", () => {
    show();
    const rows = screen.getAllByRole("button", { name: /^sink/ });
    expect(rows.map((row) => row.textContent)).toEqual(["sink 2, you hold rights here≤ 3.00", "sink 101.40"]);
  });

  it("orders by what is free and filters by name, as its address says", async () => {
    const { onGo, showAt } = show();
    await userEvent.click(screen.getByRole("button", { name: /by name/ }));
    expect(onGo).toHaveBeenLastCalledWith({ order: "free" }, true);
    showAt({ order: "free" });
    expect(screen.getAllByRole("button", { name: /^sink/ }).map((row) => row.textContent)).toEqual([
      expect.stringContaining("sink 2"), expect.stringContaining("sink 10"),
    ]);
    await userEvent.type(screen.getByRole("searchbox"), "10");
    expect(screen.getAllByRole("button", { name: /^sink/ })).toHaveLength(1);
    expect(onGo).toHaveBeenLastCalledWith({ find: "10" }, true);
    await userEvent.tab();
    showAt({ find: "2" });
    expect(screen.getByRole<HTMLInputElement>("searchbox").value).toBe("2");
    expect(screen.getAllByRole("button", { name: /^sink/ })).toHaveLength(1);
  });

  it("is one stop of the tab key, from which arrows go on", async () => {
    const { onChoose } = show();
    await userEvent.tab();
    await userEvent.tab();
    await userEvent.tab();
    expect(document.activeElement?.textContent).toContain("sink 10");
    await userEvent.keyboard("{ArrowUp}");
    expect(document.activeElement?.textContent).toContain("sink 2");
    await userEvent.keyboard("{ArrowUp}{End}{Home}{Enter}");
    expect(onChoose.mock.calls).toEqual([["sink_2", "delivery"]]);
    await userEvent.tab();
    expect(document.activeElement).toBe(document.body);
    await userEvent.tab({ shift: true });
    expect(document.activeElement?.textContent).toContain("sink 2");
  });

  it("marks the chosen point and tells which was chosen", async () => {
    const { onChoose } = show();
    const list = screen.getByRole("region", { name: "Points" });
    expect(within(list).getByRole("button", { pressed: true }).textContent).toContain("sink 10");
    await userEvent.click(screen.getByRole("button", { name: /^sink 2/ }));
    expect(onChoose).toHaveBeenCalledWith("sink_2", "delivery");
  });
});
