/** Which lines of a long table are drawn: those in sight, and some beyond. */

export interface Range {
  readonly first: number;
  /** The line after the last one. */
  readonly end: number;
}

/** Lines are drawn and taken away so many at a time. */
const STEP = 8;

/** Of `count` lines of a size those that are in sight from an offset on, and up to two steps on either side. */
export function seen(count: number, size: number, offset: number, length: number): Range {
  const first = Math.floor(offset / size / STEP - 1) * STEP;
  const end = Math.ceil((offset + length) / size / STEP + 1) * STEP;
  return { first: Math.min(count, Math.max(0, first)), end: Math.min(count, Math.max(0, end)) };
}

/** The offset nearest to the present one at which a line is in sight. */
export const inSight = (line: number, size: number, offset: number, length: number): number =>
  Math.max((line + 1) * size - length, Math.min(offset, line * size));
