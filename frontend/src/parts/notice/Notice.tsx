import type { ReactNode } from "react";
import css from "./Notice.module.css";

interface Props {
  readonly title: string;
  /** Why, and what to do next. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly isFault?: boolean;
}

/** What stands where there is nothing to show. */
export function Notice({ title, children, action, isFault = false }: Props) {
  return (
    <div className={css.notice} role={isFault ? "alert" : undefined}>
      <b className={isFault ? css.fault : undefined}>{title}</b>
      {children === undefined ? null : <p>{children}</p>}
      {action}
    </div>
  );
}
