/** The table of entries against exits: lines in sight are drawn, headers stay, one cell is in the order of Tab and arrows go on. */
import type { MouseEvent } from "react";
import { useState } from "react";
import { useStore } from "../../../../api/store";
import { useSize } from "../../../../layout/useSize";
import { availabilityTexts } from "../../../../texts/availability";
import { printing } from "../../../../theme/printing";
import type { Arranged } from "../arrange";
import type { CellContext } from "./cell";
import { ColumnHead } from "./ColumnHead";
import css from "./Grid.module.css";
import type { Path } from "../paths";
import { Row } from "./Row";
import { inSight, seen } from "./seen";
import { useDrawn } from "./useDrawn";
import type { Spot } from "./useRoving";
import { useRoving } from "./useRoving";

interface Props {
  readonly arranged: Arranged;
  readonly context: CellContext;
  readonly label: string;
  readonly isBusy: boolean;
  /** The address of the request on a path. */
  readonly hrefOf: (path: Path) => string;
  readonly onOpen: (href: string) => void;
  /** Order the rows by a column, or no longer. */
  readonly onOrder: (column: string | undefined) => void;
}

const { corner, cornerShort, sides } = availabilityTexts.matrix;
const NARROW = 640;
const [ROW, ROW_ON_PHONES] = [24, 38];
const [NAME, NAME_ON_PHONES] = [116, 104];
const [COLUMN_MIN, COLUMN_MAX] = [66, 180];

interface Place {
  readonly left: number;
  readonly top: number;
}

export function MatrixGrid({ arranged, context, label, isBusy, hrefOf, onOpen, onOrder }: Props) {
  const { rows, columns, rowsAre } = arranged;
  const [frame, { width, height }] = useSize<HTMLDivElement>();
  const [{ left, top }, setPlace] = useState<Place>({ left: 0, top: 0 });
  const isPrinted = useStore(printing);
  const isNarrow = width <= NARROW;
  const [line, name] = isNarrow ? [ROW_ON_PHONES, NAME_ON_PHONES] : [ROW, NAME];
  const column = Math.max(COLUMN_MIN, Math.min(COLUMN_MAX, Math.floor((width - name) / Math.max(1, columns.length))));
  const [inHeight, inWidth] = isPrinted ? [Infinity, Infinity] : [height - line, width - name];

  const bringInSight = ({ row, column: at }: Spot) => {
    const { scrollLeft = 0, scrollTop = 0 } = frame.current ?? {};
    frame.current?.scrollTo({
      left: inSight(at, column, scrollLeft, inWidth),
      top: row < 0 ? scrollTop : inSight(row, line, scrollTop, inHeight),
    });
  };
  const { spot, ref, ...roving } = useRoving(arranged, Math.max(1, Math.floor(inHeight / line) - 1), bringInSight);

  const across = seen(columns.length, column, isPrinted ? 0 : left, inWidth);
  const drawnColumns = useDrawn(columns, across.first, across.end, spot.column);
  const down = seen(rows.length, line, isPrinted ? 0 : top, inHeight);
  const drawnRows = useDrawn(rows, down.first, down.end, spot.row);
  const [rowSide, columnSide] = rowsAre === "entries" ? (["entries", "exits"] as const) : (["exits", "entries"] as const);

  return (
    <div
      ref={frame}
      className={css.frame}
      onScroll={({ currentTarget: { scrollLeft, scrollTop } }) => { setPlace({ left: scrollLeft, top: scrollTop }); }}
    >
      {width === 0 ? null : (
        <div
          ref={ref}
          role="grid"
          className={css.grid}
          aria-label={label}
          aria-busy={isBusy}
          aria-rowcount={rows.length + 1}
          aria-colcount={columns.length + 1}
          style={{ width: name + columns.length * column, height: (rows.length + 1) * line }}
          onClick={(event) => { open(event, onOpen); }}
          {...roving}
        >
          <div role="row" aria-rowindex={1} className={css.head} style={{ height: line }}>
            <span role="columnheader" aria-colindex={1} className={css.corner} style={{ width: name, lineHeight: `${String(line)}px` }}>
              <span className="hidden">{corner(sides[rowSide], sides[columnSide])}</span>
              <span aria-hidden="true">{cornerShort(sides[rowSide], sides[columnSide])}</span>
            </span>
            {drawnColumns.map(({ point, place }) => (
              <ColumnHead
                key={point.code}
                point={point}
                place={place}
                left={name + place * column}
                width={column}
                isOrdered={arranged.by === point.code}
                isReached={spot.row < 0 && spot.column === place}
                onOrder={onOrder}
              />
            ))}
          </div>
          {drawnRows.map(({ point, place }) => (
            <Row
              key={point.code}
              point={point}
              place={place}
              {...{ arranged, context, hrefOf, line, name, column }}
              columns={drawnColumns}
              reached={spot.row === place ? spot.column : undefined}
            />
          ))}
        </div>
      )}
    </div>
  );
}

/** Go to the request of a cell, unless the browser is asked to show it elsewhere. */
function open(event: MouseEvent, onOpen: (href: string) => void): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const href = link?.getAttribute("href");
  if (href === null || href === undefined || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  onOpen(href);
}
