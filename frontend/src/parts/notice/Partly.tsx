import type { CombinedError } from "urql";
import { texts } from "../../texts/en";
import css from "./Notice.module.css";

/** What could not be asked, or not again, where the rest still holds; it is asked again by itself (`api/asking.ts`). */
export function Partly({ error }: { readonly error: CombinedError | undefined }) {
  if (error === undefined) return null;
  return <p className={css.partly} role="alert"><b>{texts.faults.partly}</b> {error.message}</p>;
}
