/** Which paths the matrix shows, and in which order: entries against exits. */
import { drawn } from "../../../format/drawing";
import type { Address, Side } from "../address";
import type { Path } from "./paths";
import { mayHave } from "./paths";

export interface Point {
  readonly code: string;
  readonly name: string;
}

export interface Arranged {
  readonly rowsAre: Side;
  readonly rows: readonly Point[];
  readonly columns: readonly Point[];
  /** The code of the column by whose figures the rows are ordered. */
  readonly by: string | undefined;
  /** Undefined where row and column are one point. */
  readonly at: (row: string, column: string) => Path | undefined;
  /** The paths shown, row by row. */
  readonly paths: readonly Path[];
}

type Asked = Pick<Address, "by" | "entry" | "exit" | "need" | "order" | "rows">;

const byName = new Intl.Collator("en", { numeric: true });

/** Show what the address asks for: points by their names, and of those the rows and columns in which any path has what is needed. */
export function arrange(all: readonly Path[], { entry, exit, need, order, rows: side, by }: Asked, nameOf: (code: string) => string): Arranged {
  const entries = pointsOf(all.map(({ receipt }) => receipt), entry, nameOf);
  const exits = pointsOf(all.map(({ delivery }) => delivery), exit, nameOf);
  const [named, taken] = [new Set(entries.map(codeOf)), new Set(exits.map(codeOf))];
  const met = all.filter((path) => named.has(path.receipt) && taken.has(path.delivery));
  const wanted = need === undefined ? met : met.filter((path) => mayHave(path, need));
  const found = new Map(met.map((path) => [keyOf(path.receipt, path.delivery), path]));
  const at = (receipt: string, delivery: string) => found.get(keyOf(receipt, delivery));

  // Filters do not turn the table.
  const rowsAre = side ?? (countOf(all, "receipt") > countOf(all, "delivery") ? "entries" : "exits");
  const shown = { entries: among(entries, wanted, "receipt", order), exits: among(exits, wanted, "delivery", order) };
  const read = rowsAre === "entries" ? at : (row: string, column: string) => at(column, row);
  const columns = shown[rowsAre === "entries" ? "exits" : "entries"];
  const isOrdered = columns.some(({ code }) => code === by);
  const rows = isOrdered && by !== undefined ? ranked(shown[rowsAre], ({ code }) => lengthOf(read(code, by))) : shown[rowsAre];
  const paths = rows.flatMap((row) => columns.map((column) => read(row.code, column.code)).filter((path) => path !== undefined));
  return { rowsAre, rows, columns, by: isOrdered ? by : undefined, at: read, paths };
}

const codeOf = ({ code }: Point): string => code;

const countOf = (paths: readonly Path[], end: "delivery" | "receipt"): number => new Set(paths.map((path) => path[end])).size;

const keyOf = (receipt: string, delivery: string): string => `${receipt}\n${delivery}`;

/** The points of some codes whose name or code has a text in it, by name. */
function pointsOf(codes: readonly string[], text: string | undefined, nameOf: (code: string) => string): Point[] {
  const said = text?.toLowerCase() ?? "";
  return [...new Set(codes)]
    .map((code) => ({ code, name: nameOf(code) }))
    .filter(({ code, name }) => code.toLowerCase().includes(said) || name.toLowerCase().includes(said))
    .sort((one, other) => byName.compare(one.name, other.name));
}

/** The points at which some paths begin or end, in their order or with the most of any of these paths first. */
function among(points: readonly Point[], paths: readonly Path[], end: "delivery" | "receipt", order: Address["order"]): Point[] {
  const most = new Map<string, number>();
  for (const path of paths) most.set(path[end], Math.max(most.get(path[end]) ?? NOTHING_KNOWN, lengthOf(path)));
  const shown = points.filter(({ code }) => most.has(code));
  return order === "free" ? ranked(shown, ({ code }) => most.get(code) ?? NOTHING_KNOWN) : shown;
}

const NOTHING_KNOWN = -1;

const lengthOf = (path: Path | undefined): number => (path?.figure === undefined ? NOTHING_KNOWN : drawn(path.figure.quantity));

/** The longest first; those alike stay in their order. */
const ranked = (points: readonly Point[], length: (point: Point) => number): Point[] =>
  [...points].sort((one, other) => length(other) - length(one));
