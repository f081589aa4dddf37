/** What the checks of capacities count: rights by node, what edges carry, and which cuts a request loads. */
import type { Level, Request } from "../document/certificates";
import type { Capacities, KindOfDay } from "../document/days";
import { before } from "../document/days";
import type { Rights } from "../document/rights";

export type ByNode = ReadonlyMap<string, bigint>;
/** [from, to, quantity] */
export type Path = readonly [string, string, bigint];

/** Rights by node: entry and exit rights, and paths. */
export interface Ends {
  readonly entry: ByNode;
  readonly exit: ByNode;
  readonly paths: readonly Path[];
}

export function endsOf(rights: Rights): Ends {
  const entry = new Map<string, bigint>();
  const exit = new Map<string, bigint>();
  const paths: Path[] = [];
  for (const { route: { receipt, delivery }, quantity } of rights.values()) {
    if (receipt !== null && delivery !== null) paths.push([receipt, delivery, quantity]);
    else if (receipt !== null) add(entry, receipt, quantity);
    else add(exit, delivery ?? "", quantity);
  }
  return { entry, exit, paths };
}

export function add<Key>(sums: Map<Key, bigint>, key: Key, quantity: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + quantity);
}

export const sum = (quantities: Iterable<bigint>): bigint => [...quantities].reduce((one, other) => one + other, 0n);
export const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
export const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);
const total = (rights: ByNode): bigint => sum(rights.values());
export const entryTotal = ({ entry }: Ends): bigint => total(entry);
export const exitTotal = ({ exit }: Ends): bigint => total(exit);

/** The rights of each node, none above `limit`. */
export const clipped = (rights: ByNode, limit: bigint): ByNode =>
  new Map([...rights].map(([node, quantity]) => [node, least(quantity, limit)]));

/** The rights of the nodes inside, and of those outside. */
export function split(rights: ByNode, inside: ReadonlySet<string>): readonly [bigint, bigint] {
  const within = sum([...rights].filter(([node]) => inside.has(node)).map(([, quantity]) => quantity));
  return [within, total(rights) - within];
}

export type RouteKind = "entry" | "exit" | "path";

export function kindOf({ route: { receipt, delivery } }: Request): RouteKind {
  if (delivery === null) return "entry";
  return receipt === null ? "exit" : "path";
}

/** Whether the request of a day makes the demand on a cut larger. */
export function isLoaded(day: KindOfDay, inside: ReadonlySet<string>, level: Level): boolean {
  const { receipt, delivery } = day.request.route;
  if (receipt !== null && !inside.has(receipt)) return false;
  if (delivery !== null && inside.has(delivery)) return false;
  const kind = kindOf(day.request);
  if (kind === "path") return true;
  const ends = endsOf(before(day));
  const entries = level === "robust" ? split(ends.entry, inside)[0] : entryTotal(ends);
  const exits = level === "robust" ? split(ends.exit, inside)[1] : exitTotal(ends);
  return kind === "entry" ? entries < exits : exits < entries;
}

/** Whether an edge carries a flow that is counted in 1/`scale`. */
export function carries(capacities: Capacities, edge: number, flow: bigint, scale = 1n): boolean {
  const bound = (flow >= 0n ? capacities.forward : capacities.backward)[edge] ?? null;
  return bound === null || (flow >= 0n ? flow : -flow) <= bound * scale;
}
