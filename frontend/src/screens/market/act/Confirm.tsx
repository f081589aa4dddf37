/** The one button that binds: the form's Enter goes to it, so that a second key confirms what is shown. */
import { Button } from "../../../parts/button/Button";
import { marketTexts } from "../../../texts/market";
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

export function Confirm({ act, text, note, isReady, steps, onConfirm }: Props) {
  const canAct = isReady && act.state !== "busy";
  return (
    <>
      {act.state === "refused" ? <Refusal problem={act.problem} steps={steps} /> : null}
      <div className={css.confirm}>
        {/* It can be reached before it can be pressed: what is missing stands below it. */}
        <Button isPrimary shortcut="Enter" data-confirm aria-disabled={!canAct} aria-describedby="confirm-note" onClick={() => { if (canAct) onConfirm(); }}>
          {act.state === "busy" ? marketTexts.act.busy : text}
        </Button>
        <p id="confirm-note" className={css.note}>{note}</p>
      </div>
    </>
  );
}
