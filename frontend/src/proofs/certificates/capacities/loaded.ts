/**
 * The cuts S that a request loads: they hold its receipt and not its delivery point.
 *
 * An entry right loads S where the sum of l = E + X over S is at most X − 1, an exit right where the sum of
 * l = −(E + X) is at most −X − 1, without the request: see docs/guide/certificates.md.
 */
import type { Request } from "../document/certificates";
import type { Rights } from "../document/rights";
import { plus } from "../document/rights";
import type { ByNode } from "./counting";
import { add, clipped, endsOf, entryTotal, exitTotal, kindOf, sum } from "./counting";

export interface Loaded {
  readonly receipt: string | null;
  readonly delivery: string | null;
  /** l by node. */
  readonly weight: ByNode;
  readonly most: bigint;
}

export function loadedBy(covering: Rights, request: Request): Loaded {
  const ends = endsOf(covering);
  const before = endsOf(plus(covering, request.route, -request.quantity));
  const kind = kindOf(request);
  const [entries, exits] = [entryTotal(ends), exitTotal(ends)];
  const exitsClipped = clipped(ends.exit, entries);
  const entriesClipped = clipped(ends.entry, exits);
  const entry = kind === "entry" ? clipped(before.entry, sum(exitsClipped.values())) : entriesClipped;
  const exit = kind === "exit" ? clipped(before.exit, sum(entriesClipped.values())) : exitsClipped;
  const sign = kind === "entry" ? 1n : kind === "exit" ? -1n : 0n;
  const weight = new Map<string, bigint>();
  for (const rights of [entry, exit]) for (const [node, quantity] of rights) add(weight, node, sign * quantity);
  const most = kind === "entry" ? sum(exitsClipped.values()) - 1n : kind === "exit" ? -sum(exit.values()) - 1n : 0n;
  return { ...request.route, weight, most };
}
