import { isNegative, money } from "../../../format/amounts";
import { axisTicks, moneyTick } from "../../../format/drawing";
import { useSize } from "../../../layout/useSize";
import { creditTexts } from "../../../texts/credit";
import css from "./Credit.module.css";
import type { Usage } from "./queries";
import type { Step } from "./steps";
import { extentOf, stepsOf } from "./steps";

interface Props {
  readonly usage: Usage;
  readonly chosen: string;
  readonly onChoose: (code: string) => void;
}

const GUTTER = 56;
const TOP = 20;
const BOTTOM = 22;
const BAR = 0.76;
const LEAST_WIDTH = 44;
/** A step that is wide enough has its name below it. */
const NAMED_WIDTH = 84;

/** A limit as a picture. The table beside it has the same figures, to the last digit and by keyboard. */
export function Waterfall({ usage, chosen, onChoose }: Props) {
  const [frame, { width, height }] = useSize<HTMLDivElement>();
  const room = Math.max(1, width - GUTTER - 12);
  const steps = stepsOf(usage, Math.max(1, Math.floor(room / LEAST_WIDTH) - 3));
  const { highest, lowest } = extentOf(steps);
  const step = room / steps.length;
  const factor = (height - TOP - BOTTOM) / (highest - lowest || 1);
  const y = (length: number): number => TOP + (highest - length) * factor;
  const ticks = [...axisTicks(highest), ...axisTicks(-lowest).map((mark) => -mark)].filter((mark) => mark <= highest && mark >= lowest);
  const { currency } = usage.allowed;
  return (
    <div ref={frame} className={css.frame}>
      {width === 0 ? null : (
        <svg width={width} height={height} role="img" aria-label={creditTexts.picture(usage.limit.code)}>
          {[...new Set(ticks)].map((mark) => (
            <g key={mark}>
              <line className={css.grid} x1={GUTTER} x2={width - 12} y1={y(mark)} y2={y(mark)} />
              <text className={css.tick} x={GUTTER - 6} y={y(mark) + 3.5} textAnchor="end">{moneyTick(mark, currency)}</text>
            </g>
          ))}
          {steps.map((one, place) => {
            const code = one.lock?.contractCode ?? undefined;
            const left = GUTTER + place * step;
            return (
              <g key={one.key}>
                <rect
                  className={css.step}
                  data-kind={one.kind}
                  data-over={one.kind === "left" && one.amount !== undefined && isNegative(one.amount.amount) ? "" : undefined}
                  data-chosen={code !== undefined && code === chosen ? "" : undefined}
                  x={left + (step * (1 - BAR)) / 2}
                  y={Math.min(y(one.from), y(one.to))}
                  width={step * BAR}
                  height={Math.max(1, Math.abs(y(one.from) - y(one.to)))}
                  onClick={code === undefined ? undefined : () => { onChoose(code); }}
                >
                  <title>{one.amount === undefined ? nameOf(one) : `${nameOf(one)}: ${money(one.amount)}`}</title>
                </rect>
                {step < NAMED_WIDTH && one.kind === "lock" ? null : (
                  <text className={css.tick} x={left + step / 2} y={height - 7} textAnchor="middle">{shortNameOf(one)}</text>
                )}
              </g>
            );
          })}
          <line className={css.zero} x1={GUTTER} x2={width - 12} y1={y(0)} y2={y(0)} />
        </svg>
      )}
    </div>
  );
}

function nameOf({ kind, lock, count }: Step): string {
  if (lock !== undefined) return lock.contractCode ?? creditTexts.causes[lock.cause];
  if (kind === "others") return creditTexts.others(count);
  return kind === "allowed" ? creditTexts.allowed : creditTexts.left;
}

/** The end of a contract's code, which tells it from others. */
const shortNameOf = (step: Step): string => (step.lock?.contractCode == null ? nameOf(step) : step.lock.contractCode.slice(-4));
