/** Gas days across a chart. */
import type { Days, GasDay } from "../../format/days";
import { dayNumber, dayOfNumber } from "../../format/days";

export interface TimeScale {
  readonly days: Days;
  readonly left: number;
  readonly right: number;
  /** Where a gas day begins. */
  readonly x: (day: GasDay) => number;
  /** The gas day at a place, within the axis. */
  readonly day: (x: number) => GasDay;
}

export function timeScale(days: Days, left: number, right: number): TimeScale {
  const [first, count] = [dayNumber(days.start), dayNumber(days.end) - dayNumber(days.start)];
  return {
    days,
    left,
    right,
    x: (day) => left + ((dayNumber(day) - first) / count) * (right - left),
    day: (x) => {
      const passed = Math.floor(((x - left) / (right - left)) * count);
      return dayOfNumber(first + Math.max(0, Math.min(count - 1, passed)));
    },
  };
}

export interface Step {
  readonly days: Days;
  readonly y: number;
}

/** The outline of steps, each as wide as its days; with a base, of the area above it. */
export function stepPath(steps: readonly Step[], scale: TimeScale, base?: number): string {
  const points = steps.map(({ days, y }) => `${at(scale.x(days.start), y)}L${at(scale.x(days.end), y)}`);
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return "";
  const outline = `M${points.join("L")}`;
  return base === undefined ? outline : `${outline}L${at(scale.x(last.days.end), base)}L${at(scale.x(first.days.start), base)}Z`;
}

const at = (x: number, y: number): string => `${x.toFixed(1)},${y.toFixed(1)}`;
