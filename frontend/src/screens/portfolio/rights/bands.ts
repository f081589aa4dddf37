/** Own rights as bands over time, one a contract: exits above the line, entries below it. */
import type { Days, GasDay } from "../../../format/days";
import { holds } from "../../../format/days";
import { drawn } from "../../../format/drawing";
import type { OwnContract } from "../queries";

export interface Band {
  readonly contract: OwnContract;
  readonly days: Days;
  /** From the line, as lengths in the commercial unit; negative below it. */
  readonly from: number;
  readonly to: number;
}

export interface Bands {
  readonly bands: readonly Band[];
  readonly highest: number;
  readonly lowest: number;
}

const isEntry = ({ routes }: OwnContract): boolean => routes.every(({ route }) => route.kind === "ENTRY");

export function bandsOf(contracts: readonly OwnContract[], axis: Days): Bands {
  const days = stretchesOf(contracts, axis);
  const bands: Band[] = [];
  let [highest, lowest] = [0, 0];
  for (const stretch of days) {
    let [above, below] = [0, 0];
    for (const contract of contracts) {
      const length = lengthOn(contract, stretch.start);
      if (length === 0) continue;
      if (isEntry(contract)) {
        bands.push({ contract, days: stretch, from: below, to: below - length });
        below -= length;
      } else {
        bands.push({ contract, days: stretch, from: above, to: above + length });
        above += length;
      }
    }
    [highest, lowest] = [Math.max(highest, above), Math.min(lowest, below)];
  }
  return { bands, highest, lowest };
}

/** The days on which no right begins or ends, one after another. */
function stretchesOf(contracts: readonly OwnContract[], axis: Days): Days[] {
  const bounds = new Set<GasDay>([axis.start, axis.end]);
  for (const { rights } of contracts) {
    for (const { period } of rights) for (const day of [period.start, period.end]) if (holds(axis, day)) bounds.add(day);
  }
  const ordered = [...bounds].sort();
  return ordered.slice(0, -1).map((start, place) => ({ start, end: ordered[place + 1] ?? axis.end }));
}

const lengthOn = ({ rights }: OwnContract, day: GasDay): number =>
  rights.reduce((most, { period, quantity }) => (holds(period, day) ? Math.max(most, drawn(quantity)) : most), 0);

const SHADES = [88, 66, 48, 76, 56, 40];

/** The chosen contract in the accent, the others in shades of one colour. */
export const bandColours = (contracts: readonly OwnContract[], chosen: string): ReadonlyMap<string, string> =>
  new Map(
    contracts.map(({ code }, place) => [
      code,
      code === chosen ? "var(--accent)" : `color-mix(in oklab, var(--s2) ${String(SHADES[place % SHADES.length] ?? 60)}%, var(--bg-1))`,
    ]),
  );
