import { describe, expect, it } from "vitest";
import { layoutOf } from "./layout";

const graph = (nodes: string, ...edges: string[]) => ({
  nodes: Array.from(nodes, (code) => ({ code })),
  edges: edges.map((edge, place) => ({ code: String(place), tail: { code: edge.charAt(0) }, head: { code: edge.charAt(1) } })),
});

describe("the layout of a contract's graph", () => {
  it("puts a booking's two points side by side", () => {
    const { cells, columns, rows } = layoutOf(graph("hp", "hp"));
    expect([cells.get("h"), cells.get("p")]).toEqual([{ column: 0, row: 0 }, { column: 1, row: 0 }]);
    expect([columns, rows]).toEqual([2, 1]);
  });

  it("puts each node behind all that gas comes from", () => {
    const { cells } = layoutOf(graph("abcd", "ab", "bd", "ad", "ac", "cd"));
    expect(["a", "b", "c", "d"].map((code) => cells.get(code)?.column)).toEqual([0, 1, 1, 2]);
    expect(cells.get("b")?.row).not.toBe(cells.get("c")?.row);
  });

  it("gives no two nodes one place, whatever the edges", () => {
    for (const edges of [["ab", "ba"], ["ab", "bc", "ca"], ["aa"], []]) {
      const { cells } = layoutOf(graph("abc", ...edges));
      expect(new Set([...cells.values()].map(({ column, row }) => `${String(column)} ${String(row)}`)).size).toBe(3);
    }
  });

  it("draws parallel edges in lanes, in whichever direction", () => {
    expect([...layoutOf(graph("ab", "ab", "ba", "ab")).lanes.values()]).toEqual([0, 1, 2]);
  });
});
