/** Bids on a release that one may see, while they are sealed: one's own, or all for the operator. */
import type { ResultOf } from "../../../api/graphql";
import { useNow } from "../../../api/useNow";
import { price, priceUnit, unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { TwoStepButton } from "../act/TwoStepButton";
import { inUnits } from "../describe";
import css from "../Panel.module.css";
import type { Shown } from "../shown";
import type { Bid, ReleaseDetails } from "./queries";
import { WithdrawBidDocument } from "./queries";
import { rateOf, valueOf } from "./value";

interface Props {
  readonly release: ReleaseDetails;
  readonly bids: readonly Bid[];
  readonly shown: Shown;
}

const WITHDRAW = { document: WithdrawBidDocument, answerOf: (data: ResultOf<typeof WithdrawBidDocument>) => data.withdrawBid };

export function BidTable({ release, bids, shown }: Props) {
  const { network, caller, onSay } = shown;
  const now = useNow();
  const open = bids.find(({ state, bidder }) => state === "OPEN" && bidder.id === caller.party);
  if (bids.length === 0) return <p className={css.note}>{marketTexts.bid.none}</p>;
  return (
    <>
      <div className={css.scroll} role="region" aria-label={marketTexts.bid.title} tabIndex={0}>
        <table className={css.table}>
          <caption>{marketTexts.bid.sealed}</caption>
          <thead>
            <tr>
              <th scope="col">{marketTexts.bid.bidder}</th>
              <th scope="col" className={css.number}>{unitName(network.unit)}</th>
              <th scope="col" className={css.number}>{priceUnit(release.currency, network.unit)}</th>
              <th scope="col" className={css.number}>{marketTexts.value[release.method]}</th>
              <th scope="col">{texts.portfolio.days}</th>
              <th scope="col">{marketTexts.state}</th>
            </tr>
          </thead>
          <tbody>
            {bids.map((bid) => (
              <tr key={bid.id} data-own={bid.id === open?.id ? "" : undefined}>
                <th scope="row">{bid.bidder.id === caller.party ? marketTexts.you : bid.bidder.name}</th>
                <td className={css.number}>{whole(bid.quantity)}</td>
                <td className={css.number}>{price(bid.rate)}</td>
                <td className={css.number}>{valueOf(bid.value, release)}</td>
                <td>{fullDays(bid.period)}</td>
                <td><Tag tone={bid.state === "OPEN" ? "yes" : "plain"}>{marketTexts.bid.states[bid.state]}</Tag></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {open === undefined || new Date(release.bidsCloseAt) <= now ? null : (
        <div className={css.actions}>
          <TwoStepButton
            key={open.id}
            text={marketTexts.bid.withdraw}
            question={marketTexts.bid.withdrawQuestion(inUnits(open.quantity, network.unit), rateOf(open.rate, release.currency, network.unit))}
            command={WITHDRAW}
            variables={{ input: { bidId: open.id } }}
            onDone={() => { onSay(marketTexts.bid.withdrawn); }}
          />
        </div>
      )}
    </>
  );
}
