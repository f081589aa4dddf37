import type { ComponentProps } from "react";
import { useId } from "react";
import css from "./form.module.css";

interface Props extends Omit<ComponentProps<"input">, "aria-describedby" | "className"> {
  readonly label: string;
  /** What may be written, or why. */
  readonly hint?: string;
}

/** A field of a form with its label above it, and a hint below that belongs to its description, not its name. */
export function FormField({ label, hint, ...rest }: Props) {
  const id = useId();
  return (
    <div className={css.entry}>
      <label className={css.field}>
        {label}
        <input {...rest} aria-describedby={hint === undefined ? undefined : id} />
      </label>
      {hint === undefined ? null : <span id={id} className={css.hint}>{hint}</span>}
    </div>
  );
}
