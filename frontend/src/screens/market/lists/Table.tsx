import type { ReactNode } from "react";
import { marketTexts } from "../../../texts/market";
import css from "./Lists.module.css";

interface Props {
  readonly title: string;
  /** How many are open. */
  readonly count: number;
  /** How many rows there are, if not as many. */
  readonly rows?: number;
  readonly columns: readonly { readonly name: string; readonly isNumber?: boolean }[];
  /** What to say, and do, where there are no rows. */
  readonly empty: string;
  readonly children: ReactNode;
}

/** A list of offers of one kind. */
export function Table({ title, count, rows = count, columns, empty, children }: Props) {
  return (
    <section aria-label={title}>
      <h2 className={css.title}>{title} <span>{marketTexts.open(count)}</span></h2>
      {count === 0 ? <p className={css.none}>{empty}</p> : null}
      <table className={css.table}>
        <thead className={rows === 0 ? "hidden" : undefined}>
          <tr>{columns.map(({ name, isNumber }) => <th key={name} scope="col" className={isNumber === true ? css.number : undefined}>{name}</th>)}</tr>
        </thead>
        {children}
      </table>
    </section>
  );
}
