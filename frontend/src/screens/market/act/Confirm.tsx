/** The one button that binds: the form's Enter goes to it, so that a second key confirms what is shown. */
import type { MouseEvent } from "react";
import { useEffect, useRef } from "react";
import { Button } from "../../../parts/button/Button";
import { marketTexts } from "../../../texts/market";
import { wrongField } from "../fields/Form";
import css from "./Act.module.css";
import type { Steps } from "./Refusal";
import { Refusal } from "./Refusal";
import type { Act } from "./useAct";

interface Props {
  readonly act: Act<unknown>;
  /** What it does, with quantity and price. */
  readonly text: string;
  /** What it means to press it, or what is missing before it can be. */
  readonly note: string;
  readonly isReady: boolean;
  readonly steps?: Steps | undefined;
  readonly onConfirm: () => void;
}

const PANEL = "[data-panel]";

export function Confirm({ act, text, note, isReady, steps, onConfirm }: Props) {
  const isBusy = act.state === "busy";
  const confirm = useRef<HTMLDivElement>(null);
  // What is being sent is not edited meanwhile: the button of another draft would not say what became of this one.
  useEffect(() => {
    if (!isBusy) return undefined;
    const forms = confirm.current?.closest(PANEL)?.querySelectorAll("form") ?? [];
    for (const form of forms) form.inert = true;
    return () => { for (const form of forms) form.inert = false; };
  }, [isBusy]);
  const press = (event: MouseEvent) => {
    const wrong = wrongField(event.currentTarget.closest(PANEL));
    if (wrong instanceof HTMLElement) wrong.focus();
    else if (isReady && !isBusy) onConfirm();
  };
  return (
    <>
      {act.state === "refused" ? <Refusal problem={act.problem} steps={steps} /> : null}
      <div ref={confirm} className={css.confirm}>
        {/* It can be reached before it can be pressed: what is missing stands below it. */}
        <Button isPrimary shortcut="Enter" data-confirm aria-disabled={!isReady || isBusy} aria-describedby="confirm-note" onClick={press}>
          {isBusy ? marketTexts.act.busy : text}
        </Button>
        <p id="confirm-note" className={css.note}>{note}</p>
      </div>
    </>
  );
}
