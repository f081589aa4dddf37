/** The one cell that Tab reaches, and the keys that go from it to others. */
import type { FocusEvent, KeyboardEvent, RefObject } from "react";
import { useLayoutEffect, useRef, useState } from "react";
import type { Arranged } from "../arrange";

/** Lines by number; row −1 is that of the column headers. */
export interface Spot {
  readonly row: number;
  readonly column: number;
}

/** A spot by its codes, so that it stays at its path when lines move; no row is that of the column headers. */
interface Kept {
  readonly row: string | undefined;
  readonly column: string | undefined;
}

const HEAD = -1;
const START: Spot = { row: 0, column: 0 };

/** Where a key leads from a spot; undefined if it is none of these. */
export function ledTo({ row, column }: Spot, key: string, isFar: boolean, { rows, columns, page }: { rows: number; columns: number; page: number }): Spot | undefined {
  const within = (next: Spot): Spot => ({
    row: Math.max(HEAD, Math.min(rows - 1, next.row)),
    column: Math.max(0, Math.min(columns - 1, next.column)),
  });
  switch (key) {
    case "ArrowUp":
      return within({ row: row - 1, column });
    case "ArrowDown":
      return within({ row: row + 1, column });
    case "ArrowLeft":
      return within({ row, column: column - 1 });
    case "ArrowRight":
      return within({ row, column: column + 1 });
    case "PageUp":
      return within({ row: Math.max(0, row - page), column });
    case "PageDown":
      return within({ row: row + page, column });
    case "Home":
      return within({ row: isFar ? 0 : row, column: 0 });
    case "End":
      return within({ row: isFar ? rows - 1 : row, column: columns - 1 });
    default:
      return undefined;
  }
}

export interface Roving {
  readonly spot: Spot;
  /** To be put on the grid. */
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** `page` lines are a page; `onSpot` brings a spot in sight before it is focused. */
export function useRoving({ rows, columns }: Arranged, page: number, onSpot: (spot: Spot) => void): Roving {
  const ref = useRef<HTMLDivElement>(null);
  const [kept, setKept] = useState<Kept>();
  const isMoving = useRef(false);
  const spot = spotOf(kept, rows, columns);
  const keep = ({ row, column }: Spot) => { setKept({ row: rows[row]?.code, column: columns[column]?.code }); };
  useLayoutEffect(() => {
    if (!isMoving.current) return;
    isMoving.current = false;
    ref.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus({ preventScroll: true });
  });
  return {
    spot,
    ref,
    onFocus: ({ target }) => {
      const cell = target.closest<HTMLElement>("[data-row]");
      if (cell === null) return;
      const { row, column } = cell.dataset;
      if (kept?.row !== row || kept?.column !== column) setKept({ row: row === "" ? undefined : row, column });
    },
    onKeyDown: (event) => {
      if (event.altKey || event.metaKey) return;
      const next = ledTo(spot, event.key, event.ctrlKey, { rows: rows.length, columns: columns.length, page });
      if (next === undefined) return;
      event.preventDefault();
      isMoving.current = true;
      onSpot(next);
      keep(next);
    },
  };
}

function spotOf(kept: Kept | undefined, rows: Arranged["rows"], columns: Arranged["columns"]): Spot {
  if (kept === undefined) return START;
  const row = kept.row === undefined ? HEAD : rows.findIndex(({ code }) => code === kept.row);
  const column = columns.findIndex(({ code }) => code === kept.column);
  const isGone = column < 0 || (kept.row !== undefined && row < 0);
  return isGone ? START : { row, column };
}
