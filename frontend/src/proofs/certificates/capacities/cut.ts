/**
 * The check of cuts: the rights force more out of some nodes than the edges that leave them carry.
 *
 * With E and X entry and exit rights, S the nodes, T the others, P paths out less paths in: some balanced
 * nomination forces min(E(S), X(T)) and all paths from S to T; used at once, rights force
 * P + max(E(S) − X(S), −E(T)) where E ≤ X, else P + max(−X(S), X(T) − E(T)).
 */
import type { CutProof, DayProof, Level, Nomination } from "../document/certificates";
import type { Capacities, KindOfDay } from "../document/days";
import type { Network } from "../document/network";
import { at, named } from "../document/reader";
import type { Rights, Route } from "../document/rights";
import { daysInWords, quantityOf, routeInWords } from "../document/rights";
import type { Checked, CutFigures } from "../findings";
import { endsOf, isLoaded, kindOf, least, most, split, sum } from "./counting";

/** No point or path is sold more than this, even where nothing limits it. */
const QUANTITY_MAX = 10n ** 12n;
type Nodes = ReadonlySet<string>;

export function checkCut(network: Network, proof: CutProof, dayProof: DayProof, days: readonly KindOfDay[]): Checked<CutFigures> {
  const inside: Nodes = new Set(proof.nodes);
  const faults = [...wrongLimit(network, proof, inside, days), ...wrongFigures(network, proof, dayProof.level, days)];
  if (dayProof.level !== "rights") {
    const idle = days.filter((day) => !isLoaded(day, inside, dayProof.level));
    faults.push(...idle.map((day) => `is not loaded by the request on ${daysInWords(day.period)}`));
  }
  if (proof.witness !== null) faults.push(...wrongWitness(proof.witness, dayProof.covering, inside, proof.demand));
  const edges = days[0] === undefined ? [] : leaving(network, days[0].capacities, inside);
  return { faults, figures: { kind: "cut", nodes: inside.size, edges, capacity: proof.capacity, demand: proof.demand } };
}

function wrongLimit(network: Network, { limit }: CutProof, inside: Nodes, days: readonly KindOfDay[]): string[] {
  if (limit === null) return [];
  if (days.some(({ request }) => !bearsOn(limit, request.route))) return [`${routeInWords(limit)} does not limit the route`];
  if (inside.size > 0 && !separates(network, inside, limit)) return [`the nodes do not separate ${routeInWords(limit)}`];
  return [];
}

function wrongFigures(network: Network, proof: CutProof, level: Level, days: readonly KindOfDay[]): string[] {
  const inside: Nodes = new Set(proof.nodes);
  const { limit } = proof;
  const own = limit === null || inside.size > 0 ? undefined : ownLimit(network, limit);
  const found = days.map((day) => ({
    day,
    demand: demandOn(day, inside, level, limit),
    capacity: own ?? capacityOf(leaving(network, day.capacities, inside)),
  }));
  const faults = found
    .filter(({ demand, capacity }) => capacity === null || demand <= capacity)
    .map(({ day, demand, capacity }) => {
      const carried = capacity === null ? "any quantity" : String(capacity);
      return `forces ${String(demand)} out on ${daysInWords(day.period)}, and ${carried} can leave`;
    });
  if (!found.some(({ demand, capacity }) => demand === proof.demand && capacity === proof.capacity)) {
    faults.push(`no day has demand ${String(proof.demand)} and capacity ${String(proof.capacity)}`);
  }
  return faults;
}

/** Whether a limit is one of a route's own: its own or that of a point where it begins or ends. */
export const bearsOn = (limit: Route, route: Route): boolean =>
  (limit.receipt === null || limit.receipt === route.receipt) && (limit.delivery === null || limit.delivery === route.delivery);

function demandOn(day: KindOfDay, inside: Nodes, level: Level, limit: Route | null): bigint {
  if (level === "rights") {
    const counted = [...day.rights.values()].filter(({ route }) => limit !== null && bearsOn(limit, route));
    return sum(counted.map(({ quantity }) => quantity));
  }
  const { entry, exit, paths } = endsOf(day.rights);
  const [entryIn, entryOut] = split(entry, inside);
  const [exitIn, exitOut] = split(exit, inside);
  const out = sum(paths.filter(([from, to]) => inside.has(from) && !inside.has(to)).map(([, , quantity]) => quantity));
  if (level === "robust") return least(entryIn, exitOut) + out;
  const back = sum(paths.filter(([from, to]) => !inside.has(from) && inside.has(to)).map(([, , quantity]) => quantity));
  if (kindOf(day.request) !== "path") return out - back + least(entryIn - exitIn, exitOut - entryOut);
  const isEntryScarcer = entryIn + entryOut <= exitIn + exitOut;
  return out - back + (isEntryScarcer ? most(entryIn - exitIn, -entryOut) : most(-exitIn, exitOut - entryOut));
}

/** Whether all that uses a technical limit must leave the nodes. */
function separates(network: Network, inside: Nodes, { receipt, delivery }: Route): boolean {
  const entries = network.nodes.filter(({ id, mayEnter }) => mayEnter && id !== delivery).map(({ id }) => id);
  const exits = network.nodes.filter(({ id, mayExit }) => mayExit && id !== receipt).map(({ id }) => id);
  const sources = receipt === null ? entries : [receipt];
  const targets = delivery === null ? exits : [delivery];
  return sources.every((node) => inside.has(node)) && !targets.some((node) => inside.has(node));
}

/** What a point is published to let through, and never more than is sold at all. */
export function ownLimit(network: Network, { receipt, delivery }: Route): bigint {
  const node = (id: string) => at(network.nodes, named(network.place, id));
  const published = delivery === null ? node(receipt ?? "").entryCapacity : receipt === null ? node(delivery).exitCapacity : null;
  return published === null ? QUANTITY_MAX : least(published, QUANTITY_MAX);
}

function wrongWitness(witness: Nomination, rights: Rights, inside: Nodes, demand: bigint): string[] {
  const uses = [
    ...witness.entries.map(([receipt, quantity]) => ({ route: { receipt, delivery: null }, quantity })),
    ...witness.exits.map(([delivery, quantity]) => ({ route: { receipt: null, delivery }, quantity })),
    ...witness.paths,
  ];
  const faults = uses
    .filter(({ route, quantity }) => quantity < 0n || quantity > quantityOf(rights, route))
    .map(({ route, quantity }) => `the witness uses ${String(quantity)} of ${String(quantityOf(rights, route))} on ${routeInWords(route)}`);
  if (sum(witness.entries.map(([, quantity]) => quantity)) !== sum(witness.exits.map(([, quantity]) => quantity))) {
    faults.push("the witness does not balance");
  }
  const forced = uses.reduce((total, { route: { receipt, delivery }, quantity }) => {
    const out = receipt !== null && inside.has(receipt) ? quantity : 0n;
    const back = delivery !== null && inside.has(delivery) ? quantity : 0n;
    return total + out - back;
  }, 0n);
  if (forced < demand) faults.push(`the witness forces ${String(forced)} out, not ${String(demand)}`);
  return faults;
}

/** The edges that leave the nodes, with what each carries outwards; null is without bound. */
function leaving(network: Network, { forward, backward }: Capacities, inside: Nodes) {
  return network.edges.flatMap(({ id, tail, head }, place) => {
    if (inside.has(tail) === inside.has(head)) return [];
    return [{ edge: id, capacity: at(inside.has(tail) ? forward : backward, place) }];
  });
}

const capacityOf = (edges: readonly { readonly capacity: bigint | null }[]): bigint | null =>
  edges.reduce<bigint | null>((total, { capacity }) => (total === null || capacity === null ? null : total + capacity), 0n);
