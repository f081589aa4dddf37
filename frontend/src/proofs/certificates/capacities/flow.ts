/**
 * The check of flows: that they transport the rights of a day, or what its request adds to them.
 *
 * A flow that balances at every node within capacity transports what it balances. A proof over the cuts that a
 * request loads counts as docs/guide/certificates.md says: the hub is one node more, and the terms of the
 * receipt point and of every other node whose term is positive add up to nothing.
 */
import type { FlowProof } from "../document/certificates";
import type { KindOfDay } from "../document/days";
import { before } from "../document/days";
import type { Network } from "../document/network";
import { at, named } from "../document/reader";
import { daysInWords } from "../document/rights";
import type { Checked, FlowFigures, FullestEdge } from "../findings";
import type { Ends } from "./counting";
import { carries, endsOf, entryTotal, exitTotal, kindOf, least, most } from "./counting";

export function checkFlow(network: Network, proof: FlowProof, days: readonly KindOfDay[]): Checked<FlowFigures> {
  if (proof.flows.length !== network.edges.length) return { faults: ["has not one flow per edge"], figures: null };
  const ends = endsByIndex(network);
  const faults = days.flatMap((day) => faultsOn(network, ends, proof, day));
  const figures: FlowFigures = {
    kind: "flow",
    edges: network.edges.length,
    nodes: network.nodes.length,
    kindsOfDay: days.length,
    onlyLoaded: proof.onlyLoaded,
    fullest: fullestEdge(network, proof, days),
  };
  return { faults, figures };
}

const endsByIndex = ({ edges, place }: Network): readonly (readonly [number, number])[] =>
  edges.map(({ tail, head }) => [named(place, tail), named(place, head)]);

function faultsOn(
  network: Network,
  endsOfEdges: readonly (readonly [number, number])[],
  proof: FlowProof,
  day: KindOfDay,
): string[] {
  const sent = network.nodes.map(() => 0n);
  const send = (node: number, quantity: bigint): void => { sent[node] = at(sent, node) + quantity; };
  for (const [edge, flow] of proof.flows.entries()) {
    if (!carries(day.capacities, edge, flow)) {
      return [`edge ${at(network.edges, edge).id} cannot carry ${String(flow)} on ${daysInWords(day.period)}`];
    }
    const [tail, head] = at(endsOfEdges, edge);
    send(tail, flow);
    send(head, -flow);
  }
  const ends = endsOf(proof.onlyLoaded ? before(day) : day.rights);
  for (const [receipt, delivery, quantity] of ends.paths) {
    send(named(network.place, receipt), -quantity);
    send(named(network.place, delivery), quantity);
  }
  return proof.onlyLoaded ? unproved(network, sent, ends, day) : unbalanced(network, sent, ends, day);
}

/** The first node that sends what it does not get. */
function unbalanced(network: Network, sent: readonly bigint[], ends: Ends, day: KindOfDay): string[] {
  const inFull = entryTotal(ends) <= exitTotal(ends);
  for (const node of [...ends.entry.keys(), ...ends.exit.keys()]) named(network.place, node);
  const wrong = network.nodes.find(({ id }, place) => {
    const [low, high] = fromHub(ends, id, inFull);
    const own = at(sent, place);
    return own < low || own > high;
  });
  return wrong === undefined ? [] : [`node ${wrong.id} does not balance on ${daysInWords(day.period)}`];
}

/** What of the request is left unproved; `sent` is what leaves each node beyond what the paths before inject there. */
function unproved(network: Network, sent: readonly bigint[], ends: Ends, day: KindOfDay): string[] {
  const quantity = inDemand(ends, day);
  if (quantity === 0n) return [];
  const { receipt, delivery } = day.request.route;
  const inFull = entryTotal(ends) <= exitTotal(ends);
  let [short, hub] = [quantity, 0n];
  for (const [place, { id }] of network.nodes.entries()) {
    const [low, high] = fromHub(ends, id, inFull);
    const own = at(sent, place);
    const injected = id === receipt ? low : id === delivery ? high : least(most(own, low), high);
    if (id === receipt) short += injected - own;
    else if (id !== delivery) short += most(injected - own, 0n);
    hub += injected;
  }
  const worst = most(receipt === null ? 0n : short, delivery === null ? 0n : short - hub);
  return worst > 0n ? [`leaves ${String(worst)} of the request unproved on ${daysInWords(day.period)}`] : [];
}

/** How much of the request is demanded in full, used at once with the rights before it. */
function inDemand(ends: Ends, { request }: KindOfDay): bigint {
  const surplus = exitTotal(ends) - entryTotal(ends);
  const kind = kindOf(request);
  const left = kind === "path" ? request.quantity : kind === "entry" ? surplus : -surplus;
  return most(least(request.quantity, left), 0n);
}

/** The least and the most that the hub injects at a node; the scarcer side is used in full. */
function fromHub(ends: Ends, node: string, entriesInFull: boolean): readonly [bigint, bigint] {
  const entry = ends.entry.get(node) ?? 0n;
  const exit = ends.exit.get(node) ?? 0n;
  return entriesInFull ? [entry - exit, entry] : [-exit, entry - exit];
}

function fullestEdge(network: Network, { flows }: FlowProof, days: readonly KindOfDay[]): FullestEdge | null {
  let fullest: FullestEdge | null = null;
  for (const { capacities } of days) {
    for (const [edge, flow] of flows.entries()) {
      const capacity = (flow >= 0n ? capacities.forward : capacities.backward)[edge] ?? null;
      const carried = flow >= 0n ? flow : -flow;
      if (capacity !== null && carried > 0n && (fullest === null || carried * fullest.capacity > fullest.flow * capacity)) {
        fullest = { edge: at(network.edges, edge).id, flow: carried, capacity };
      }
    }
  }
  return fullest;
}
