/** The kinds of gas day that a verdict is about: rights with the request among them, and what the edges carry. */
import type { Request } from "./certificates";
import type { Overlay, ProofDocument } from "./document";
import type { Network } from "./network";
import type { Days, Rights } from "./rights";
import { plus, quantityOf } from "./rights";

/** What each edge carries each way, in the order of the network; null is without bound. */
export interface Capacities {
  readonly forward: readonly (bigint | null)[];
  readonly backward: readonly (bigint | null)[];
}

/** Gas days alike. */
export interface KindOfDay {
  readonly period: Days;
  /** What is to be transported, the request among it. */
  readonly rights: Rights;
  readonly capacities: Capacities;
  readonly request: Request;
}

/** The rights of a day without the request. */
export const before = ({ rights, request }: KindOfDay): Rights => plus(rights, request.route, -request.quantity);

/** The same with the rights on the route of the request alone. */
export const alone = (day: KindOfDay): KindOfDay => ({
  ...day,
  rights: plus(new Map(), day.request.route, quantityOf(day.rights, day.request.route)),
});

/** Every kind of day of the request's period, in order. */
export function kindsOfDay(network: Network, { overlays, rights, verdict }: ProofDocument): KindOfDay[] {
  const { request } = verdict;
  const segments = segmentsOf(network, overlays, request.period);
  const days: KindOfDay[] = [];
  for (const { periods, stack } of rights.days) {
    const proved: Rights = request.firmness === "interruptible" ? new Map() : stack; // those are proved alone
    const counted = plus(proved, request.route, request.quantity);
    for (const period of periods) {
      for (const segment of segments) {
        const shared = overlap(period, segment.period);
        if (shared !== undefined) days.push({ period: shared, rights: counted, capacities: segment.capacities, request });
      }
    }
  }
  return days.sort((one, other) => one.period.start - other.period.start);
}

export function overlap(one: Days, other: Days): Days | undefined {
  const start = Math.max(one.start, other.start);
  const end = Math.min(one.end, other.end);
  return start < end ? { start, end } : undefined;
}

interface Segment {
  readonly period: Days;
  readonly capacities: Capacities;
}

function segmentsOf(network: Network, overlays: readonly Overlay[], period: Days): Segment[] {
  const present = overlays.filter((overlay) => overlap(overlay.period, period) !== undefined);
  const cuts = new Set([period.start, period.end]);
  for (const { period: { start, end } } of present) {
    for (const day of [start, end]) if (period.start < day && day < period.end) cuts.add(day);
  }
  const known = new Map<string, Capacities>();
  const bounds = [...cuts].sort((one, other) => one - other);
  return bounds.slice(1).map((end, place) => {
    const start = bounds[place] ?? end;
    const inForce = present.filter((overlay) => overlay.period.start <= start && start < overlay.period.end);
    const key = inForce.map((overlay) => String(present.indexOf(overlay))).join();
    const capacities = known.get(key) ?? effective(network, inForce);
    known.set(key, capacities);
    return { period: { start, end }, capacities };
  });
}

/** Factors on one edge multiply exactly; the product is rounded down. */
function effective(network: Network, overlays: readonly Overlay[]): Capacities {
  const factors = new Map<string, { readonly numerator: bigint; readonly denominator: bigint }>();
  for (const { edge, numerator, denominator } of overlays) {
    const known = factors.get(edge) ?? { numerator: 1n, denominator: 1n };
    factors.set(edge, { numerator: known.numerator * numerator, denominator: known.denominator * denominator });
  }
  const scaled = (edge: string, capacity: bigint | null): bigint | null => {
    const factor = factors.get(edge);
    if (factor === undefined) return capacity;
    if (capacity === null) return factor.numerator === 0n ? 0n : null;
    return (capacity * factor.numerator) / factor.denominator;
  };
  return {
    forward: network.edges.map((edge) => scaled(edge.id, edge.capacityForward)),
    backward: network.edges.map((edge) => scaled(edge.id, edge.capacityBackward)),
  };
}
