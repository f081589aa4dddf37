import { texts } from "../../texts/en";
import css from "./Verdict.module.css";

/** How an amount came about, line by line. */
export function Working({ lines }: { readonly lines: readonly string[] }) {
  return (
    <details className={css.working}>
      <summary>{texts.verdict.working}</summary>
      <ol>{lines.map((line, place) => <li key={place}>{line}</li>)}</ol>
    </details>
  );
}
