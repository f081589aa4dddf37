/** Where the elements of a network are drawn: its own coordinates in a plane one unit wide or high, y downwards. */
import type { Quantity } from "../../format/amounts";
import { drawn } from "../../format/drawing";
import { labelOf } from "../../format/names";

export type NodeRole = "ENTRY" | "EXIT" | "INTERCONNECTION" | "JUNCTION" | "STORAGE";
export type EdgeKind = "COMPRESSOR_STATION" | "CONTROL_VALVE" | "PIPE" | "RESISTOR" | "SHORT_PIPE" | "VALVE";

export interface DrawableNetwork {
  readonly nodes: readonly {
    readonly code: string;
    readonly name: string;
    readonly role: NodeRole;
    readonly x: number | null;
    readonly y: number | null;
    readonly longitude: number | null;
    readonly latitude: number | null;
  }[];
  readonly edges: readonly {
    readonly code: string;
    readonly kind: EdgeKind;
    readonly capacityForward: Quantity | null;
    readonly tail: { readonly code: string };
    readonly head: { readonly code: string };
  }[];
}

export interface MapNode {
  readonly code: string;
  readonly label: string;
  readonly role: NodeRole;
  readonly x: number;
  readonly y: number;
}

export interface MapEdge {
  readonly code: string;
  readonly kind: EdgeKind;
  readonly tail: MapNode;
  readonly head: MapNode;
  /** The place among edges between the same two nodes, which are drawn side by side. */
  readonly lane: number;
  /** From 0 to 1, by the square root of its capacity. */
  readonly breadth: number;
}

export interface Geometry {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly node: ReadonlyMap<string, MapNode>;
  readonly edge: ReadonlyMap<string, MapEdge>;
  readonly width: number;
  readonly height: number;
}

const UNBOUND_BREADTH = 0.55;

export function geometryOf(network: DrawableNetwork): Geometry {
  const placed = network.nodes.map((node) => {
    const [x, y] = node.x !== null && node.y !== null ? [node.x, node.y] : projected(node.longitude ?? 0, node.latitude ?? 0);
    return { code: node.code, label: labelOf(node), role: node.role, x, y };
  });
  const [left, right] = extent(placed.map(({ x }) => x));
  const [bottom, top] = extent(placed.map(({ y }) => y));
  const size = Math.max(right - left, top - bottom) || 1;
  const nodes = placed.map((node) => ({ ...node, x: (node.x - left) / size, y: (top - node.y) / size }));
  const node = new Map(nodes.map((one) => [one.code, one]));
  const edges = drawnEdges(network, node);
  return {
    nodes,
    edges,
    node,
    edge: new Map(edges.map((one) => [one.code, one])),
    width: (right - left) / size,
    height: (top - bottom) / size,
  };
}

function drawnEdges(network: DrawableNetwork, node: ReadonlyMap<string, MapNode>): MapEdge[] {
  const capacities = network.edges.map((edge) => (edge.capacityForward === null ? undefined : drawn(edge.capacityForward)));
  const most = Math.max(1, ...capacities.map((capacity) => capacity ?? 0));
  const lanes = new Map<string, number>();
  return network.edges.flatMap((edge, place) => {
    const tail = node.get(edge.tail.code);
    const head = node.get(edge.head.code);
    if (tail === undefined || head === undefined) return [];
    const pair = [tail.code, head.code].sort().join("\n");
    const lane = lanes.get(pair) ?? 0;
    lanes.set(pair, lane + 1);
    const capacity = capacities[place];
    const breadth = capacity === undefined ? UNBOUND_BREADTH : Math.sqrt(capacity / most);
    return [{ code: edge.code, kind: edge.kind, tail, head, lane, breadth }];
  });
}

const RADIANS = Math.PI / 180;

/** Web Mercator, so that shapes look as on other maps. */
const projected = (longitude: number, latitude: number): [number, number] => [
  longitude,
  Math.log(Math.tan(Math.PI / 4 + (latitude * RADIANS) / 2)) / RADIANS,
];

function extent(values: readonly number[]): [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return Number.isFinite(least) ? [least, most] : [0, 0];
}

/** From the plane to the screen: a factor, then a shift. */
export interface Placement {
  readonly factor: number;
  readonly left: number;
  readonly top: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = { side: 56, top: 58, bottom: 64 };

/** The placement that shows all of a network. */
export function fitted(geometry: Geometry, size: Size): Placement {
  const side = Math.min(MARGIN.side, size.width / 8);
  const across = (size.width - 2 * side) / (geometry.width || 1);
  const down = (size.height - MARGIN.top - MARGIN.bottom) / (geometry.height || 1);
  const factor = Math.max(1, Math.min(across, down));
  return {
    factor,
    left: (size.width - factor * geometry.width) / 2,
    top: MARGIN.top + (size.height - MARGIN.top - MARGIN.bottom - factor * geometry.height) / 2,
  };
}

export type Point = readonly [x: number, y: number];

export const place = ({ factor, left, top }: Placement, { x, y }: { readonly x: number; readonly y: number }): Point => [
  x * factor + left,
  y * factor + top,
];

const BREADTH_MIN = 2;
const BREADTH_MAX = 7.5;

export const strokeWidth = (edge: MapEdge): number => BREADTH_MIN + (BREADTH_MAX - BREADTH_MIN) * edge.breadth;

/** Both ends of an edge on the screen, beside its parallels. */
export function ends(placement: Placement, edge: MapEdge): readonly [Point, Point] {
  const [ax, ay] = place(placement, edge.tail);
  const [bx, by] = place(placement, edge.head);
  if (edge.lane === 0) return [[ax, ay], [bx, by]];
  const length = Math.hypot(bx - ax, by - ay) || 1;
  const aside = edge.lane * (strokeWidth(edge) + 1.5);
  // The same side whatever the direction of the edge.
  const turn = edge.tail.code < edge.head.code ? 1 : -1;
  const [dx, dy] = [(-(by - ay) / length) * aside * turn, ((bx - ax) / length) * aside * turn];
  return [[ax + dx, ay + dy], [bx + dx, by + dy]];
}

export function distanceToSegment([x, y]: Point, [[ax, ay], [bx, by]]: readonly [Point, Point]): number {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / squared));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

export type Hit = { readonly kind: "node"; readonly code: string } | { readonly kind: "edge"; readonly code: string };

const NODE_REACH = 10;
const EDGE_REACH = 7;

/** What is under a point of the screen: the nearest handover point, else the nearest edge. */
export function hitAt(geometry: Geometry, placement: Placement, at: Point): Hit | undefined {
  let nearest: MapNode | undefined;
  let reach = NODE_REACH;
  for (const node of geometry.nodes) {
    if (node.role === "JUNCTION") continue;
    const [x, y] = place(placement, node);
    const distance = Math.hypot(at[0] - x, at[1] - y);
    if (distance < reach) [nearest, reach] = [node, distance];
  }
  if (nearest !== undefined) return { kind: "node", code: nearest.code };
  let edge: MapEdge | undefined;
  reach = EDGE_REACH;
  for (const one of geometry.edges) {
    const distance = distanceToSegment(at, ends(placement, one)) - strokeWidth(one) / 2;
    if (distance < reach) [edge, reach] = [one, distance];
  }
  return edge === undefined ? undefined : { kind: "edge", code: edge.code };
}

export type Direction = "ArrowDown" | "ArrowLeft" | "ArrowRight" | "ArrowUp";

const AHEAD: Record<Direction, Point> = { ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1] };

/** The handover point that is next in a direction: near, and more ahead than aside. */
export function nextNode(geometry: Geometry, from: string | undefined, direction: Direction): MapNode | undefined {
  const points = geometry.nodes.filter(({ role }) => role !== "JUNCTION");
  const start = from === undefined ? undefined : geometry.node.get(from);
  if (start === undefined) return points[0];
  const [dx, dy] = AHEAD[direction];
  let best: MapNode | undefined;
  let least = Infinity;
  for (const node of points) {
    const ahead = (node.x - start.x) * dx + (node.y - start.y) * dy;
    const aside = Math.abs((node.x - start.x) * dy) + Math.abs((node.y - start.y) * dx);
    const cost = ahead + 2 * aside;
    if (ahead > 0 && aside <= 2 * ahead && cost < least) [best, least] = [node, cost];
  }
  return best;
}

/** The corners of the convex hull of circles around points: the side of a cut that gas cannot reach. */
export function hull(points: readonly Point[], radius: number): Point[] {
  const ring = points.flatMap(([x, y]) =>
    Array.from({ length: 16 }, (_, step): Point => [x + radius * Math.cos((step * Math.PI) / 8), y + radius * Math.sin((step * Math.PI) / 8)]),
  );
  const sorted = ring.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  return [...halfHull(sorted), ...halfHull(sorted.toReversed())];
}

function halfHull(points: readonly Point[]): Point[] {
  const corners: Point[] = [];
  for (const point of points) {
    while (corners.length > 1) {
      const [last, before] = [corners.at(-1), corners.at(-2)];
      if (last === undefined || before === undefined || turnsLeft(before, last, point)) break;
      corners.pop();
    }
    corners.push(point);
  }
  corners.pop();
  return corners;
}

const turnsLeft = (a: Point, b: Point, c: Point): boolean => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0;
