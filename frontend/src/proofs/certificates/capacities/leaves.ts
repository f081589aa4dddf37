/**
 * The bounds of the leaves of a proof tree, for one covering stack on the least that the days' edges carry.
 *
 * For a set of nodes S, shares 0 ≤ h, m_k ≤ 1 and any flow x within capacity, the demand on S exceeds its
 * capacity by at most (1 − h) X + Σ (1 − m_k) q_k + Σ over v in S of (w_v − out_v(x)), with
 * w_v = h E_v − (1 − h) X_v + Σ m_k q_k (k from v) − Σ (1 − m_k) q_k (k to v).
 */
import type { Item, Leaf } from "../document/certificates";
import type { Capacities } from "../document/days";
import type { Network } from "../document/network";
import { at, named } from "../document/reader";
import type { Ends } from "./counting";
import { add, carries, clipped, entryTotal, exitTotal, least, most, sum } from "./counting";
import type { Loaded } from "./loaded";

type Decided = ReadonlyMap<string, boolean>;

export class LeafCounter {
  /** No cut can face a demand above this. */
  readonly demandMax: bigint;
  /** The bounds of the leaves counted so far, in units. */
  readonly bounds: number[] = [];
  private readonly ends: Ends;
  private readonly group: ReadonlyMap<string, string>;
  private readonly ties: readonly (readonly [string, string])[];

  constructor(
    private readonly network: Network,
    covering: Ends,
    private readonly capacities: Capacities,
    private readonly loaded: Loaded | undefined,
  ) {
    const [entries, exits] = [entryTotal(covering), exitTotal(covering)];
    this.ends = { entry: clipped(covering.entry, exits), exit: clipped(covering.exit, entries), paths: covering.paths };
    this.demandMax = least(entryTotal(this.ends), exitTotal(this.ends)) + sum(covering.paths.map(([, , quantity]) => quantity));
    this.group = groups(network, capacities, this.demandMax);
    this.ties = network.edges.map(({ tail, head }) => [this.groupOf(tail), this.groupOf(head)]);
  }

  /** The nodes that no overloaded cut parts from a point; throws Unfounded. */
  groupOf(point: string): string {
    return named(this.group, point);
  }

  /** The groups decided from the beginning; undefined where no cut can part them as it must. */
  root(): Decided | undefined {
    const decided = new Map<string, boolean>();
    if (this.loaded === undefined) return decided;
    const { receipt, delivery } = this.loaded;
    if (receipt !== null) decided.set(this.groupOf(receipt), true);
    if (delivery === null) return decided;
    if (decided.has(this.groupOf(delivery))) return undefined;
    return decided.set(this.groupOf(delivery), false);
  }

  /** What is wrong with an item: it must settle or split its case. */
  faultOf(item: Item, decided: Decided): string | undefined {
    switch (item.type) {
      case "leaf":
        return this.leafFault(item, decided);
      case "unloaded":
        return this.holdsNone(decided) ? undefined : "leaves out cuts that count";
      case "split": {
        const group = this.group.get(item.point);
        if (group !== undefined && !decided.has(group)) return undefined;
        return `decides ${item.point}, which is unknown or decided before`;
      }
    }
  }

  /** Whether a case holds no cut that the request loads. */
  private holdsNone(decided: Decided): boolean {
    if (this.loaded === undefined) return false;
    let total = 0n;
    for (const [node, weight] of this.loaded.weight) {
      const isInside = decided.get(this.groupOf(node));
      total += isInside === undefined ? least(weight, 0n) : isInside ? weight : 0n;
    }
    return total > this.loaded.most;
  }

  private leafFault(leaf: Leaf, decided: Decided): string | undefined {
    const shares = [leaf.hubShare, ...leaf.pathShares];
    if (leaf.scale < 1n || shares.some((share) => share < 0n || share > leaf.scale)) return "has a share that is none";
    if (leaf.loadingShare < 0n || (leaf.loadingShare > 0n && this.loaded === undefined)) {
      return "has a share of what the request loads that is none";
    }
    if (leaf.pathShares.length !== this.ends.paths.length || leaf.flows.length !== this.ties.length) {
      return "has not one share per path and one flow per edge";
    }
    const rest = new Map<string, bigint>();
    for (const [edge, flow] of leaf.flows.entries()) {
      const [tail, head] = at(this.ties, edge);
      if (tail === head || flow === 0n) continue;
      if (!carries(this.capacities, edge, flow, leaf.scale)) return `sends more over edge ${at(this.network.edges, edge).id} than it carries`;
      add(rest, tail, -flow);
      add(rest, head, flow);
    }
    const bound = this.weigh(leaf, rest) + this.forced(rest, decided);
    this.bounds.push(Number((bound * 1_000_000n) / leaf.scale) / 1e6);
    return bound < leaf.scale ? undefined : `bounds the shortfall by ${String(bound)} in 1/${String(leaf.scale)} only`;
  }

  /** The most that the terms of undecided groups, and the terms of those inside, add up to. */
  private forced(rest: ReadonlyMap<string, bigint>, decided: Decided): bigint {
    let total = 0n;
    for (const [group, surplus] of rest) {
      const isInside = decided.get(group);
      total += isInside === undefined ? most(surplus, 0n) : isInside ? surplus : 0n;
    }
    return total;
  }

  /** Adds the weights w to `rest`, by group, and returns the constant. */
  private weigh(leaf: Leaf, rest: Map<string, bigint>): bigint {
    const exitsShare = leaf.scale - leaf.hubShare;
    let constant = 0n;
    for (const [node, quantity] of this.ends.entry) add(rest, this.groupOf(node), leaf.hubShare * quantity);
    for (const [node, quantity] of this.ends.exit) {
      add(rest, this.groupOf(node), -exitsShare * quantity);
      constant += exitsShare * quantity;
    }
    for (const [place, [receipt, delivery, quantity]] of this.ends.paths.entries()) {
      const [from, to] = [this.groupOf(receipt), this.groupOf(delivery)];
      if (from === to) continue;
      const share = at(leaf.pathShares, place);
      add(rest, from, share * quantity);
      add(rest, to, -(leaf.scale - share) * quantity);
      constant += (leaf.scale - share) * quantity;
    }
    if (this.loaded === undefined) return constant;
    for (const [node, weight] of this.loaded.weight) add(rest, this.groupOf(node), -leaf.loadingShare * weight);
    return constant + leaf.loadingShare * this.loaded.most;
  }
}

/** Joins the ends of every edge that carries all the demand there can be, both ways: such an edge is in no overloaded cut. */
function groups(network: Network, { forward, backward }: Capacities, demandMax: bigint): ReadonlyMap<string, string> {
  const group = new Map(network.nodes.map(({ id }) => [id, id]));
  const end = (start: string): string => {
    let node = start;
    for (let next = named(group, node); next !== node; next = named(group, node)) node = next;
    return node;
  };
  const isWide = (bound: bigint | null): boolean => bound === null || bound >= demandMax;
  for (const [place, { tail, head }] of network.edges.entries()) {
    if (isWide(at(forward, place)) && isWide(at(backward, place))) group.set(end(tail), end(head));
  }
  return new Map([...group.keys()].map((node) => [node, end(node)]));
}
