import { availabilityTexts } from "../../../../texts/availability";
import type { Point } from "../arrange";
import css from "./Grid.module.css";

interface Props {
  readonly point: Point;
  readonly place: number;
  readonly left: number;
  readonly width: number;
  readonly isOrdered: boolean;
  readonly isReached: boolean;
  /** Order the rows by this column, or no longer. */
  readonly onOrder: (column: string | undefined) => void;
}

export function ColumnHead({ point: { code, name }, place, left, width, isOrdered, isReached, onOrder }: Props) {
  const { by, byAgain } = availabilityTexts.matrix;
  return (
    <span role="columnheader" aria-colindex={place + 2} aria-sort={isOrdered ? "descending" : undefined} className={css.columnHead} style={{ left, width }}>
      <button
        type="button"
        data-row=""
        data-column={code}
        tabIndex={isReached ? 0 : -1}
        title={`${name}\n${isOrdered ? byAgain(name) : by(name)}`}
        onClick={() => { onOrder(isOrdered ? undefined : code); }}
      >
        {name}
      </button>
    </span>
  );
}
