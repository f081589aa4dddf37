/** From commercial units to mass flows in kg/s, and the nomination that uses rights at once. */
import type { Capacities } from "../document/days";
import type { Network, Unit } from "../document/network";
import { named } from "../document/reader";
import type { Rights } from "../document/rights";
import { endsOf, entryTotal, exitTotal } from "../capacities/counting";

const NM3_PER_SM3 = 273.15 / 288.15;
const SECONDS_PER_DAY = 86_400;
/** kWh of energy, or Sm³ of volume, that one unit stands for in a day. */
const PER_DAY: Readonly<Record<Unit, number>> = {
  "kWh/h": 24,
  "MWh/d": 1000,
  "Dth/d": 293.071,
  "Sm3/h": 24,
  "MMscf/d": 28_316.8,
};
const VOLUMES: readonly Unit[] = ["Sm3/h", "MMscf/d"];

export function kgPerSecondPerUnit({ unit, calorificValue, density }: Network): number {
  const nm3PerDay = VOLUMES.includes(unit) ? PER_DAY[unit] * NM3_PER_SM3 : PER_DAY[unit] / calorificValue;
  return (nm3PerDay * density) / SECONDS_PER_DAY;
}

/**
 * What each node injects (positive) when rights are used at once: paths at their ends, of entry and exit rights
 * the scarcer side in full and the other in proportion. By node in the order of the network, kg/s.
 */
export function nominationOf(network: Network, rights: Rights): number[] {
  const ends = endsOf(rights);
  const paths = network.nodes.map(() => 0n);
  for (const [from, to, quantity] of ends.paths) {
    paths[named(network.place, from)] = (paths[named(network.place, from)] ?? 0n) + quantity;
    paths[named(network.place, to)] = (paths[named(network.place, to)] ?? 0n) - quantity;
  }
  const units = paths.map(Number);
  const [entries, exits] = [Number(entryTotal(ends)), Number(exitTotal(ends))];
  const inject = (node: string, quantity: number): void => {
    const place = named(network.place, node);
    units[place] = (units[place] ?? 0) + quantity;
  };
  for (const [node, quantity] of ends.entry) inject(node, Number(quantity) * Math.min(1, exits / entries));
  for (const [node, quantity] of ends.exit) inject(node, -(Number(quantity) * Math.min(1, entries / exits)));
  const factor = kgPerSecondPerUnit(network);
  return units.map((quantity) => quantity * factor);
}

/** The least and the most flow of each edge on a day, kg/s. */
export function flowLimits(network: Network, { forward, backward }: Capacities): (readonly [number, number])[] {
  const factor = kgPerSecondPerUnit(network);
  return network.edges.map((_, edge) => {
    const [ahead, back] = [forward[edge] ?? null, backward[edge] ?? null];
    return [back === null ? -Infinity : -Number(back) * factor, ahead === null ? Infinity : Number(ahead) * factor];
  });
}
