/** Where the overlays lie among the months. */
import type { Days, GasDay } from "../../../format/days";
import { overlap } from "../../../format/days";
import type { TimeScale } from "../../../parts/time_axis/scale";

const WIDTH_MIN = 3;

/** Undefined beyond the months that are shown. */
export function barOf(days: Days, scale: TimeScale): { readonly left: number; readonly width: number } | undefined {
  const shown = overlap(days, scale.days);
  if (shown === undefined) return undefined;
  const left = scale.x(shown.start);
  return { left, width: Math.max(WIDTH_MIN, scale.x(shown.end) - left) };
}

/** Those that are over come last; the others by their first day. */
export function byTime<Dated extends { readonly period: Days }>(overlays: readonly Dated[], today: GasDay): readonly Dated[] {
  const order = ({ period }: Dated): string => `${period.end <= today ? "1" : "0"} ${period.start}`;
  return overlays.toSorted((one, other) => (order(one) < order(other) ? -1 : order(one) > order(other) ? 1 : 0));
}
