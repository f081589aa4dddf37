import { monthAndYear, monthsWithin, shortMonth } from "../../format/days";
import type { TimeScale } from "./scale";
import css from "./time_axis.module.css";

interface Props {
  readonly scale: TimeScale;
  readonly height: number;
}

const NEW_YEAR = "-01-01";

/** The lines between months, with their names. */
export function Months({ scale, height }: Props) {
  const months = monthsWithin(scale.days);
  return (
    <g aria-hidden="true">
      <line className={css.grid} x1={scale.left} x2={scale.left} y1={0} y2={height} />
      {months.map((month, place) => (
        <g key={month}>
          <line className={css.grid} x1={scale.x(month)} x2={scale.x(month)} y1={0} y2={height} />
          <text className={css.month} x={scale.x(month) + 5} y={15}>
            {place === 0 || month.endsWith(NEW_YEAR) ? monthAndYear(month) : shortMonth(month)}
          </text>
        </g>
      ))}
    </g>
  );
}
