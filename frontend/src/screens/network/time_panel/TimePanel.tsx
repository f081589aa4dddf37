/** The days of the axis: what the chosen route offers or the chosen edge carries, own rights, and the gas day shown. */
import { useSize } from "../../../layout/useSize";
import { Segments } from "../../../parts/segments/Segments";
import { Playhead } from "../../../parts/time_axis/Playhead";
import { Months } from "../../../parts/time_axis/Months";
import { timeScale } from "../../../parts/time_axis/scale";
import type { StripPart } from "../../../parts/time_axis/Strip";
import { Strip } from "../../../parts/time_axis/Strip";
import { texts } from "../../../texts/en";
import type { Days, GasDay } from "../../../format/days";
import type { ShownTime, Span } from "../address";
import { SPANS } from "../address";
import { Brush } from "./Brush";
import css from "./TimePanel.module.css";
import type { Chart } from "./charts";
import { StepChart } from "./StepChart";

export interface StripLine {
  readonly key: string;
  readonly label: string;
  readonly parts: readonly StripPart[];
}

interface Props {
  readonly time: ShownTime;
  readonly span: Span;
  readonly chart: Chart | undefined;
  readonly strips: readonly StripLine[];
  /** The days of the request; dragging over the chart chooses others. */
  readonly days: Days | undefined;
  readonly onDays: (days: Days) => void;
  readonly onDay: (day: GasDay) => void;
  readonly onSpan: (span: Span) => void;
}

const CHART = { top: 38, base: 132 };
const STRIPS_TOP = 142;
const STRIP_PITCH = 21;
const NARROW = 700;
const GUTTER = 236;

export function TimePanel({ time, span, chart, strips, days, onDays, onDay, onSpan }: Props) {
  const [frame, { width, height }] = useSize<HTMLElement>();
  const isNarrow = width < NARROW;
  const scale = timeScale(time.axis, isNarrow ? 10 : GUTTER, Math.max(width - 14, GUTTER + 1));
  return (
    <section ref={frame} className={css.panel} aria-label={texts.time.title}>
      <header className={css.head}>
        <h2>{texts.time.title}</h2>
        <Segments
          label={texts.time.span}
          options={SPANS.map((value) => ({ value, text: texts.time.spans[value] }))}
          value={span}
          onChange={onSpan}
        />
      </header>
      {chart === undefined ? <p className={css.hint}>{texts.time.hint}</p> : (
        <p className={css.chartName}>
          <b>{chart.title}</b>
          <span>{chart.note}</span>
        </p>
      )}
      {width === 0 ? null : (
        <svg className={css.drawing} width={width} height={height} role="group" aria-label={texts.time.title}>
          <defs>
            <pattern id="missing" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <line className={css.hatch} x1="0" y1="0" x2="0" y2="7" />
            </pattern>
          </defs>
          <Months scale={scale} height={height} beside={scale.x(time.day)} />
          {chart === undefined ? null : <StepChart chart={chart} scale={scale} top={CHART.top} base={CHART.base} />}
          {strips.map(({ key, label, parts }, place) => {
            const top = STRIPS_TOP + place * STRIP_PITCH;
            return top + STRIP_PITCH > height ? null : <Strip key={key} {...{ scale, top, label, parts }} isNarrow={isNarrow} />;
          })}
          {days === undefined ? null : <Brush scale={scale} top={CHART.top - 6} height={CHART.base - CHART.top + 6} days={days} onDays={onDays} />}
          <Playhead scale={scale} height={height} day={time.day} onDay={onDay} />
        </svg>
      )}
    </section>
  );
}
