/** The button that offers what a form says; what was offered is shown then. */
import { useState } from "react";
import type { AnyVariables } from "urql";
import { newKey } from "../../../api/idempotency";
import { marketTexts } from "../../../texts/market";
import { Confirm } from "../act/Confirm";
import { holdsStep } from "../act/steps";
import type { Command, Done } from "../act/useAct";
import { useAct } from "../act/useAct";
import type { Shown } from "../shown";

interface Props<Data, Variables extends AnyVariables, Answer extends object> {
  readonly command: Command<Data, Variables, Answer>;
  /** What is sent with a key; undefined while something is missing: then the note says what. */
  readonly variables: ((idempotencyKey: string) => Variables) | undefined;
  readonly text: string;
  readonly note: string;
  readonly shown: Shown;
  readonly onDone: (done: Done<Answer>) => void;
}

export function Offering<Data, Variables extends AnyVariables, Answer extends object>({
  command, variables, text, note, shown: { onGo }, onDone,
}: Props<Data, Variables, Answer>) {
  const [key] = useState(newKey);
  const [act, onOffer] = useAct(command, onDone);
  return (
    <Confirm
      act={act}
      text={text}
      note={note}
      isReady={variables !== undefined}
      steps={{
        ...holdsStep(act, onGo),
        DUTIES_NOT_HELD: { text: marketTexts.offer.useOnly, act: () => { onGo({ as: "listing", passes: "TRANSFER_OF_USE" }); } },
        CAPACITY_NOT_FIRM: { text: marketTexts.offer.asListing, act: () => { onGo({ as: "listing" }); } },
      }}
      onConfirm={() => { if (variables !== undefined) onOffer(variables(key)); }}
    />
  );
}
