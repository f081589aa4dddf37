/** By how much rights may grow, as a scale: proved, shown by a stress test, not known, and impossible. The table beside it says the same. */
import { timesAtMost, timesBeyond } from "../../../format/percent";
import { operatorTexts } from "../../../texts/operator";
import css from "./Validation.module.css";

interface Props {
  readonly certified: number;
  readonly unrefuted: number | null;
  readonly witnessed: number | null;
}

const WIDTH = 420;
const BAR = { y: 20, height: 14 };
/** How much of the scale lies beyond the last factor that is known. */
const BEYOND = 1.15;

export function Interval({ certified, unrefuted, witnessed }: Props) {
  const most = Math.max(1, certified, unrefuted ?? 0, witnessed ?? 0) * BEYOND;
  const x = (factor: number): number => (factor / most) * WIDTH;
  const shown = Math.max(certified, unrefuted ?? 0);
  return (
    <svg className={css.interval} viewBox={`0 0 ${String(WIDTH)} 56`} role="img" aria-label={operatorTexts.validation.interval}>
      <rect className={css.unknown} x={0} width={WIDTH} {...BAR} />
      <rect className={css.evidence} x={0} width={x(shown)} {...BAR} />
      <rect className={css.proved} x={0} width={x(certified)} {...BAR} />
      {witnessed === null ? null : <rect className={css.impossible} x={x(witnessed)} width={WIDTH - x(witnessed)} {...BAR} />}
      <line className={css.today} x1={x(1)} x2={x(1)} y1={12} y2={40} />
      <text className={css.label} x={x(1)} y={9} textAnchor="middle">{operatorTexts.validation.asSold}</text>
      <text className={css.label} x={x(certified)} y={51} textAnchor={x(certified) > WIDTH / 2 ? "end" : "start"}>{timesAtMost(certified)}</text>
      {witnessed === null || x(witnessed) - x(certified) < WIDTH / 4 ? null : (
        <text className={css.label} x={x(witnessed)} y={51} textAnchor="end">{timesBeyond(witnessed)}</text>
      )}
    </svg>
  );
}
