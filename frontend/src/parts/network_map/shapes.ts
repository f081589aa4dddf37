/** What the elements of a map look like as plain shapes, from which the canvas is painted and the SVG is drawn. */
import type { Geometry, MapEdge, MapNode, Placement, Point, Size } from "./geometry";
import { ends, hull, place } from "./geometry";
import type { Cut, Scene } from "./scene";
import { UNKNOWN, USE_CLASSES } from "./scene";

export type Shape =
  | { readonly kind: "circle"; readonly at: Point; readonly radius: number }
  | { readonly kind: "polygon"; readonly points: readonly Point[] };

export const FULL = USE_CLASSES - 1;

/** How full an edge is shown: those of a cut are full whatever the colours say. */
export const lookOf = (scene: Scene, edge: MapEdge, index: number): number =>
  scene.cut?.edges.includes(edge.code) === true ? FULL : (scene.edges[index] ?? UNKNOWN);

const circle = (at: Point, radius: number): Shape => ({ kind: "circle", at, radius });
const polygon = (...points: readonly Point[]): Shape => ({ kind: "polygon", points });

export function nodeShape({ role }: MapNode, at: Point, scale: number): Shape {
  const [x, y] = at;
  switch (role) {
    case "ENTRY":
      return polygon([x, y - 6 * scale], [x + 6 * scale, y + 4.5 * scale], [x - 6 * scale, y + 4.5 * scale]);
    case "EXIT":
      return circle(at, 3.6 * scale);
    case "STORAGE":
    case "INTERCONNECTION":
      return polygon([x - 4 * scale, y - 4 * scale], [x + 4 * scale, y - 4 * scale], [x + 4 * scale, y + 4 * scale], [x - 4 * scale, y + 4 * scale]);
    default:
      return circle(at, 1.8 * scale);
  }
}

export const ringRadius = (ring: number): number => 6 + 7 * ring;

const STATION = 4.5;
const VALVES_FROM_ZOOM = 2;

/** The mark in the middle of a compressor station, and of a valve once one has zoomed in. */
export function stationShape(edge: MapEdge, placement: Placement, zoom: number): Shape | undefined {
  const isStation = edge.kind === "COMPRESSOR_STATION";
  const isValve = (edge.kind === "VALVE" || edge.kind === "CONTROL_VALVE") && zoom >= VALVES_FROM_ZOOM;
  if (!isStation && !isValve) return undefined;
  const [x, y] = middle(placement, edge);
  const size = isStation ? STATION : STATION * 0.7;
  return polygon([x, y - size], [x + size, y], [x, y + size], [x - size, y]);
}

export function middle(placement: Placement, edge: MapEdge): Point {
  const [[ax, ay], [bx, by]] = ends(placement, edge);
  return [(ax + bx) / 2, (ay + by) / 2];
}

const CUT_REACH = 26;

/** The bar across an edge of a cut, from knob to knob. */
export function cutBar(placement: Placement, edge: MapEdge): readonly [Point, Point] {
  const [[ax, ay], [bx, by]] = ends(placement, edge);
  const length = Math.hypot(bx - ax, by - ay) || 1;
  const [x, y] = middle(placement, edge);
  const [dx, dy] = [(-(by - ay) / length) * CUT_REACH, ((bx - ax) / length) * CUT_REACH];
  return [[x - dx, y - dy], [x + dx, y + dy]];
}

const BEYOND_MARGIN = 22;

/** The corners of the part of the network that gas cannot reach across a cut; none where nothing lies beyond. */
export function beyondCorners({ node }: Geometry, placement: Placement, { beyond }: Cut): Point[] {
  const points = beyond.flatMap((code) => {
    const found = node.get(code);
    return found === undefined ? [] : [place(placement, found)];
  });
  return points.length === 0 ? [] : hull(points, BEYOND_MARGIN);
}

const SEEN_MARGIN = 24;

/** Whether something around a point may be seen. */
export const isSeen = ([x, y]: Point, { width, height }: Size): boolean =>
  x > -SEEN_MARGIN && y > -SEEN_MARGIN && x < width + SEEN_MARGIN && y < height + SEEN_MARGIN;
