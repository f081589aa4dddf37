/** Where names are written: the most important first, each at the first free of eight places, else not at all. */
import type { Geometry, MapNode, Placement, Size } from "./geometry";
import { ends, place } from "./geometry";

export interface Label {
  readonly node: MapNode;
  readonly align: CanvasTextAlign;
  /** From the node, on the screen. */
  readonly dx: number;
  readonly dy: number;
}

export interface WantedLabel {
  readonly node: MapNode;
  readonly gap?: number;
}

const CELL = 6;
const TEXT_HEIGHT = 11;
const GAP = 8;

/** Which cells of the screen are taken. */
class Occupied {
  private readonly columns: number;
  private readonly cells: Uint8Array;

  constructor(private readonly size: Size) {
    this.columns = Math.ceil(size.width / CELL) + 1;
    this.cells = new Uint8Array(this.columns * (Math.ceil(size.height / CELL) + 1));
  }

  take(x: number, y: number): void {
    if (x >= 0 && y >= 0 && x <= this.size.width && y <= this.size.height) this.cells[this.at(x, y)] = 1;
  }

  takeAll(left: number, top: number, right: number, bottom: number): void {
    for (let y = top; y <= bottom; y += CELL) for (let x = left; x <= right; x += CELL) this.take(x, y);
  }

  isFree(left: number, top: number, right: number, bottom: number): boolean {
    if (left < 2 || top < 2 || right > this.size.width - 2 || bottom > this.size.height - 2) return false;
    for (let y = top; y < bottom + CELL; y += CELL) {
      for (let x = left; x < right + CELL; x += CELL) {
        if (this.cells[this.at(Math.min(x, right), Math.min(y, bottom))] === 1) return false;
      }
    }
    return true;
  }

  private at(x: number, y: number): number {
    return Math.floor(y / CELL) * this.columns + Math.floor(x / CELL);
  }
}

const PLACES: readonly (readonly [align: CanvasTextAlign, x: number, y: number])[] = [
  ["left", 1, 0],
  ["right", -1, 0],
  ["center", 0, -1],
  ["center", 0, 1],
  ["left", 0.7, -0.8],
  ["left", 0.7, 0.8],
  ["right", -0.7, -0.8],
  ["right", -0.7, 0.8],
];

export function placeLabels(
  geometry: Geometry,
  placement: Placement,
  size: Size,
  wanted: readonly WantedLabel[],
  widthOf: (text: string) => number,
): Label[] {
  const occupied = new Occupied(size);
  takeEdges(occupied, geometry, placement);
  return wanted.flatMap(({ node, gap = GAP }) => {
    const [x, y] = place(placement, node);
    const width = widthOf(node.label);
    for (const [align, across, down] of PLACES) {
      const dx = across * gap;
      const dy = down * (gap + TEXT_HEIGHT / 2);
      const left = x + dx - (align === "left" ? 0 : align === "right" ? width : width / 2);
      const top = y + dy - TEXT_HEIGHT / 2;
      if (!occupied.isFree(left, top, left + width, top + TEXT_HEIGHT)) continue;
      occupied.takeAll(left, top, left + width, top + TEXT_HEIGHT);
      return [{ node, align, dx, dy }];
    }
    return [];
  });
}

function takeEdges(occupied: Occupied, geometry: Geometry, placement: Placement): void {
  for (const edge of geometry.edges) {
    const [[ax, ay], [bx, by]] = ends(placement, edge);
    const steps = Math.min(400, Math.ceil(Math.hypot(bx - ax, by - ay) / CELL));
    for (let step = 0; step <= steps; step++) {
      const along = steps === 0 ? 0 : step / steps;
      occupied.take(ax + (bx - ax) * along, ay + (by - ay) * along);
    }
  }
  for (const node of geometry.nodes) {
    const [x, y] = place(placement, node);
    occupied.takeAll(x - 4, y - 4, x + 4, y + 4);
  }
}
