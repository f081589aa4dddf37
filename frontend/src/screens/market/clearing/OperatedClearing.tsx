/** What its operator can do with an open clearing: award it once bids have closed, or call it off. */
import type { ResultOf } from "../../../api/graphql";
import { session } from "../../../api/session";
import { useStore } from "../../../api/store";
import { useNow } from "../../../api/useNow";
import { clearingTexts } from "../../../texts/clearing";
import { TwoStepButton } from "../act/TwoStepButton";
import css from "../Panel.module.css";
import type { Clearing } from "../queries";
import type { Shown } from "../shown";
import { AwardClearingDocument, WithdrawClearingDocument } from "./queries";

interface Props {
  readonly clearing: Clearing;
  readonly shown: Shown;
}

const AWARD = { document: AwardClearingDocument, answerOf: (data: ResultOf<typeof AwardClearingDocument>) => data.awardClearing };
const CALL_OFF = { document: WithdrawClearingDocument, answerOf: (data: ResultOf<typeof WithdrawClearingDocument>) => data.withdrawClearing };

export function OperatedClearing({ clearing, shown: { caller, onSay } }: Props) {
  const now = useNow();
  const mayOperate = useStore(session)?.viewer.scopes.includes("OPERATE") === true;
  if (!mayOperate || caller.party !== clearing.network.operator.id || clearing.state !== "OPEN") return null;
  const variables = { input: { clearingId: clearing.id } };
  return (
    <div className={css.actions}>
      {new Date(clearing.closesAt) > now ? null : (
        <TwoStepButton text={clearingTexts.operator.award} question={clearingTexts.operator.awardQuestion} command={AWARD} variables={variables} onDone={() => { onSay(clearingTexts.operator.awarded); }} />
      )}
      <TwoStepButton text={clearingTexts.operator.callOff} question={clearingTexts.operator.callOffQuestion} command={CALL_OFF} variables={variables} onDone={() => { onSay(clearingTexts.operator.calledOff); }} />
    </div>
  );
}
