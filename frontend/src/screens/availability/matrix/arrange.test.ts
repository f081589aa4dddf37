import { describe, expect, it } from "vitest";
import type { Quantity } from "../../../format/amounts";
import { answer } from "../../../testing/paths";
import type { Address } from "../address";
import { arrange } from "./arrange";
import type { Path } from "./paths";
import { readPaths } from "./paths";

const all = readPaths(answer(), undefined)?.all ?? [];
const nameOf = (code: string) => code.replace("_", " ");
const quantity = (amount: number) => amount as unknown as Quantity;

function shown(address: Address, paths: readonly Path[] = all) {
  const { rowsAre, rows, columns, by, paths: inOrder } = arrange(paths, address, nameOf);
  const codes = (points: readonly { readonly code: string }[]) => points.map(({ code }) => code);
  return { rowsAre, by, rows: codes(rows), columns: codes(columns), paths: inOrder.map(({ receipt, delivery }) => `${receipt} ${delivery}`) };
}

describe("the order of the matrix", () => {
  it("puts the longer side down, exits where both are alike, or what the address says", () => {
    expect(shown({})).toMatchObject({ rowsAre: "exits", rows: ["sink_1", "sink_2"], columns: ["source_1", "source_2"] });
    expect(shown({ exit: "sink 1" })).toMatchObject({ rowsAre: "exits", rows: ["sink_1"], columns: ["source_1", "source_2"] });
    expect(shown({}, all.filter(({ delivery }) => delivery === "sink_1"))).toMatchObject({ rowsAre: "entries", rows: ["source_1", "source_2"] });
    expect(shown({ rows: "entries" })).toMatchObject({ rows: ["source_1", "source_2"], columns: ["sink_1", "sink_2"] });
  });

  it("is by name as people count", () => {
    const many = ["sink_10", "sink_2", "sink_1"].map((delivery) => ({ receipt: "source_1", delivery, figure: undefined, price: undefined }));
    expect(shown({}, many).rows).toEqual(["sink_1", "sink_2", "sink_10"]);
  });

  it("puts first what has most, anywhere or at one column", () => {
    expect(shown({ order: "free" })).toMatchObject({ rows: ["sink_2", "sink_1"], columns: ["source_2", "source_1"] });
    expect(shown({ by: "source_1" })).toMatchObject({ rows: ["sink_1", "sink_2"], by: "source_1" });
    expect(shown({ by: "source_2" })).toMatchObject({ rows: ["sink_2", "sink_1"], by: "source_2" });
    expect(shown({ by: "source_9" })).toMatchObject({ rows: ["sink_1", "sink_2"], by: undefined });
  });
});

describe("the filters of the matrix", () => {
  it("are of names and codes, of either case", () => {
    expect(shown({ entry: "SOURCE 2", exit: "sink_1" }).paths).toEqual(["source_2 sink_1"]);
    expect(shown({ entry: "nowhere" })).toMatchObject({ rows: [], columns: [], paths: [] });
  });

  it("leave out points of which no path may have what is needed", () => {
    expect(shown({ need: quantity(2_500_000) })).toMatchObject({ rows: ["sink_2"], columns: ["source_2"] });
    expect(shown({ need: quantity(1_000_000), rows: "entries" }).paths).toEqual([
      "source_1 sink_1", "source_1 sink_2", "source_2 sink_1", "source_2 sink_2",
    ]);
    expect(shown({ need: quantity(4_000_000), exit: "sink_2" }).paths).toEqual([]);
  });
});

it("has no path from a point to itself", () => {
  const store = { receipt: "store", delivery: "sink_1", figure: undefined, price: undefined };
  const arranged = arrange([store, { ...store, receipt: "source_1", delivery: "store" }], {}, nameOf);
  expect(arranged.at("store", "store")).toBeUndefined();
  expect(arranged.at("sink_1", "store")).toBe(store);
});
