import css from "./Key.module.css";

/** A key to press; not spoken, since the control it belongs to names what it does. */
export function Key({ children }: { readonly children: string }) {
  return <kbd className={css.key} aria-hidden="true">{children}</kbd>;
}
