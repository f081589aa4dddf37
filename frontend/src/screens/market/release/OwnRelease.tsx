/** What its shipper can do with a release: withdraw it while no bid binds it, or close it once that is due. */
import { useState } from "react";
import { useQuery } from "urql";
import type { ResultOf } from "../../../api/graphql";
import { newKey } from "../../../api/idempotency";
import { useNow } from "../../../api/useNow";
import { Spoken } from "../../../parts/announcer/Spoken";
import { marketTexts } from "../../../texts/market";
import { TwoStepButton } from "../act/TwoStepButton";
import { routesOf } from "../describe";
import css from "../Panel.module.css";
import type { Shown } from "../shown";
import type { ReleaseDetails } from "./queries";
import { AwardReleaseDocument, ReleaseHoldsDocument, WithdrawReleaseDocument } from "./queries";

interface Props {
  readonly release: ReleaseDetails;
  readonly shown: Shown;
}

const WITHDRAW = { document: WithdrawReleaseDocument, answerOf: (data: ResultOf<typeof WithdrawReleaseDocument>) => data.withdrawRelease };
const AWARD = { document: AwardReleaseDocument, answerOf: (data: ResultOf<typeof AwardReleaseDocument>) => data.awardRelease };

export function OwnRelease({ release, shown: { onSay } }: Props) {
  const now = useNow();
  const [key] = useState(newKey);
  const contract = release.contract?.id;
  const [{ data }] = useQuery({ query: ReleaseHoldsDocument, variables: { contract: contract ?? "" }, pause: contract === undefined });
  if (release.state !== "OPEN") return null;
  const isBound = data?.contract.holds.some(({ heldFor }) => heldFor === release.id) === true;
  const isDue = new Date(release.bidsCloseAt) <= now || release.prearrangedBidder !== null;
  const name = routesOf(release.capacity.routes);
  return (
    <>
      <Spoken className={css.note}>{isBound ? marketTexts.release.bound : marketTexts.release.indicative}</Spoken>
      <div className={css.actions}>
        {isBound ? null : (
          <TwoStepButton
            text={marketTexts.release.withdraw}
            question={marketTexts.release.withdrawQuestion(name)}
            command={WITHDRAW}
            variables={{ input: { releaseId: release.id } }}
            onDone={() => { onSay(marketTexts.release.withdrawn); }}
          />
        )}
        {isDue ? (
          <TwoStepButton
            text={marketTexts.release.award}
            question={marketTexts.release.awardQuestion(name)}
            command={AWARD}
            variables={{ input: { releaseId: release.id, idempotencyKey: key } }}
            onDone={() => { onSay(marketTexts.release.closed); }}
          />
        ) : null}
      </div>
    </>
  );
}
