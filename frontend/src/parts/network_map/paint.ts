/** Draws a scene on a canvas. */
import type { Geometry, MapNode, Placement, Point, Size } from "./geometry";
import { ends, place, strokeWidth } from "./geometry";
import type { Label } from "./labels";
import type { Cut, Scene } from "./scene";
import { CLOSED, UNKNOWN } from "./scene";
import type { Shape } from "./shapes";
import { beyondCorners, cutBar, FULL, isSeen, lookOf, nodeShape, ringRadius, stationShape } from "./shapes";

export const PAINTED = [
  "bg-0", "rim", "node", "fg-0", "fg-1", "fg-2", "accent", "no",
  "u0", "u1", "u2", "u3", "u4", "u5", "u6",
  "free-0", "free-1", "free-2", "free-3", "free-4", "free-5", "free-6",
] as const;

export type Palette = Readonly<Record<(typeof PAINTED)[number], string>>;

export interface Picture {
  readonly geometry: Geometry;
  readonly placement: Placement;
  readonly size: Size;
  readonly scene: Scene;
  readonly labels: readonly Label[];
  readonly palette: Palette;
  /** The node that the keyboard is at. */
  readonly focus: string | undefined;
  /** How far one has zoomed in; 1 shows all. */
  readonly zoom: number;
}

const TURN = 2 * Math.PI;
const FONT = "Inter Variable, system-ui, sans-serif";

export function paint(context: CanvasRenderingContext2D, picture: Picture): void {
  context.clearRect(0, 0, picture.size.width, picture.size.height);
  context.lineCap = "round";
  if (picture.scene.cut !== undefined) paintBeyond(context, picture, picture.scene.cut);
  paintEdges(context, picture);
  paintNodes(context, picture);
  paintStations(context, picture);
  if (picture.scene.cut !== undefined) paintCut(context, picture, picture.scene.cut);
  paintChosen(context, picture);
  paintLabels(context, picture);
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

function line([[ax, ay], [bx, by]]: readonly [Point, Point], path = new Path2D()): Path2D {
  path.moveTo(ax, ay);
  path.lineTo(bx, by);
  return path;
}

/** Edges of one colour and width are one path: a few strokes instead of thousands. */
function paintEdges(context: CanvasRenderingContext2D, { geometry, placement, scene, palette }: Picture): void {
  const batches = new Map<number, { path: Path2D; width: number; look: number }>();
  geometry.edges.forEach((edge, index) => {
    const look = lookOf(scene, edge, index);
    const width = Math.round(strokeWidth(edge) * 2) / 2;
    const key = look * 100 + width;
    const batch = batches.get(key) ?? { path: new Path2D(), width, look };
    batches.set(key, batch);
    line(ends(placement, edge), batch.path);
  });
  const ordered = [...batches.values()].sort((one, other) => one.look - other.look);
  for (const { path, width } of ordered) stroke(context, path, palette.rim, width + 1.8);
  for (const { path, width, look } of ordered) {
    if (look === UNKNOWN || look === CLOSED) {
      stroke(context, path, palette["bg-0"], width);
      if (look === UNKNOWN) dashed(context, path, palette.rim, width * 0.5, [2, 4]);
      continue;
    }
    stroke(context, path, palette[`u${String(look)}` as keyof Palette], width);
    if (look === FULL) dashed(context, path, palette["bg-0"], width * 0.5, [2.5, 5]);
  }
}

function dashed(context: CanvasRenderingContext2D, path: Path2D, colour: string, width: number, dashes: number[]): void {
  context.save();
  context.lineCap = "butt";
  context.setLineDash(dashes);
  stroke(context, path, colour, width);
  context.restore();
}

function circle(x: number, y: number, radius: number): Path2D {
  const path = new Path2D();
  path.arc(x, y, radius, 0, TURN);
  return path;
}

function polygon(points: readonly Point[]): Path2D {
  const path = new Path2D();
  points.forEach(([x, y], index) => {
    if (index === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  path.closePath();
  return path;
}

/** Add a shape to a path. */
function outline(shape: Shape, path = new Path2D()): Path2D {
  if (shape.kind === "polygon") path.addPath(polygon(shape.points));
  else {
    const [x, y] = shape.at;
    path.moveTo(x + shape.radius, y);
    path.arc(x, y, shape.radius, 0, TURN);
  }
  return path;
}

/** Nodes that look plain are one path, which thousands of them need; those with a ring or a colour come on top. */
function paintNodes(context: CanvasRenderingContext2D, picture: Picture): void {
  const { geometry, placement, size, scene, palette } = picture;
  const plain = new Path2D();
  const marked: MapNode[] = [];
  for (const node of geometry.nodes) {
    const at = place(placement, node);
    if (!isSeen(at, size)) continue;
    if (scene.rings.has(node.code) || scene.nodes.has(node.code)) marked.push(node);
    else outline(nodeShape(node, at, 1), plain);
  }
  stroke(context, plain, palette["bg-0"], 1.5);
  context.fillStyle = palette.node;
  context.fill(plain);
  for (const node of marked) paintMarked(context, picture, node);
}

function paintMarked(context: CanvasRenderingContext2D, { placement, scene, palette }: Picture, node: MapNode): void {
  const at = place(placement, node);
  const ring = scene.rings.get(node.code);
  if (ring !== undefined) {
    const path = circle(...at, ringRadius(ring));
    context.globalAlpha = 0.14;
    context.fillStyle = palette.accent;
    context.fill(path);
    context.globalAlpha = 1;
    stroke(context, path, palette.accent, 1.2);
  }
  const colour = scene.nodes.get(node.code);
  const shape = outline(nodeShape(node, at, colour === undefined ? 1 : 1.5));
  context.fillStyle = colour === undefined ? palette.node : palette[colour as keyof Palette];
  stroke(context, shape, colour === undefined ? palette["bg-0"] : palette["fg-1"], 1.5);
  context.fill(shape);
}

function paintStations(context: CanvasRenderingContext2D, { geometry, placement, palette, zoom }: Picture): void {
  for (const edge of geometry.edges) {
    const shape = stationShape(edge, placement, zoom);
    if (shape === undefined) continue;
    const path = outline(shape);
    context.fillStyle = palette["bg-0"];
    context.fill(path);
    stroke(context, path, palette.node, 1.2);
  }
}

/** Hatch the part of the network that gas cannot reach across a cut. */
function paintBeyond(context: CanvasRenderingContext2D, { geometry, placement, palette }: Picture, cut: Cut): void {
  const corners = beyondCorners(geometry, placement, cut);
  if (corners.length === 0) return;
  const path = polygon(corners);
  context.save();
  context.clip(path);
  context.globalAlpha = 0.06;
  context.fillStyle = palette.no;
  context.fill(path);
  context.globalAlpha = 0.3;
  const [left, right] = [Math.min(...corners.map(([x]) => x)), Math.max(...corners.map(([x]) => x))];
  const [top, bottom] = [Math.min(...corners.map(([, y]) => y)), Math.max(...corners.map(([, y]) => y))];
  const lines = new Path2D();
  for (let x = left - (bottom - top); x < right; x += 9) line([[x, bottom], [x + bottom - top, top]], lines);
  stroke(context, lines, palette.no, 1.2);
  context.restore();
  context.save();
  context.globalAlpha = 0.55;
  context.setLineDash([3, 4]);
  stroke(context, path, palette.no, 1.2);
  context.restore();
}

function paintCut(context: CanvasRenderingContext2D, { geometry, placement, palette }: Picture, cut: Cut): void {
  for (const code of cut.edges) {
    const edge = geometry.edge.get(code);
    if (edge === undefined) continue;
    const knobs = cutBar(placement, edge);
    const bar = line(knobs);
    stroke(context, bar, palette["bg-0"], 7);
    stroke(context, bar, palette.no, 3);
    context.fillStyle = palette.no;
    for (const knob of knobs) context.fill(circle(...knob, 3.5));
  }
}

function paintChosen(context: CanvasRenderingContext2D, { geometry, placement, scene, palette, focus }: Picture): void {
  const edge = scene.chosenEdge === undefined ? undefined : geometry.edge.get(scene.chosenEdge);
  if (edge !== undefined) {
    const path = line(ends(placement, edge));
    context.save();
    context.globalAlpha = 0.35;
    stroke(context, path, palette.accent, strokeWidth(edge) + 10);
    context.restore();
  }
  for (const code of scene.chosenNodes) {
    const node = geometry.node.get(code);
    if (node === undefined) continue;
    const [x, y] = place(placement, node);
    stroke(context, circle(x, y, 11), palette.accent, 2);
    context.fillStyle = palette.accent;
    context.fill(circle(x, y, 5.5));
  }
  const focused = focus === undefined ? undefined : geometry.node.get(focus);
  if (focused !== undefined) {
    const [x, y] = place(placement, focused);
    stroke(context, circle(x, y, 15), palette["fg-0"], 1.5);
  }
}

function paintLabels(context: CanvasRenderingContext2D, { placement, labels, scene, palette }: Picture): void {
  context.lineJoin = "round";
  context.textBaseline = "middle";
  for (const { node, align, dx, dy } of labels) {
    const [x, y] = place(placement, node);
    const isChosen = scene.chosenNodes.includes(node.code);
    context.font = labelFont(isChosen);
    context.textAlign = align;
    context.strokeStyle = palette["bg-0"];
    context.lineWidth = 3;
    context.strokeText(node.label, x + dx, y + dy);
    const isPlain = node.role === "EXIT" && !scene.rings.has(node.code);
    context.fillStyle = isChosen ? palette["fg-0"] : isPlain ? palette["fg-2"] : palette["fg-1"];
    context.fillText(node.label, x + dx, y + dy);
  }
}

export const labelFont = (isChosen: boolean): string => `${isChosen ? "620" : "440"} 11px ${FONT}`;
