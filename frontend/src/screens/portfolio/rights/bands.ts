/** Rights as bands over time: exits above the line, entries below it. */
import type { Days, GasDay } from "../../../format/days";
import { holds } from "../../../format/days";
import { drawn } from "../../../format/drawing";
import type { Held } from "./held";

export interface Band {
  readonly held: Held;
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

export function bandsOf(held: readonly Held[], axis: Days): Bands {
  const bands: Band[] = [];
  let [highest, lowest] = [0, 0];
  for (const stretch of stretchesOf(held, axis)) {
    let [above, below] = [0, 0];
    for (const one of held) {
      const length = lengthOn(one, stretch.start);
      if (length === 0) continue;
      if (one.isEntry) {
        bands.push({ held: one, days: stretch, from: below, to: below - length });
        below -= length;
      } else {
        bands.push({ held: one, days: stretch, from: above, to: above + length });
        above += length;
      }
    }
    [highest, lowest] = [Math.max(highest, above), Math.min(lowest, below)];
  }
  return { bands, highest, lowest };
}

/** The days on which no right begins or ends, one after another. */
function stretchesOf(held: readonly Held[], axis: Days): Days[] {
  const bounds = new Set<GasDay>([axis.start, axis.end]);
  for (const { rights } of held) {
    for (const { days } of rights) for (const day of [days.start, days.end]) if (holds(axis, day)) bounds.add(day);
  }
  const ordered = [...bounds].sort();
  return ordered.slice(0, -1).map((start, place) => ({ start, end: ordered[place + 1] ?? axis.end }));
}

const lengthOn = ({ rights }: Held, day: GasDay): number =>
  rights.reduce((most, { days, quantity }) => (holds(days, day) ? Math.max(most, drawn(quantity)) : most), 0);
