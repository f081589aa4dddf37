import type { Days } from "../../../format/days";
import { stepPath, timeScale } from "../../../parts/time_axis/scale";
import type { FreeStretch } from "../../../free/free";
import { lengthOf } from "../../../free/free";

const WIDTH = 64;
const HEIGHT = 16;

interface Props {
  readonly stretches: readonly FreeStretch[];
  readonly axis: Days;
  readonly most: number;
}

/** What is free over the days of the axis, by square root so that small quantities can be seen. */
export function Sparkline({ stretches, axis, most }: Props) {
  const scale = timeScale(axis, 0, WIDTH);
  const steps = stretches.map((stretch) => ({
    days: stretch.days,
    y: HEIGHT - 1 - Math.sqrt(lengthOf(stretch) / (most || 1)) * (HEIGHT - 2),
  }));
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path d={stepPath(steps, scale, HEIGHT)} fill="var(--u1)" opacity="0.55" />
      <path d={stepPath(steps, scale)} fill="none" stroke="var(--u2)" />
    </svg>
  );
}
