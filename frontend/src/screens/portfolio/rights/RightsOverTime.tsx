import { useMemo } from "react";
import type { CommercialUnit } from "../../../format/amounts";
import { shortUnitName, tick, unitName, whole } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { addMonths, fullDays } from "../../../format/days";
import { asQuantity, axisTicks } from "../../../format/drawing";
import { useSize } from "../../../layout/useSize";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Months } from "../../../parts/time_axis/Months";
import { timeScale } from "../../../parts/time_axis/scale";
import { texts } from "../../../texts/en";
import type { OwnContract } from "../queries";
import { routeName } from "../routeName";
import { bandColours, bandsOf } from "./bands";
import css from "./RightsOverTime.module.css";

interface Props {
  readonly contracts: readonly OwnContract[];
  readonly chosen: string;
  readonly unit: CommercialUnit;
  readonly today: GasDay;
  readonly onChoose: (code: string) => void;
}

const MONTHS_SHOWN = 12;
const TOP = 24;
const GUTTER = 44;
const LABEL_HEIGHT = 14;

export function RightsOverTime({ contracts, chosen, unit, today, onChoose }: Props) {
  const [frame, { width, height }] = useSize<HTMLDivElement>();
  const axis = useMemo(() => ({ start: today, end: addMonths(today, MONTHS_SHOWN) }), [today]);
  const { bands, highest, lowest } = useMemo(() => bandsOf(contracts, axis), [contracts, axis]);
  const colours = bandColours(contracts, chosen);
  const scale = timeScale(axis, GUTTER, Math.max(width - 12, GUTTER + 1));
  const factor = (height - TOP - 10) / (highest - lowest || 1);
  const y = (length: number): number => TOP + (highest - length) * factor;
  const ticks = [...axisTicks(highest), ...axisTicks(-lowest).map((mark) => -mark)].filter((mark) => mark <= highest && mark >= lowest);
  return (
    <>
      <PanelHead title={texts.portfolio.rights} note={texts.portfolio.rightsNote(shortUnitName(unit))} />
      <div ref={frame} className={css.frame}>
        {width === 0 ? null : (
          <svg width={width} height={height} role="img" aria-label={texts.portfolio.rights}>
            <defs>
              <pattern id="interruptible" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <line className={css.stripe} x1="0" y1="0" x2="0" y2="6" />
              </pattern>
            </defs>
            <Months scale={scale} height={height} />
            {ticks.map((mark) => (
              <g key={mark}>
                <line className={css.grid} x1={scale.left} x2={scale.right} y1={y(mark)} y2={y(mark)} />
                <text className={css.tick} x={scale.left - 6} y={y(mark) + 3.5} textAnchor="end">{tick(asQuantity(Math.abs(mark)), unit)}</text>
              </g>
            ))}
            {bands.map(({ contract, days, from, to }) => {
              const [top, bottom] = [y(Math.max(from, to)), y(Math.min(from, to))];
              const box = { x: scale.x(days.start), y: top, width: scale.x(days.end) - scale.x(days.start), height: Math.max(0.6, bottom - top - 1) };
              return (
                <g key={`${contract.code} ${days.start}`} className={css.band} onClick={() => { onChoose(contract.code); }}>
                  <title>{`${contract.code}\n${contract.routes.map(({ route }) => routeName(route)).join(", ")}\n${whole(asQuantity(Math.abs(to - from)))} ${unitName(unit)}, ${fullDays(days)}`}</title>
                  <rect {...box} fill={colours.get(contract.code)} />
                  {contract.firmness === "INTERRUPTIBLE" ? <rect {...box} fill="url(#interruptible)" /> : null}
                  {box.height > LABEL_HEIGHT && box.width > 110 ? (
                    <text className={css.label} data-chosen={contract.code === chosen ? "" : undefined} x={box.x + 6} y={top + box.height / 2 + 3.8}>
                      {contract.routes[0] === undefined ? contract.code : routeName(contract.routes[0].route)}
                    </text>
                  ) : null}
                </g>
              );
            })}
            <line className={css.zero} x1={scale.left} x2={scale.right} y1={y(0)} y2={y(0)} />
          </svg>
        )}
      </div>
    </>
  );
}
