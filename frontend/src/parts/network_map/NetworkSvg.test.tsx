import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Quantity } from "../../format/amounts";
import type { DrawableNetwork, EdgeKind, NodeRole } from "./geometry";
import { ends, fitted, geometryOf, place } from "./geometry";
import { labelsOf, wantedLabels } from "./importance";
import { NetworkSvg } from "./NetworkSvg";
import type { Scene } from "./scene";
import { CLOSED, UNKNOWN } from "./scene";

const node = (code: string, role: NodeRole, x: number, y: number) => ({ code, name: "", role, x, y, longitude: null, latitude: null });
const edge = (code: string, kind: EdgeKind, tail: string, head: string) => ({
  code, kind, capacityForward: 100 as unknown as Quantity, tail: { code: tail }, head: { code: head },
});

const NETWORK: DrawableNetwork = {
  nodes: [node("source_1", "ENTRY", 0, 0), node("hub", "JUNCTION", 10, 0), node("sink_1", "EXIT", 20, 10), node("store", "STORAGE", 20, 0)],
  edges: [
    edge("a", "PIPE", "source_1", "hub"),
    edge("b", "COMPRESSOR_STATION", "hub", "sink_1"),
    edge("c", "VALVE", "hub", "store"),
    edge("d", "PIPE", "sink_1", "store"),
  ],
};
const GEOMETRY = geometryOf(NETWORK);
const SIZE = { width: 800, height: 600 };
const PLACEMENT = fitted(GEOMETRY, SIZE);

const PLAIN: Scene = { edges: Uint8Array.of(0, 6, UNKNOWN, CLOSED), nodes: new Map(), rings: new Map(), chosenNodes: [], chosenEdge: undefined, cut: undefined };

function draw(scene: Scene, zoom = 1) {
  const labels = labelsOf(GEOMETRY, PLACEMENT, SIZE, wantedLabels(GEOMETRY, scene));
  const { unmount } = render(<NetworkSvg geometry={GEOMETRY} placement={PLACEMENT} size={SIZE} scene={scene} labels={labels} focus={undefined} zoom={zoom} title="map" />);
  const map = screen.getByRole("img", { name: "map" });
  return { unmount, map, one: (selector: string) => map.querySelector(selector), all: (selector: string) => [...map.querySelectorAll(selector)] };
}

const numbers = (element: Element | null, ...names: string[]) => names.map((name) => Number(element?.getAttribute(name)));

describe("the map as SVG", () => {
  it("draws every edge from end to end, where the canvas does", () => {
    const { one } = draw(PLAIN);
    for (const drawn of GEOMETRY.edges) {
      const [[ax, ay], [bx, by]] = ends(PLACEMENT, drawn);
      expect(numbers(one(`[data-edge="${drawn.code}"] line`), "x1", "y1", "x2", "y2")).toEqual([ax, ay, bx, by]);
    }
  });

  it("shows full, unknown and closed edges by more than a colour", () => {
    const { all } = draw(PLAIN);
    expect(["a", "b", "c", "d"].map((code) => all(`[data-edge="${code}"] line`).length)).toEqual([1, 2, 2, 1]);
    expect(all(`[data-edge="d"] g`)[0]?.getAttribute("stroke")).toBe("var(--bg-0)");
  });

  it("draws entries as triangles, exits as circles, storages as squares, at their places", () => {
    const { one } = draw(PLAIN);
    const sink = GEOMETRY.node.get("sink_1");
    if (sink === undefined) throw new Error("it is a node");
    expect(one('[data-node="source_1"] polygon')?.getAttribute("points")?.split(" ")).toHaveLength(3);
    expect(one('[data-node="store"] polygon')?.getAttribute("points")?.split(" ")).toHaveLength(4);
    expect(numbers(one('[data-node="sink_1"] circle'), "cx", "cy")).toEqual([...place(PLACEMENT, sink)]);
  });

  it("marks valves only once one has zoomed in", () => {
    const marks = (zoom: number): number => {
      const { map, unmount } = draw(PLAIN, zoom);
      const found = [...map.children].filter(({ tagName }) => tagName.toLowerCase() === "polygon").length;
      unmount();
      return found;
    };
    expect(marks(1)).toBe(1);
    expect(marks(2)).toBe(2);
  });

  it("shows what is mine, chosen, coloured and cut", () => {
    const { one, all } = draw({
      ...PLAIN,
      nodes: new Map([["store", "free-3"]]),
      rings: new Map([["sink_1", 0.25]]),
      chosenNodes: ["source_1"],
      chosenEdge: "a",
      cut: { edges: ["a"], beyond: ["sink_1", "store"] },
    });
    expect(numbers(one('[data-node="sink_1"] circle'), "r")).toEqual([7.75]);
    expect(one('[data-chosen="source_1"]')).not.toBeNull();
    expect(one('[data-node="store"] polygon')?.getAttribute("fill")).toBe("var(--free-3)");
    expect(one('[data-edge="a"]')?.getAttribute("data-look")).toBe("6");
    expect(all("[data-cut] circle")).toHaveLength(2);
    expect(one('polygon[fill="url(#beyond)"]')).not.toBeNull();
  });

  it("writes the names of handover points", () => {
    const { all } = draw(PLAIN);
    expect(all("text").map(({ textContent }) => textContent).sort()).toEqual(["sink 1", "source 1", "store"]);
  });
});
