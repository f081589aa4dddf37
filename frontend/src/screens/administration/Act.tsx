import type { ReactNode } from "react";
import { CommandForm } from "../../parts/form/CommandForm";
import type { CommandState } from "../../parts/form/useCommand";
import css from "./AdministrationScreen.module.css";

interface Props {
  readonly name: string;
  /** What it does, and what it does not. */
  readonly why: string;
  readonly command: CommandState;
  readonly onAct: (textOf: (name: string) => string) => Promise<void>;
  readonly children?: ReactNode;
}

/** Something that is done with what is chosen, once its consequence has been read. */
export function Act({ name, why, command, onAct, children }: Props) {
  return (
    <details className={css.act}>
      <summary>{name}</summary>
      <CommandForm label={name} command={command} submit={name} onSubmit={onAct}>
        <p>{why}</p>
        {children}
      </CommandForm>
    </details>
  );
}
