import type { GasDay } from "../../format/days";
import { monthAndYear, monthsWithin, shortMonth } from "../../format/days";
import type { TimeScale } from "./scale";
import css from "./time_axis.module.css";

interface Props {
  readonly scale: TimeScale;
  readonly height: number;
  /** Where the handle of the gas day shown is, which no name may be below. */
  readonly beside?: number;
}

const NEW_YEAR = "-01-01";
const HANDLE_REACH = 58;
const NAME_WIDTH = 32;
const LONG_NAME_WIDTH = 60;

/** The lines between months, with their names as far as there is place for them. */
export function Months({ scale, height, beside }: Props) {
  const months = monthsWithin(scale.days);
  const names = namesOf(months, scale, beside);
  return (
    <g aria-hidden="true">
      <line className={css.grid} x1={scale.left} x2={scale.left} y1={0} y2={height} />
      {months.map((month) => (
        <g key={month}>
          <line className={css.grid} x1={scale.x(month)} x2={scale.x(month)} y1={0} y2={height} />
          <text className={css.month} x={scale.x(month) + 5} y={15}>{names.get(month)}</text>
        </g>
      ))}
    </g>
  );
}

function namesOf(months: readonly GasDay[], scale: TimeScale, beside: number | undefined): ReadonlyMap<GasDay, string> {
  const names = new Map<GasDay, string>();
  let free = scale.left;
  for (const month of months) {
    const isLong = month === months[0] || month.endsWith(NEW_YEAR);
    const x = scale.x(month);
    const isCovered = beside !== undefined && x > beside - LONG_NAME_WIDTH && x < beside + HANDLE_REACH;
    if (x < free || isCovered) continue;
    free = x + (isLong ? LONG_NAME_WIDTH : NAME_WIDTH);
    names.set(month, isLong ? monthAndYear(month) : shortMonth(month));
  }
  return names;
}
