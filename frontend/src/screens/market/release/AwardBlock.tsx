/** How a release was decided: who won what and why each bid got what it got, with the record that decides it again. */
import { price, priceUnit, unitName, whole } from "../../../format/amounts";
import { fullDay } from "../../../format/days";
import { isNothing } from "../../../format/drawing";
import { fullTime } from "../../../format/instants";
import { useAnnouncement } from "../../../parts/announcer/announce";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { ContractLink } from "../ContractLink";
import { methodOf } from "../describe";
import css from "../Panel.module.css";
import type { Shown } from "../shown";
import type { Award, Bid, ReleaseDetails } from "./queries";
import { valueOf } from "./value";

interface Props {
  readonly award: Award;
  readonly release: ReleaseDetails;
  readonly bids: readonly Bid[];
  readonly shown: Shown;
}

export function AwardBlock({ award, release, bids, shown: { network, caller } }: Props) {
  const bidders = new Map(bids.map(({ id, bidder }) => [id, bidder]));
  const won = new Map(award.awards.map((one) => [one.bidId, one]));
  const nameOf = (id: string): string => {
    const bidder = won.get(id)?.replacement ?? bidders.get(id);
    if (bidder === undefined) return marketTexts.award.anonymous;
    return bidder.id === caller.party ? marketTexts.you : bidder.name;
  };
  useAnnouncement(() => award.bids.map(({ bidId, reason }) => `${nameOf(bidId)} ${marketTexts.reasons[reason]}.`).join(" "));
  return (
    <section aria-label={marketTexts.award.title}>
      <div className={css.scroll} role="region" aria-label={marketTexts.award.bids} tabIndex={0}>
        <table className={css.table}>
          <caption>{marketTexts.award.decided(fullTime(new Date(award.dueAt), network.clock), methodOf(release), fullDay(award.firstDay))}</caption>
          <thead>
            <tr>
              <th scope="col">{marketTexts.bid.bidder}</th>
              <th scope="col" className={css.number}>{marketTexts.award.wanted(unitName(network.unit))}</th>
              <th scope="col" className={css.number}>{priceUnit(release.currency, network.unit)}</th>
              <th scope="col" className={css.number}>{marketTexts.award.awarded}</th>
              <th scope="col" className={css.number}>{marketTexts.value[release.method]}</th>
              <th scope="col">{texts.portfolio.contract}</th>
            </tr>
          </thead>
          {award.bids.map((bid) => {
            const contract = won.get(bid.bidId)?.contract;
            return (
              <tbody key={bid.bidId}>
                <tr data-own={bidders.get(bid.bidId)?.id === caller.party ? "" : undefined}>
                  <th scope="row">{nameOf(bid.bidId)} <Tag tone={isNothing(bid.awarded) ? "plain" : "yes"}>{marketTexts.reasons[bid.reason]}</Tag></th>
                  <td className={css.number}>{whole(bid.quantity)}</td>
                  <td className={css.number}>{price(bid.rate)}</td>
                  <td className={css.number}><b>{whole(bid.awarded)}</b></td>
                  <td className={css.number}>{valueOf(bid.value, release)}</td>
                  <td>{contract == null ? "" : <ContractLink network={network.code} code={contract.code} />}</td>
                </tr>
                <tr><td className={css.why} colSpan={6}>{bid.text}</td></tr>
              </tbody>
            );
          })}
        </table>
      </div>
      {award.bids.length === 0 ? <p className={css.note}>{marketTexts.award.noBids}</p> : null}
      <details className={css.record}>
        <summary>{marketTexts.award.record(award.algorithm)}</summary>
        <p>{marketTexts.award.recordWhy}</p>
        <p>{marketTexts.award.hash} <code>{award.hash}</code></p>
        <pre tabIndex={0} aria-label={marketTexts.award.recordLabel}>{award.record}</pre>
      </details>
    </section>
  );
}
