import { memo } from "react";
import { availabilityTexts } from "../../../../texts/availability";
import type { Arranged, Point } from "../arrange";
import type { Path } from "../paths";
import type { CellContext } from "./cell";
import { cellOf } from "./cell";
import css from "./Grid.module.css";
import type { Drawn } from "./useDrawn";

interface Props {
  readonly arranged: Arranged;
  readonly context: CellContext;
  /** The address of the request on a path. */
  readonly hrefOf: (path: Path) => string;
  readonly point: Point;
  readonly place: number;
  readonly columns: readonly Drawn[];
  /** The column that keys have reached, if it is in this row. */
  readonly reached: number | undefined;
  readonly line: number;
  readonly name: number;
  readonly column: number;
}

/** Of column widths from which on a cell has room for a price. */
const COLUMN_WITH_PRICE = 128;
/** The shade on which figures are dark. */
const LIGHTEST = 6;

export const Row = memo(function Row({ point, place, columns, reached, arranged, context, hrefOf, line, name, column }: Props) {
  return (
    <div role="row" aria-rowindex={place + 2} className={css.row} style={{ top: (place + 1) * line, height: line }}>
      <span role="rowheader" aria-colindex={1} className={css.rowHead} style={{ width: name, lineHeight: `${String(line)}px` }} title={point.name}>
        {point.name}
      </span>
      {columns.map(({ point: { code }, place: at }) => {
        const path = arranged.at(point.code, code);
        const reach = { "data-row": point.code, "data-column": code, tabIndex: reached === at ? 0 : -1 };
        return (
          <span
            key={code}
            role="gridcell"
            aria-colindex={at + 2}
            className={css.cell}
            style={{ left: name + at * column, width: column, lineHeight: `${String(line - 1)}px` }}
          >
            {path === undefined ? (
              <span className={css.samePoint} {...reach} title={availabilityTexts.matrix.samePoint}>
                <span className="hidden">{availabilityTexts.matrix.samePoint}</span>
              </span>
            ) : <PathLink path={path} context={context} href={hrefOf(path)} hasPrice={column >= COLUMN_WITH_PRICE} {...reach} />}
          </span>
        );
      })}
    </div>
  );
});

interface PathLinkProps {
  readonly path: Path;
  readonly context: CellContext;
  readonly href: string;
  readonly hasPrice: boolean;
  readonly tabIndex: number;
  readonly "data-column": string;
  readonly "data-row": string;
}

function PathLink({ path, context, href, hasPrice, ...reach }: PathLinkProps) {
  const { figure, price, spoken, shade, isBound, isShort } = cellOf(path, context);
  return (
    <a
      {...reach}
      href={href}
      className={css.path}
      style={shade === undefined ? undefined : { background: `var(--free-${String(shade)})` }}
      data-bound={isBound ? "" : undefined}
      data-short={isShort ? "" : undefined}
      data-light={shade === LIGHTEST ? "" : undefined}
    >
      <span aria-hidden="true" title={spoken.join("\n")}>
        {hasPrice ? <small>{price}</small> : null}
        {figure}
      </span>
      <span className="hidden">{spoken.join(". ")}</span>
    </a>
  );
}
