/** The check of proof trees: every case must be split, bounded or empty, none left open. */
import type { Item, Leaf, Request, TreeProof } from "../document/certificates";
import type { Capacities, KindOfDay } from "../document/days";
import type { Network } from "../document/network";
import { at } from "../document/reader";
import type { Rights } from "../document/rights";
import { daysInWords, quantityOf, routeInWords } from "../document/rights";
import type { Checked, TreeFigures } from "../findings";
import { endsOf, least } from "./counting";
import { LeafCounter } from "./leaves";
import { loadedBy } from "./loaded";

type Decided = ReadonlyMap<string, boolean>;

export function checkTree(
  network: Network,
  tree: TreeProof,
  covering: Rights,
  days: readonly KindOfDay[],
  request: Request,
): Checked<TreeFigures> {
  const faults = uncovered(covering, days, tree.onlyLoaded);
  if (faults.length > 0) return { faults, figures: null };
  const loaded = tree.onlyLoaded ? loadedBy(covering, request) : undefined;
  const counter = new LeafCounter(network, endsOf(covering), leastOf(days), loaded);
  return { faults: walk(tree.items, counter), figures: figuresOf(tree, counter) };
}

/** The covering rights must be no fewer than those of each day, and exactly those where cuts loaded count. */
function uncovered(covering: Rights, days: readonly KindOfDay[], onlyLoaded: boolean): string[] {
  const negative = [...covering.values()].filter(({ quantity }) => quantity < 0n);
  const faults = negative.map(({ route, quantity }) => `covers ${String(quantity)} on ${routeInWords(route)}`);
  for (const { rights, period } of days) {
    const compared = onlyLoaded ? new Map([...covering, ...rights]) : rights;
    for (const { route } of compared.values()) {
      const [due, covered] = [quantityOf(rights, route), quantityOf(covering, route)];
      if (due > covered || (onlyLoaded && due < covered)) {
        faults.push(`covers ${String(covered)} of ${String(due)} on ${routeInWords(route)} on ${daysInWords(period)}`);
      }
    }
  }
  return faults;
}

/** The least that each edge carries on any of the days. */
function leastOf(days: readonly KindOfDay[]): Capacities {
  const distinct = [...new Set(days.map(({ capacities }) => capacities))];
  const lower = (one: bigint | null, other: bigint | null) => (one === null ? other : other === null ? one : least(one, other));
  const across = (side: "backward" | "forward") =>
    at(distinct, 0)[side].map((first, edge) => distinct.reduce((found, day) => lower(found, at(day[side], edge)), first));
  return { forward: across("forward"), backward: across("backward") };
}

function walk(items: readonly Item[], counter: LeafCounter): string[] {
  const root = counter.root();
  if (counter.demandMax === 0n || root === undefined) return [];
  const pending: Decided[] = [root];
  for (const [number, item] of items.entries()) {
    const decided = pending.pop();
    if (decided === undefined) return [`item ${String(number)} belongs to no case`];
    const fault = counter.faultOf(item, decided);
    if (fault !== undefined) return [`item ${String(number)} ${fault}`];
    if (item.type === "split") {
      const group = counter.groupOf(item.point);
      pending.push(new Map([...decided, [group, false]]), new Map([...decided, [group, true]]));
    }
  }
  return pending.length > 0 ? ["leaves cases open"] : [];
}

function figuresOf({ items, onlyLoaded }: TreeProof, counter: LeafCounter): TreeFigures {
  const count = (type: Item["type"]) => items.filter((item) => item.type === type).length;
  const leaves = items.filter((item): item is Leaf => item.type === "leaf");
  const bounds = counter.bounds.filter((bound) => Number.isFinite(bound));
  return {
    kind: "tree",
    leaves: leaves.length,
    splits: count("split"),
    unloaded: count("unloaded"),
    onlyLoaded,
    bound: bounds.length === 0 ? null : Math.max(...bounds),
  };
}
