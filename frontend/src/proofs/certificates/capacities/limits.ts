/**
 * The check of limits: rights at a point, and on a path, take up no more than it lets through.
 *
 * That is what the point is published to let through, and the largest flow between its ends, within the capacities
 * of the day, with nothing else in the network. Flows are found by augmenting shortest ways.
 */
import type { Capacities, KindOfDay } from "../document/days";
import type { Network } from "../document/network";
import { at, named } from "../document/reader";
import type { Route } from "../document/rights";
import { daysInWords, routeInWords } from "../document/rights";
import { least, sum } from "./counting";
import { bearsOn, ownLimit } from "./cut";

/** The edges that leave a node, either way: the place of each, where it leads, and whether in its own direction. */
interface Step {
  readonly edge: number;
  readonly to: number;
  readonly isForward: boolean;
}

/** What is left of each edge each way; null is without bound. */
interface Left {
  readonly forward: (bigint | null)[];
  readonly backward: (bigint | null)[];
}

/** In what way the rights of days exceed the limits of a route. */
export function beyondLimits(network: Network, days: readonly KindOfDay[], route: Route): string[] {
  const steps = stepsOf(network);
  return limitsOf(route).flatMap((limit) => days.flatMap(({ period, rights, capacities }) => {
    const counted = [...rights.values()].filter((right) => bearsOn(limit, right.route));
    const used = sum(counted.map(({ quantity }) => quantity));
    const most = least(ownLimit(network, limit), carried(network, steps, capacities, limit, used));
    if (used <= most) return [];
    return [`takes up ${String(used)} of the ${String(most)} that ${routeInWords(limit)} lets through on ${daysInWords(period)}`];
  }));
}

/** A path is limited by its points too. */
function limitsOf(route: Route): Route[] {
  if (route.receipt === null || route.delivery === null) return [route];
  return [{ receipt: route.receipt, delivery: null }, { receipt: null, delivery: route.delivery }, route];
}

function stepsOf({ nodes, edges, place }: Network): Step[][] {
  const steps: Step[][] = nodes.map(() => []);
  edges.forEach(({ tail, head }, edge) => {
    const [from, to] = [named(place, tail), named(place, head)];
    at(steps, from).push({ edge, to, isForward: true });
    at(steps, to).push({ edge, to: from, isForward: false });
  });
  return steps;
}

/** The largest flow between the ends of a limit, or what is wanted if that is less. */
function carried(network: Network, steps: readonly Step[][], { forward, backward }: Capacities, limit: Route, wanted: bigint): bigint {
  const left: Left = { forward: [...forward], backward: [...backward] };
  const ends = endsOf(network, limit);
  let total = 0n;
  while (total < wanted) {
    const way = wayOf(steps, left, ends);
    if (way.length === 0) break;
    const rooms = way.map(({ edge, isForward }) => at(isForward ? left.forward : left.backward, edge));
    const more = rooms.reduce<bigint>((bound, room) => (room === null ? bound : least(bound, room)), wanted - total);
    for (const { edge, isForward } of way) {
      const [ahead, behind] = isForward ? [left.forward, left.backward] : [left.backward, left.forward];
      ahead[edge] = plus(at(ahead, edge), -more);
      behind[edge] = plus(at(behind, edge), more);
    }
    total += more;
  }
  return total;
}

const plus = (bound: bigint | null, more: bigint): bigint | null => (bound === null ? null : bound + more);

function endsOf({ nodes, place }: Network, { receipt, delivery }: Route): { sources: number[]; targets: Set<number> } {
  const places = (isEnd: (node: (typeof nodes)[number]) => boolean) => nodes.flatMap((node, number) => (isEnd(node) ? [number] : []));
  return {
    sources: receipt === null ? places(({ id, mayEnter }) => mayEnter && id !== delivery) : [named(place, receipt)],
    targets: new Set(delivery === null ? places(({ id, mayExit }) => mayExit && id !== receipt) : [named(place, delivery)]),
  };
}

/** The steps of a shortest way with capacity left; empty for none. */
function wayOf(steps: readonly Step[][], left: Left, { sources, targets }: { readonly sources: readonly number[]; readonly targets: ReadonlySet<number> }): Step[] {
  const came = new Map<number, { readonly from: number; readonly by: Step } | null>(sources.map((source) => [source, null]));
  const queue = [...sources];
  for (const node of queue) {
    for (const by of at(steps, node)) {
      const room = at(by.isForward ? left.forward : left.backward, by.edge);
      if (came.has(by.to) || (room !== null && room <= 0n)) continue;
      came.set(by.to, { from: node, by });
      if (targets.has(by.to)) return back(came, by.to);
      queue.push(by.to);
    }
  }
  return [];
}

function back(came: ReadonlyMap<number, { readonly from: number; readonly by: Step } | null>, target: number): Step[] {
  const way: Step[] = [];
  for (let last = came.get(target); last !== null && last !== undefined; last = came.get(last.from)) way.push(last.by);
  return way;
}
