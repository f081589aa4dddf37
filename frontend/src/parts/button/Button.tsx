import type { ComponentProps } from "react";
import { Key } from "../key/Key";
import css from "./Button.module.css";

interface Props extends Omit<ComponentProps<"button">, "className"> {
  /** The one filled button of a screen: what it is for. */
  readonly isPrimary?: boolean;
  readonly shortcut?: string;
}

export function Button({ isPrimary = false, shortcut, children, type = "button", ...rest }: Props) {
  return (
    <button {...rest} type={type} className={css.button} data-primary={isPrimary ? "" : undefined}>
      {children}
      {shortcut === undefined ? null : <Key>{shortcut}</Key>}
    </button>
  );
}
