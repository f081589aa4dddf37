import type { ComponentProps, ReactNode } from "react";
import css from "./form.module.css";

interface Props extends Omit<ComponentProps<"input">, "className" | "children"> {
  readonly label: string;
  /** What may be written, or why. */
  readonly hint?: ReactNode;
}

/** A field of a form with its label above it. */
export function FormField({ label, hint, ...rest }: Props) {
  return (
    <label className={css.field}>
      {label}
      <input {...rest} />
      {hint === undefined ? null : <span className={css.hint}>{hint}</span>}
    </label>
  );
}
