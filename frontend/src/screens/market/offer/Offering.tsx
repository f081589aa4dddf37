/** The button that offers what a form says; what was offered is shown then. */
import { useState } from "react";
import type { AnyVariables } from "urql";
import { newKey } from "../../../api/idempotency";
import { texts } from "../../../texts/en";
import { Confirm } from "../act/Confirm";
import { holdsStep } from "../act/steps";
import type { Command, Done } from "../act/useAct";
import { useAct } from "../act/useAct";
import type { Shown } from "../shown";

interface Props<Data, Input extends object, Answer extends object> {
  readonly command: Command<Data, AnyVariables & { input: Input & { idempotencyKey: string } }, Answer>;
  /** Undefined while something is missing: then the note says what. */
  readonly input: Input | undefined;
  readonly text: string;
  readonly note: string;
  readonly shown: Shown;
  readonly onDone: (done: Done<Answer>) => void;
}

export function Offering<Data, Input extends object, Answer extends object>({ command, input, text, note, shown, onDone }: Props<Data, Input, Answer>) {
  const { onGo } = shown;
  const [key] = useState(newKey);
  const [act, onOffer] = useAct(command, onDone);
  return (
    <Confirm
      act={act}
      text={text}
      note={note}
      isReady={input !== undefined}
      steps={{
        ...holdsStep(act, onGo),
        DUTIES_NOT_HELD: { text: texts.market.offer.useOnly, act: () => { onGo({ as: "listing", passes: "TRANSFER_OF_USE" }); } },
        CAPACITY_NOT_FIRM: { text: texts.market.offer.asListing, act: () => { onGo({ as: "listing" }); } },
      }}
      onConfirm={() => { if (input !== undefined) onOffer({ input: { ...input, idempotencyKey: key } }); }}
    />
  );
}
