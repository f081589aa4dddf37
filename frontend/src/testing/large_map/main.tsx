/** The map of a generated network, to measure how it follows a drag; the title says of how many nodes. */
import "../../theme/tokens.css";
import "../../theme/base.css";
import { createRoot } from "react-dom/client";
import type { DrawableNetwork, NodeRole } from "../../parts/network_map/geometry";
import { NetworkMap } from "../../parts/network_map/NetworkMap";
import { USE_CLASSES } from "../../parts/network_map/scene";
import { applyTheme } from "../../theme/theme";

const NODES = 10_000;
const POINTS_APART = 25;
const ENTRIES_APART = 1_000;

const roleOf = (place: number): NodeRole => (place % ENTRIES_APART === 0 ? "ENTRY" : place % POINTS_APART === 0 ? "EXIT" : "JUNCTION");
const codeOf = (place: number): string => `node_${String(place)}`;

/** A square of nodes, somewhat out of line, each joined to the next in its row and in its column. */
function networkOf(count: number): DrawableNetwork {
  const side = Math.ceil(Math.sqrt(count));
  const places = Array.from({ length: count }, (_, place) => place);
  return {
    nodes: places.map((place) => ({
      code: codeOf(place), name: "", role: roleOf(place), longitude: null, latitude: null,
      x: (place % side) + 0.3 * Math.sin(place), y: Math.floor(place / side) + 0.3 * Math.cos(place),
    })),
    edges: places.flatMap((place) => {
      const joined = [(place + 1) % side === 0 ? undefined : place + 1, place + side];
      return joined.filter((next) => next !== undefined && next < count).map((next) => ({
        code: `pipe_${String(place)}_${String(next)}`, kind: "PIPE" as const, capacityForward: null, tail: { code: codeOf(place) }, head: { code: codeOf(next ?? 0) },
      }));
    }),
  };
}

document.title = `${NODES.toLocaleString("en")} nodes`;
const network = networkOf(NODES);
const scene = {
  edges: Uint8Array.from(network.edges, (_, place) => place % USE_CLASSES),
  nodes: new Map<string, string>(),
  rings: new Map([[codeOf(0), 1]]),
  chosenNodes: [codeOf(POINTS_APART)],
  chosenEdge: undefined,
  cut: undefined,
};

applyTheme();
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no element #root");
createRoot(root).render(<NetworkMap network={network} scene={scene} onChoose={() => undefined} describe={({ code }) => code} />);
