/** Choose the days of a request by dragging over the chart. */
import type { PointerEvent } from "react";
import { useState } from "react";
import type { Days, GasDay } from "../../../format/days";
import { addDays, overlap } from "../../../format/days";
import type { TimeScale } from "../../../parts/time_axis/scale";
import css from "./TimePanel.module.css";

interface Props {
  readonly scale: TimeScale;
  readonly top: number;
  readonly height: number;
  readonly days: Days;
  readonly onDays: (days: Days) => void;
}

export function Brush({ scale, top, height, days, onDays }: Props) {
  const [drag, setDrag] = useState<{ readonly from: GasDay; readonly to: GasDay }>();
  const dayAt = (event: PointerEvent<SVGRectElement>): GasDay =>
    scale.day(event.clientX - (event.currentTarget.ownerSVGElement?.getBoundingClientRect().left ?? 0));
  const shown = overlap(scale.days, drag === undefined ? days : daysOf(drag));
  return (
    <>
      {shown === undefined ? null : (
        <rect className={css.chosen} x={scale.x(shown.start)} width={scale.x(shown.end) - scale.x(shown.start)} y={top} height={height} />
      )}
      <rect
        className={css.brush}
        x={scale.left}
        width={scale.right - scale.left}
        y={top}
        height={height}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const from = dayAt(event);
          setDrag({ from, to: from });
        }}
        onPointerMove={(event) => {
          if (drag !== undefined) setDrag({ ...drag, to: dayAt(event) });
        }}
        onPointerUp={() => {
          if (drag !== undefined && drag.from !== drag.to) onDays(daysOf(drag));
          setDrag(undefined);
        }}
        onPointerCancel={() => { setDrag(undefined); }}
      />
    </>
  );
}

const daysOf = ({ from, to }: { readonly from: GasDay; readonly to: GasDay }): Days => {
  const [start, last] = from < to ? [from, to] : [to, from];
  return { start, end: addDays(last, 1) };
};
