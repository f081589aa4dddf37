/** A booking that was sent and not answered: to send it again books it once, whatever arrived. */
import { unitName, whole } from "../../../../format/amounts";
import { Button } from "../../../../parts/button/Button";
import { VerdictBlock } from "../../../../parts/verdict/VerdictBlock";
import { texts } from "../../../../texts/en";
import type { Shown } from "../../shown";
import type { CapacityRequest } from "../draft";
import css from "./Verdict.module.css";

interface Props {
  readonly request: CapacityRequest;
  readonly shown: Shown;
  readonly isSending: boolean;
  readonly onBook: () => void;
}

export function UnknownBlock({ request, shown: { network }, isSending, onBook }: Props) {
  const quantity = `${whole(request.quantity)} ${unitName(network.unit)}`;
  return (
    <>
      <div role="alert"><VerdictBlock tone="warn" tag={texts.verdict.failed}>{texts.booking.unknown}</VerdictBlock></div>
      <div className={css.confirm}>
        <Button isPrimary autoFocus shortcut="Enter" data-confirm aria-disabled={isSending} onClick={() => { if (!isSending) onBook(); }}>
          {isSending ? texts.booking.busy : texts.booking.book(quantity)}
        </Button>
        <p className={css.note}>{texts.booking.binds}</p>
      </div>
    </>
  );
}
