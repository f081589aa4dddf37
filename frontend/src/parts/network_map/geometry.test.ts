import { describe, expect, it } from "vitest";
import type { Quantity } from "../../format/amounts";
import type { DrawableNetwork, NodeRole } from "./geometry";
import { ends, fitted, geometryOf, hitAt, hull, nextNode, place } from "./geometry";
import { placeLabels } from "./labels";
import { classOfUse } from "./scene";

const node = (code: string, role: NodeRole, x: number, y: number) => ({ code, name: "", role, x, y, longitude: null, latitude: null });
const pipe = (code: string, tail: string, head: string, capacity: number) => ({
  code,
  kind: "PIPE" as const,
  capacityForward: capacity as unknown as Quantity,
  tail: { code: tail },
  head: { code: head },
});

/** A source in the west, a junction, an exit in the north-east; two parallel pipes to the junction. */
const NETWORK: DrawableNetwork = {
  nodes: [node("source_1", "ENTRY", 0, 0), node("hub", "JUNCTION", 10, 0), node("sink_1", "EXIT", 20, 10)],
  edges: [pipe("a", "source_1", "hub", 400), pipe("b", "hub", "source_1", 100), pipe("c", "hub", "sink_1", 400)],
};
const GEOMETRY = geometryOf(NETWORK);
const SIZE = { width: 800, height: 600 };
const PLACEMENT = fitted(GEOMETRY, SIZE);

describe("the geometry of a network", () => {
  it("fits into its place, north upwards", () => {
    for (const one of GEOMETRY.nodes) {
      const [x, y] = place(PLACEMENT, one);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(SIZE.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(SIZE.height);
    }
    const [source, sink] = [GEOMETRY.node.get("source_1"), GEOMETRY.node.get("sink_1")];
    expect(source?.y).toBeGreaterThan(sink?.y ?? Infinity);
  });

  it("names codes without a name as people read them", () => {
    expect(GEOMETRY.node.get("source_1")?.label).toBe("source 1");
  });

  it("draws breadth by the square root of capacity", () => {
    expect(GEOMETRY.edge.get("a")?.breadth).toBe(1);
    expect(GEOMETRY.edge.get("b")?.breadth).toBe(0.5);
  });

  it("draws parallel edges side by side", () => {
    const [a, b] = [GEOMETRY.edge.get("a"), GEOMETRY.edge.get("b")];
    if (a === undefined || b === undefined) throw new Error("both are edges");
    expect(ends(PLACEMENT, a)[0]).not.toEqual(ends(PLACEMENT, b)[1]);
  });

  it("finds points before edges, edges near the pointer, and nothing far away", () => {
    const source = GEOMETRY.node.get("source_1");
    if (source === undefined) throw new Error("it is a node");
    const at = place(PLACEMENT, source);
    expect(hitAt(GEOMETRY, PLACEMENT, at)).toEqual({ kind: "node", code: "source_1" });
    expect(hitAt(GEOMETRY, PLACEMENT, [at[0] + 60, at[1] - 1])).toEqual({ kind: "edge", code: "a" });
    expect(hitAt(GEOMETRY, PLACEMENT, [at[0], at[1] - 200])).toBeUndefined();
  });

  it("goes by arrow keys to the next handover point in a direction", () => {
    expect(nextNode(GEOMETRY, "source_1", "ArrowRight")?.code).toBe("sink_1");
    expect(nextNode(GEOMETRY, "sink_1", "ArrowLeft")?.code).toBe("source_1");
    expect(nextNode(GEOMETRY, "source_1", "ArrowLeft")).toBeUndefined();
  });

  it("encloses points with a margin", () => {
    const corners = hull([[0, 0], [100, 0], [50, 20]], 10);
    expect(Math.min(...corners.map(([x]) => x))).toBeCloseTo(-10);
    expect(Math.max(...corners.map(([x]) => x))).toBeCloseTo(110);
    expect(corners.every(([, y]) => y <= 30.001)).toBe(true);
  });

  it("places names where nothing is drawn, and none twice at one place", () => {
    const wanted = [...GEOMETRY.nodes].filter(({ role }) => role !== "JUNCTION").map((one) => ({ node: one }));
    const labels = placeLabels(GEOMETRY, PLACEMENT, SIZE, wanted, (text) => text.length * 6);
    expect(labels.map((label) => label.node.code)).toEqual(["source_1", "sink_1"]);
    const stacked = placeLabels(GEOMETRY, { factor: 0.001, left: 400, top: 300 }, SIZE, [...wanted, ...wanted, ...wanted, ...wanted, ...wanted], () => 60);
    expect(stacked.length).toBeLessThan(10);
  });
});

describe("classes of use", () => {
  it.each([[0, 0], [0.2, 1], [0.25, 2], [0.74, 3], [0.93, 5], [0.9949, 5], [0.995, 6], [1.4, 6]])("%d is class %d", (share, expected) => {
    expect(classOfUse(share)).toBe(expected);
  });
});
