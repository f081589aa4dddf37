/** The fields of a command, the button that runs it, and why it was refused. */
import type { ReactNode } from "react";
import { texts } from "../../texts/en";
import { Button } from "../button/Button";
import css from "./form.module.css";
import type { CommandState } from "./useCommand";

interface Props {
  readonly label: string;
  readonly command: CommandState;
  /** What the button says. */
  readonly submit: string;
  readonly isPrimary?: boolean;
  /** It is given what the fields with names hold. */
  readonly onSubmit: (textOf: (name: string) => string) => Promise<void>;
  readonly onCancel?: () => void;
  readonly children?: ReactNode;
}

export function CommandForm({ label, command: { isBusy, refusal, seconds }, submit, isPrimary = false, onSubmit, onCancel, children }: Props) {
  return (
    <form
      className={css.form}
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        void onSubmit((name) => {
          const value = given.get(name);
          return typeof value === "string" ? value : "";
        });
      }}
    >
      {children}
      <p role="alert" className={css.refusal}>{refusal}</p>
      {seconds === 0 ? null : <p role="timer" className={css.waiting}>{texts.passwords.wait(seconds)}</p>}
      <p className={css.actions}>
        <Button type="submit" isPrimary={isPrimary} disabled={isBusy || seconds > 0}>{submit}</Button>
        {onCancel === undefined ? null : <Button onClick={onCancel}>{texts.forms.cancel}</Button>}
      </p>
    </form>
  );
}
