import { useMemo } from "react";
import type { Point } from "../arrange";

export interface Drawn {
  readonly point: Point;
  /** Its number among all lines. */
  readonly place: number;
}

/** The lines from the first to the end, and the one that keys have reached, wherever it is. */
export function useDrawn(points: readonly Point[], first: number, end: number, reached: number): readonly Drawn[] {
  const beyond = reached >= 0 && (reached < first || reached >= end) ? reached : undefined;
  return useMemo(() => {
    const drawn = points.slice(first, end).map((point, place) => ({ point, place: first + place }));
    const point = beyond === undefined ? undefined : points[beyond];
    return beyond === undefined || point === undefined ? drawn : [...drawn, { point, place: beyond }];
  }, [points, first, end, beyond]);
}
