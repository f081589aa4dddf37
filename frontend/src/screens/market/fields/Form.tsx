import type { KeyboardEvent, ReactNode } from "react";
import css from "./Field.module.css";

interface Props {
  readonly label: string;
  readonly children: ReactNode;
}

/** What is being written. Enter goes to the button that confirms it, which a second key presses; Escape leaves a field. */
export function Form({ label, children }: Props) {
  return (
    <form
      className={css.form}
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        focusConfirm(event.currentTarget.closest("[data-panel]"));
      }}
      onKeyDown={leaveOnEscape}
    >
      {children}
      <button type="submit" className="hidden" tabIndex={-1} aria-hidden="true" />
    </form>
  );
}

/** Leave a field, and keep what is chosen: keys act on the screen again. */
export function leaveOnEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape" || !(event.target instanceof HTMLElement)) return;
  event.target.blur();
  event.stopPropagation();
}

/** The first field with a text that is not understood. It counts as empty, so that another value may stand for it. */
export const wrongField = (panel: Element | null | undefined): HTMLElement | null | undefined =>
  panel?.querySelector<HTMLElement>("[aria-invalid=true]");

/** Go to what is not understood, else to the button that confirms, else to the first field. */
export function focusConfirm(panel: Element | null): void {
  const confirm = panel?.querySelector<HTMLElement>("[data-confirm]");
  const field = panel?.querySelector<HTMLElement>("input, select");
  (wrongField(panel) ?? confirm ?? field)?.focus();
}
