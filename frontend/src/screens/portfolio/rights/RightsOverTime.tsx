import { useMemo } from "react";
import type { CommercialUnit } from "../../../format/amounts";
import { short, shortUnitName, tick, unitName, whole } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { fullDays } from "../../../format/days";
import { asQuantity, axisTicks } from "../../../format/drawing";
import { useSize } from "../../../layout/useSize";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Segments } from "../../../parts/segments/Segments";
import { Months } from "../../../parts/time_axis/Months";
import { timeScale } from "../../../parts/time_axis/scale";
import { texts } from "../../../texts/en";
import type { Group, PortfolioAddress, Span } from "../address";
import { GROUPS, SPANS, spanOf } from "../address";
import { ViewChoice } from "../credit/ViewChoice";
import type { Band } from "./bands";
import { bandsOf } from "./bands";
import type { Held } from "./held";
import { coloursOf } from "./held";
import css from "./RightsOverTime.module.css";

interface Props {
  readonly held: readonly Held[];
  readonly by: Group;
  readonly address: PortfolioAddress;
  readonly chosen: string;
  readonly unit: CommercialUnit;
  readonly axis: Days;
  readonly onGo: (change: PortfolioAddress) => void;
}

const TOP = 24;
const GUTTER = 44;
const LABEL_HEIGHT = 14;
const LABEL_WIDTH = 110;
/** What is written in the last part of the axis: which side is which. */
const SIDE_WIDTH = 44;

export function RightsOverTime({ held, by, address, chosen, unit, axis, onGo }: Props) {
  const [frame, { width, height }] = useSize<HTMLDivElement>();
  const { bands, highest, lowest } = useMemo(() => bandsOf(held, axis), [held, axis]);
  const colours = coloursOf(held, by, chosen);
  const scale = timeScale(axis, GUTTER, Math.max(width - SIDE_WIDTH, GUTTER + 1));
  const factor = (height - TOP - 10) / (highest - lowest || 1);
  const y = (length: number): number => TOP + (highest - length) * factor;
  const ticks = [...axisTicks(highest), ...axisTicks(-lowest).map((mark) => -mark)].filter((mark) => mark <= highest && mark >= lowest);
  return (
    <>
      <PanelHead title={texts.portfolio.rights} note={texts.portfolio.rightsNote(shortUnitName(unit))}>
        <Segments
          label={texts.portfolio.group}
          options={GROUPS.map((value) => ({ value, text: texts.portfolio.groups[value] }))}
          value={by}
          onChange={(next) => { onGo({ by: next === "contract" ? undefined : next }); }}
        />
        <Segments<Span>
          label={texts.time.span}
          options={SPANS.map((value) => ({ value, text: texts.portfolio.spans[value] }))}
          value={spanOf(address)}
          onChange={(months) => { onGo({ months }); }}
        />
        <ViewChoice address={address} onGo={onGo} />
      </PanelHead>
      <div ref={frame} className={css.frame}>
        {width === 0 ? null : (
          <svg width={width} height={height} role="img" aria-label={texts.portfolio.rightsLabel(texts.portfolio.groups[by])}>
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
            {bands.map((band) => {
              const { held: { key, contract }, days, from, to } = band;
              const [top, bottom] = [y(Math.max(from, to)), y(Math.min(from, to))];
              const box = { x: scale.x(days.start), y: top, width: scale.x(days.end) - scale.x(days.start), height: Math.max(0.6, bottom - top - 1) };
              return (
                <BandBox
                  key={`${key} ${days.start}`}
                  {...{ band, box, unit }}
                  fill={colours.get(key)}
                  isChosen={contract !== undefined && contract === chosen}
                  onChoose={contract === undefined ? undefined : () => { onGo({ contract }); }}
                />
              );
            })}
            <line className={css.zero} x1={scale.left} x2={scale.right} y1={y(0)} y2={y(0)} />
            {highest > 0 ? <text className={css.side} x={scale.right + 6} y={TOP + 10}>{texts.map.sides.exit}</text> : null}
            {lowest < 0 ? <text className={css.side} x={scale.right + 6} y={height - 12}>{texts.map.sides.entry}</text> : null}
          </svg>
        )}
      </div>
    </>
  );
}

interface BandProps {
  readonly band: Band;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly unit: CommercialUnit;
  readonly fill: string | undefined;
  readonly isChosen: boolean;
  readonly onChoose: (() => void) | undefined;
}

function BandBox({ band: { held, days, from, to }, box, unit, fill, isChosen, onChoose }: BandProps) {
  const quantity = asQuantity(Math.abs(to - from));
  return (
    <g className={onChoose === undefined ? undefined : css.band} onClick={onChoose}>
      <title>{`${held.about}\n${whole(quantity)} ${unitName(unit)}, ${fullDays(days)}`}</title>
      <rect {...box} fill={fill} />
      {held.isInterruptible ? <rect {...box} fill="url(#interruptible)" /> : null}
      {box.height > LABEL_HEIGHT && box.width > LABEL_WIDTH ? (
        <text className={css.label} data-chosen={isChosen ? "" : undefined} x={box.x + 6} y={box.y + box.height / 2 + 3.8}>
          {`${held.name} ${short(quantity, unit)}`}
        </text>
      ) : null}
    </g>
  );
}
