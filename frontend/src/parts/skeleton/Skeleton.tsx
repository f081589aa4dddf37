import { texts } from "../../texts/en";
import css from "./Skeleton.module.css";

/** Rows that are being fetched. */
export function Skeleton({ rows }: { readonly rows: number }) {
  return (
    <div className={css.skeleton} role="status">
      <span className="hidden">{texts.faults.loading}</span>
      {Array.from({ length: rows }, (_, row) => <i key={row} />)}
    </div>
  );
}
