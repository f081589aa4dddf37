import type { Days } from "../../format/days";
import type { TimeScale } from "./scale";
import css from "./time_axis.module.css";

export interface StripPart {
  readonly days: Days;
  readonly text: string;
  /** The name of a token. */
  readonly fill: string;
  readonly ink: "accent" | "on-data";
}

interface Props {
  readonly scale: TimeScale;
  readonly top: number;
  readonly label: string;
  readonly parts: readonly StripPart[];
  readonly isNarrow: boolean;
}

const HEIGHT = 16;
const CHARACTER = 6;

/** A line of coloured days, such as how full an edge is or what one holds. */
export function Strip({ scale, top, label, parts, isNarrow }: Props) {
  return (
    <g role="img" aria-label={`${label}: ${parts.map(({ text }) => text).join(", ")}`}>
      {isNarrow ? null : <text className={css.label} x={12} y={top + 12}>{label}</text>}
      {parts.map(({ days, text, fill, ink }) => {
        const left = Math.max(scale.left, scale.x(days.start));
        const right = Math.min(scale.right, scale.x(days.end));
        if (right <= left) return null;
        const width = Math.max(1, right - left - 1);
        return (
          <g key={days.start}>
            <rect x={left + 0.5} y={top} width={width} height={HEIGHT} fill={`var(--${fill})`} />
            {text.length * CHARACTER + 10 > width ? null : (
              <text className={css.part} x={left + 6} y={top + 12} fill={`var(--${ink})`}>{text}</text>
            )}
          </g>
        );
      })}
    </g>
  );
}
