/** The gas day that the screen shows: drag it or click among the months, or press arrow keys. */
import type { KeyboardEvent, PointerEvent } from "react";
import type { GasDay } from "../../format/days";
import { addDays, addMonths, dayNumber, shortDay, weekday } from "../../format/days";
import { texts } from "../../texts/en";
import type { TimeScale } from "./scale";
import css from "./time_axis.module.css";

interface Props {
  readonly scale: TimeScale;
  readonly height: number;
  readonly day: GasDay;
  readonly onDay: (day: GasDay) => void;
}

/** The height in which a pointer moves it. */
const TRACK = 24;
const HANDLE = { width: 52, height: 19 };

export function Playhead({ scale, height, day, onDay }: Props) {
  const x = scale.x(day);
  const clamped = (wanted: GasDay): GasDay => {
    const last = addDays(scale.days.end, -1);
    return wanted < scale.days.start ? scale.days.start : wanted > last ? last : wanted;
  };
  const moved: Readonly<Record<string, () => GasDay>> = {
    ArrowLeft: () => addDays(day, -1),
    ArrowDown: () => addDays(day, -1),
    ArrowRight: () => addDays(day, 1),
    ArrowUp: () => addDays(day, 1),
    PageDown: () => addMonths(day, -1),
    PageUp: () => addMonths(day, 1),
    Home: () => scale.days.start,
    End: () => addDays(scale.days.end, -1),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const wanted = moved[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    onDay(clamped(wanted()));
  };
  const follow = (event: PointerEvent<SVGRectElement>) => {
    if (event.buttons === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    onDay(scale.day(event.clientX - (event.currentTarget.ownerSVGElement?.getBoundingClientRect().left ?? 0)));
  };
  const handle = Math.max(scale.left, Math.min(scale.right - HANDLE.width, x - HANDLE.width / 2));
  return (
    <g>
      <rect
        className={css.track}
        x={scale.left}
        y={0}
        width={scale.right - scale.left}
        height={TRACK}
        onPointerDown={follow}
        onPointerMove={follow}
      />
      <line className={css.playhead} x1={x} x2={x} y1={0} y2={height} />
      <g
        role="slider"
        tabIndex={0}
        aria-label={texts.time.day}
        aria-orientation="horizontal"
        aria-valuemin={dayNumber(scale.days.start)}
        aria-valuemax={dayNumber(scale.days.end) - 1}
        aria-valuenow={dayNumber(day)}
        aria-valuetext={weekday(day)}
        onKeyDown={onKeyDown}
        className={css.slider}
      >
        <rect className={css.handle} x={handle} y={0} {...HANDLE} rx={3} />
        <text className={css.handleText} x={handle + HANDLE.width / 2} y={13.5} textAnchor="middle">{shortDay(day)}</text>
      </g>
    </g>
  );
}
