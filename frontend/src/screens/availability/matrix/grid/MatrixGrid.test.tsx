import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Quantity } from "../../../../format/amounts";
import { answer } from "../../../../testing/paths";
import type { Address } from "../../address";
import { arrange } from "../arrange";
import type { Path } from "../paths";
import { readPaths } from "../paths";
import { mostOf } from "./cell";
import { MatrixGrid } from "./MatrixGrid";

const all = readPaths(answer(), undefined)?.all ?? [];
const nameOf = (code: string) => code.replace("_", " ");
const quantity = (amount: number) => amount as unknown as Quantity;

/** The document of the tests lays nothing out: the table is as large as it would be on a screen. */
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(480);
  vi.stubGlobal("ResizeObserver", class {
    constructor(readonly changed: () => void) {}
    observe() { this.changed(); }
    disconnect() { /* nothing is observed */ }
  });
  return () => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  };
});

function show(address: Address = {}, paths: readonly Path[] = all) {
  const [onOpen, onOrder] = [vi.fn(), vi.fn()];
  const grid = (shown: readonly Path[]) => (
    <MatrixGrid
      arranged={arrange(shown, { rows: "entries", ...address }, nameOf)}
      context={{ unit: "KWH_PER_H", currency: "EUR", demanded: "HYDRAULIC", most: mostOf(shown), need: address.need, nameOf }}
      label="Free"
      isBusy={false}
      hrefOf={({ receipt, delivery }) => `/networks/n?receipt=${receipt}&delivery=${delivery}`}
      onOpen={onOpen}
      onOrder={onOrder}
    />
  );
  const { rerender } = render(grid(paths));
  return { onOpen, onOrder, show: (shown: readonly Path[]) => { rerender(grid(shown)); } };
}

const cell = (name: RegExp) => screen.getByRole("link", { name });
const seen = (link: HTMLElement) => link.querySelector("[aria-hidden]")?.textContent;
const said = (link: HTMLElement) => link.querySelector(".hidden")?.textContent;

describe("a cell", () => {
  it("says path, quantity, unit, to what level it is proved, and the price", () => {
    show();
    const proved = cell(/^source 1 › sink 1:/);
    expect(said(proved)).toBe(
      "source 1 › sink 1: 1,390,007 kWh/h firm. Proved: every pressure holds when all firm rights are used at once. €0.826 for one kWh/h on all these gas days",
    );
    expect(seen(proved)).toBe("€0.8261.39");
    expect(proved.style.background).toContain("--free-");
    expect(cell(/^source 1 › sink 2: nothing free/)).toBeDefined();
  });

  it("that is not proved says so, and has no colour of what can be had", () => {
    show();
    const bound = cell(/^source 2 › sink 2:/);
    expect(said(bound)).toBe(
      "source 2 › sink 2: at most 3,000,000 kWh/h, not proved yet. Still to be proved, as in a request: pressures",
    );
    expect([seen(bound), bound.dataset.bound, bound.style.background]).toEqual(["≤ 3.00", "", ""]);
  });

  it("with less than is needed says so", () => {
    show({ need: quantity(2_500_000) }, all.map((path, place) => (place === 0 ? { ...path, figure: { quantity: quantity(2_500_000), isBound: false } } : path)));
    expect(cell(/^source 2 › sink 1: 2,000,000 kWh\/h firm.*less than needed/).dataset.short).toBe("");
    expect(cell(/^source 1 › sink 1:/).dataset.short).toBeUndefined();
  });

  it("is replaced by what came later, where it is", () => {
    const { show: showLater } = show();
    const before = cell(/^source 2 › sink 2:/);
    showLater(all.map((path, place) => (place === 3 ? { ...path, figure: { quantity: quantity(1_200_000), isBound: false } } : path)));
    expect(cell(/^source 2 › sink 2: 1,200,000 kWh\/h firm\. Proved/)).toBe(before);
    expect(before.dataset.bound).toBeUndefined();
  });
});

describe("the table", () => {
  it("has rows and columns with their numbers and headers, and one cell that Tab reaches", async () => {
    show();
    const grid = screen.getByRole("grid", { name: "Free" });
    expect([grid.getAttribute("aria-rowcount"), grid.getAttribute("aria-colcount")]).toEqual(["3", "3"]);
    const heads = ["Entries down, exits across", "sink 1", "sink 2"];
    expect(heads.map((name) => within(grid).getByRole("columnheader", { name }).getAttribute("aria-colindex"))).toEqual(["1", "2", "3"]);
    const [, first] = within(grid).getAllByRole("row");
    expect([first?.getAttribute("aria-rowindex"), within(first ?? grid).getByRole("rowheader").textContent]).toEqual(["2", "source 1"]);
    await userEvent.tab();
    expect(document.activeElement).toBe(cell(/^source 1 › sink 1:/));
    await userEvent.tab();
    expect(document.activeElement).toBe(document.body);
  });

  it("is gone through by keys, to its headers too, and Enter leads to the request", async () => {
    const { onOpen, onOrder } = show();
    await userEvent.tab();
    await userEvent.keyboard("{ArrowDown}{ArrowRight}");
    expect(document.activeElement).toBe(cell(/^source 2 › sink 2:/));
    await userEvent.keyboard("{Home}");
    expect(document.activeElement).toBe(cell(/^source 2 › sink 1:/));
    await userEvent.keyboard("{Enter}");
    expect(onOpen).toHaveBeenCalledExactlyOnceWith("/networks/n?receipt=source_2&delivery=sink_1");
    await userEvent.keyboard("{Control>}{End}{/Control}{ArrowRight}{ArrowDown}");
    expect(document.activeElement).toBe(cell(/^source 2 › sink 2:/));
    await userEvent.keyboard("{ArrowUp}{ArrowUp}");
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "sink 2" }));
    await userEvent.keyboard("{Enter}");
    expect(onOrder).toHaveBeenCalledExactlyOnceWith("sink_2");
  });

  it("stays at its path when rows move or are left out", async () => {
    const { show: showLater } = show({ order: "free" });
    await userEvent.tab();
    expect(document.activeElement).toBe(cell(/^source 2 › sink 2:/));
    showLater(all.map((path) => (path.receipt === "source_1" ? { ...path, figure: { quantity: quantity(8_000_000), isBound: false } } : path)));
    expect(document.activeElement).toBe(cell(/^source 2 › sink 2:/));
    expect(document.activeElement?.getAttribute("tabindex")).toBe("0");
    showLater(all.slice(0, 2));
    await userEvent.tab();
    expect(document.activeElement).toBe(cell(/^source 1 › sink 1:/));
  });

  it("says by which column its rows are ordered", () => {
    const { onOrder } = show({ by: "sink_2" });
    expect(screen.getByRole("columnheader", { name: "sink 2" }).getAttribute("aria-sort")).toBe("descending");
    screen.getByRole("button", { name: "sink 2" }).click();
    expect(onOrder).toHaveBeenCalledExactlyOnceWith(undefined);
  });

  it("draws of many lines those in sight", () => {
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(390);
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(190);
    const many = Array.from({ length: 31 }, (_, entry) =>
      Array.from({ length: 129 }, (_none, exit) => ({ receipt: `entry_${String(entry)}`, delivery: `exit_${String(exit)}`, figure: { quantity: quantity(entry), isBound: false }, price: undefined })),
    ).flat();
    show({ rows: undefined }, many);
    const grid = screen.getByRole("grid");
    expect(grid.getAttribute("aria-rowcount")).toBe("130");
    expect(grid.querySelectorAll("[role=row]").length).toBe(1 + 16);
    expect(grid.querySelectorAll("[role=gridcell]").length).toBe(16 * 16);
  });
});
