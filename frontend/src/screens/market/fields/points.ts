/** The points of a network at which gas may enter or leave, by name. */
import { labelOf } from "../../../format/names";
import type { ListedNetwork } from "../../../shell/queries";

type Point = ListedNetwork["nodes"][number];

const IS_ENTRY = new Set(["ENTRY", "INTERCONNECTION", "STORAGE"]);
const IS_EXIT = new Set(["EXIT", "INTERCONNECTION", "STORAGE"]);
const byName = new Intl.Collator("en", { numeric: true });

const sorted = (points: readonly Point[]): Point[] => [...points].sort((one, other) => byName.compare(labelOf(one), labelOf(other)));

export const entriesOf = (nodes: readonly Point[]): Point[] => sorted(nodes.filter(({ role }) => IS_ENTRY.has(role)));
export const exitsOf = (nodes: readonly Point[]): Point[] => sorted(nodes.filter(({ role }) => IS_EXIT.has(role)));
