import { texts } from "../../texts/en";
import css from "./NetworkScreen.module.css";

/** What could not be asked, or not again: the rest of the screen still holds. */
export function Faults({ faults }: { readonly faults: string }) {
  if (faults === "") return null;
  return (
    <div className={css.faults} role="alert">
      <b>{texts.faults.partly}</b> {faults}
    </div>
  );
}
