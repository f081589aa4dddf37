/** The short days of each cut along the days asked for; the tables below say the same. */
import type { Days } from "../../../format/days";
import { fullDays } from "../../../format/days";
import { useSize } from "../../../layout/useSize";
import { Months } from "../../../parts/time_axis/Months";
import { timeScale } from "../../../parts/time_axis/scale";
import type { StripPart } from "../../../parts/time_axis/Strip";
import { Strip } from "../../../parts/time_axis/Strip";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import type { Shortfalls } from "./queries";
import css from "./Shortfalls.module.css";
import { cutName } from "./words";

const TOP = 24;
const STRIP = 20;
const LABEL_WIDTH = 190;
const NARROW = 640;

export function ShortDays({ shortfalls: { cuts, pressures, undecided }, days }: { readonly shortfalls: Shortfalls; readonly days: Days }) {
  const [frame, { width }] = useSize<HTMLDivElement>();
  const strips = [
    ...cuts.map((cut) => ({ label: cutName(cut), parts: partsOf(cut.periods, "u6") })),
    ...(pressures.length === 0 ? [] : [{ label: texts.time.pressures, parts: partsOf(pressures.flatMap(({ periods }) => periods), "u5") }]),
    ...(undecided.length === 0 ? [] : [{ label: operatorTexts.shortfalls.undecided, parts: partsOf(undecided.flatMap(({ periods }) => periods), "u0") }]),
  ];
  const isNarrow = width < NARROW;
  const scale = timeScale(days, isNarrow ? 12 : LABEL_WIDTH, Math.max(width - 12, LABEL_WIDTH + 1));
  const height = TOP + strips.length * STRIP + 6;
  return (
    <div ref={frame} className={css.chart}>
      {width === 0 ? null : (
        <svg width={width} height={height}>
          <Months scale={scale} height={height} />
          {strips.map(({ label, parts }, place) => (
            <Strip key={`${String(place)} ${label}`} scale={scale} top={TOP + place * STRIP} label={label} parts={parts} isNarrow={isNarrow} />
          ))}
        </svg>
      )}
    </div>
  );
}

const partsOf = (periods: readonly Days[], fill: string): StripPart[] =>
  periods.map((days) => ({ days, text: fullDays(days), fill, ink: "on-data" }));
