import { axisTicks } from "../../../format/drawing";
import type { TimeScale } from "../../../parts/time_axis/scale";
import { stepPath } from "../../../parts/time_axis/scale";
import type { Chart } from "./charts";
import { missingOf } from "./charts";
import css from "./TimePanel.module.css";

interface Props {
  readonly chart: Chart;
  readonly scale: TimeScale;
  readonly top: number;
  readonly base: number;
}

const TEXT_WIDTH = 46;

/** A quantity that holds for whole gas days, with its figures. */
export function StepChart({ chart, scale, top, base }: Props) {
  const { title, steps, limits, format } = chart;
  const most = Math.max(1, ...steps.map(({ length }) => length), ...limits.map(({ length }) => length));
  const ticks = axisTicks(most);
  const highest = ticks.at(-1) ?? most;
  const y = (length: number): number => base - (length / highest) * (base - top);
  const drawnSteps = steps.map(({ days, length }) => ({ days, y: y(length) }));
  return (
    <g role="img" aria-label={title}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className={css.grid} x1={scale.left} x2={scale.right} y1={y(tick)} y2={y(tick)} />
          <text className={css.tick} x={scale.left - 6} y={y(tick) + 3.5} textAnchor="end">{format(tick)}</text>
        </g>
      ))}
      {missingOf(chart).map(({ days, from, to }) => (
        <rect key={days.start} className={css.missing} x={scale.x(days.start)} width={scale.x(days.end) - scale.x(days.start)} y={y(to)} height={y(from) - y(to)} />
      ))}
      <path className={css.area} d={stepPath(drawnSteps, scale, base)} />
      <path className={css.outline} d={stepPath(drawnSteps, scale)} />
      {limits.length === 0 ? null : <path className={css.limit} d={stepPath(limits.map(({ days, length }) => ({ days, y: y(length) })), scale)} />}
      {steps.map(({ days, length, text, isUncertain }) =>
        scale.x(days.end) - scale.x(days.start) < TEXT_WIDTH ? null : (
          <text key={days.start} className={css.figure} data-uncertain={isUncertain ? "" : undefined} x={scale.x(days.start) + 6} y={Math.max(top + 10, y(length) - 5)}>
            {text}
          </text>
        ),
      )}
    </g>
  );
}
