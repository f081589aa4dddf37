/** Which names a map writes first: the chosen, entries, own points, then the other exits. */
import type { Geometry, MapNode, Placement, Size } from "./geometry";
import type { Label, WantedLabel } from "./labels";
import { placeLabels } from "./labels";
import { labelFont } from "./paint";
import type { Scene } from "./scene";

const CHOSEN_GAP = 15;

/** The points in the order in which names are written; it changes with the scene, not with where one looks. */
export function wantedLabels(geometry: Geometry, scene: Scene): WantedLabel[] {
  const rank = (node: MapNode): number => {
    if (scene.chosenNodes.includes(node.code)) return 0;
    if (node.role === "ENTRY") return 1;
    return scene.rings.has(node.code) ? 2 : 3;
  };
  return geometry.nodes
    .filter((node) => node.role !== "JUNCTION")
    .map((node) => ({ node, rank: rank(node) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ node, rank: order }) => (order === 0 ? { node, gap: CHOSEN_GAP } : { node }));
}

export const labelsOf = (geometry: Geometry, placement: Placement, size: Size, wanted: readonly WantedLabel[]): Label[] =>
  size.width === 0 ? [] : placeLabels(geometry, placement, size, wanted, widthOf);

const measuring = document.createElement("canvas").getContext("2d");
const widths = new Map<string, number>();

function widthOf(text: string): number {
  const known = widths.get(text);
  if (known !== undefined || measuring === null) return known ?? text.length * 6;
  measuring.font = labelFont(false);
  const { width } = measuring.measureText(text);
  widths.set(text, width);
  return width;
}
