import type { ReactNode } from "react";
import css from "./PanelHead.module.css";

interface Props {
  readonly title: string;
  readonly note?: string | undefined;
  readonly children?: ReactNode;
}

/** The first line of a panel: what it is, a note, and controls at its end. */
export function PanelHead({ title, note, children }: Props) {
  return (
    <header className={css.head}>
      <h2>{title}</h2>
      {note === undefined ? null : <span className={css.note} title={note}>{note}</span>}
      {children === undefined ? null : <span className={css.end}>{children}</span>}
    </header>
  );
}
