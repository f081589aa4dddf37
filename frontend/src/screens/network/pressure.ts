/** Pressures of a gas day, and how they look on the map. */
import { float32 } from "../../api/columns";
import type { GasDay } from "../../format/days";
import { holds } from "../../format/days";
import type { Pressures } from "./queries";

export type PressureStretch = Pressures["stretches"][number];

export interface NodePressure {
  readonly bar: number;
  readonly minBar: number;
  readonly maxBar: number;
}

export interface PressureTables {
  readonly stretches: readonly PressureStretch[];
  /** Undefined where no state is known on the gas day. */
  readonly at: (node: string, column: number) => NodePressure | undefined;
}

export function readPressures(pressures: Pressures): PressureTables {
  const columns = pressures.stretches.length;
  const row = new Map(pressures.nodeCodes.map((code, index) => [code, index]));
  const [bar, least, most] = [pressures.pressureBar, pressures.pressureMinBar, pressures.pressureMaxBar].map(float32);
  return {
    stretches: pressures.stretches,
    at: (node, column) => {
      const index = row.get(node);
      const value = index === undefined || column < 0 ? undefined : bar?.[index * columns + column];
      if (index === undefined || value === undefined || Number.isNaN(value)) return undefined;
      return { bar: value, minBar: least?.[index] ?? Number.NaN, maxBar: most?.[index] ?? Number.NaN };
    },
  };
}

export const pressureColumn = (stretches: readonly PressureStretch[], day: GasDay): number =>
  stretches.findIndex(({ period }) => holds(period, day));

const PRESSURE_CLASSES = 5;

/** The class of a pressure between its limits, from 1 for the lowest to 5; 6 beyond a limit. */
export function pressureClass({ bar, minBar, maxBar }: NodePressure): number {
  const range = maxBar - minBar;
  if (!Number.isFinite(range) || range <= 0) return 1;
  const height = (bar - minBar) / range;
  if (height < -0.001 || height > 1.001) return PRESSURE_CLASSES + 1;
  return 1 + Math.min(PRESSURE_CLASSES - 1, Math.max(0, Math.floor(height * PRESSURE_CLASSES)));
}
