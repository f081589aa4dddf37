import { money } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { monthAndYear, shortMonth } from "../../../format/days";
import { axisTicks, moneyTick } from "../../../format/drawing";
import { useSize } from "../../../layout/useSize";
import { settlementTexts } from "../../../texts/settlement";
import type { ChargeCode } from "../address";
import css from "./Balances.module.css";
import type { Stacks } from "./stacks";

interface Props {
  readonly stacks: Stacks;
  readonly months: readonly GasDay[];
  readonly chosen: GasDay | undefined;
  readonly onChoose: (month: GasDay, code: ChargeCode) => void;
}

const GUTTER = 56;
const TOP = 10;
const BOTTOM = 22;
const BAR = 0.76;
const NEW_YEAR = "-01-01";

/** Bars of money by gas month. The table beside it has the same figures, to the last digit and by keyboard. */
export function MonthChart({ stacks: { currency, pieces, highest, lowest }, months, chosen, onChoose }: Props) {
  const [frame, { width, height }] = useSize<HTMLDivElement>();
  const step = Math.max(1, width - GUTTER - 12) / months.length;
  const factor = (height - TOP - BOTTOM) / (highest - lowest || 1);
  const x = (month: GasDay): number => GUTTER + months.indexOf(month) * step;
  const y = (length: number): number => TOP + (highest - length) * factor;
  const ticks = [...axisTicks(highest), ...axisTicks(-lowest).map((mark) => -mark)].filter((mark) => mark <= highest && mark >= lowest);
  return (
    <div ref={frame} className={css.frame}>
      {width === 0 ? null : (
        <svg width={width} height={height} role="img" aria-label={settlementTexts.balances.chart(currency)}>
          {chosen === undefined || !months.includes(chosen) ? null : (
            <rect className={css.chosen} x={x(chosen)} y={0} width={step} height={height} />
          )}
          {[...new Set(ticks)].map((mark) => (
            <g key={mark}>
              <line className={css.grid} x1={GUTTER} x2={width - 12} y1={y(mark)} y2={y(mark)} />
              <text className={css.tick} x={GUTTER - 6} y={y(mark) + 3.5} textAnchor="end">{moneyTick(mark, currency)}</text>
            </g>
          ))}
          {pieces.map(({ month, code, amount, from, to }) => (
            <rect
              key={`${month} ${code}`}
              className={css.piece}
              data-code={code}
              x={x(month) + (step * (1 - BAR)) / 2}
              y={Math.min(y(from), y(to))}
              width={step * BAR}
              height={Math.max(1, Math.abs(y(from) - y(to)))}
              onClick={() => { onChoose(month, code); }}
            >
              <title>{`${monthAndYear(month)}, ${settlementTexts.codes[code]}: ${money(amount)}`}</title>
            </rect>
          ))}
          <line className={css.zero} x1={GUTTER} x2={width - 12} y1={y(0)} y2={y(0)} />
          {months.map((month, place) => (
            <text key={month} className={css.month} x={x(month) + step / 2} y={height - 7} textAnchor="middle">
              {step > 64 && (place === 0 || month.endsWith(NEW_YEAR)) ? monthAndYear(month) : shortMonth(month)}
            </text>
          ))}
        </svg>
      )}
    </div>
  );
}
