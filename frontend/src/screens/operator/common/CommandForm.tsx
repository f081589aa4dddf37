/** A form that sends one command: its fields, what is wrong beside them, its button, and what came of it. */
import type { ReactNode } from "react";
import { Button } from "../../../parts/button/Button";
import { operatorTexts } from "../../../texts/operator";
import css from "./form.module.css";
import type { Refusal } from "./useCommand";
import { faultsBeside } from "./useCommand";

interface Props {
  readonly label: string;
  readonly command: { readonly isSending: boolean; readonly isDone: boolean; readonly refusal: Refusal | undefined };
  /** The input fields at which the form shows what is wrong itself. */
  readonly fields: readonly string[];
  readonly submit: string;
  readonly done: ReactNode;
  /** Undefined while what was typed is not complete. */
  readonly onSend: (() => void) | undefined;
  readonly isPrimary?: boolean;
  readonly children: ReactNode;
}

export function CommandForm({ label, command, fields, submit, done, onSend, isPrimary = false, children }: Props) {
  const { isSending, isDone, refusal } = command;
  const beside = faultsBeside(refusal, fields);
  return (
    <form
      className={css.form}
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        onSend?.();
      }}
    >
      {children}
      {beside.length === 0 ? null : (
        <ul className={css.beside} role="alert">
          {beside.map((fault) => <li key={fault}>{fault}</li>)}
        </ul>
      )}
      <p className={css.foot}>
        <Button type="submit" {...{ isPrimary }} disabled={isSending || onSend === undefined}>
          {isSending ? operatorTexts.form.sending : submit}
        </Button>
        <span role="status" className={css.done}>{isDone ? done : null}</span>
      </p>
    </form>
  );
}
