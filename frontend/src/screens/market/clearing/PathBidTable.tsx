/** Bids and offers in a clearing that one may see, one's own with a way to withdraw them, and what each was awarded. */
import type { ResultOf } from "../../../api/graphql";
import { money, price, priceUnit, unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { drawnMoney, isNothing } from "../../../format/drawing";
import { Tag } from "../../../parts/tag/Tag";
import { clearingTexts } from "../../../texts/clearing";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { routeName } from "../../portfolio/routeName";
import { TwoStepButton } from "../act/TwoStepButton";
import { ContractLink } from "../ContractLink";
import { inUnits } from "../describe";
import css from "../Panel.module.css";
import type { Clearing } from "../queries";
import type { Shown } from "../shown";
import type { PathBid } from "./queries";
import { WithdrawClearingBidDocument } from "./queries";

interface Props {
  readonly clearing: Clearing;
  readonly bids: readonly PathBid[];
  readonly shown: Shown;
  /** Whether bids are placed and withdrawn still. */
  readonly takesBids: boolean;
}

const WITHDRAW = { document: WithdrawClearingBidDocument, answerOf: (data: ResultOf<typeof WithdrawClearingBidDocument>) => data.withdrawClearingBid };
const COLUMNS = 7;

export function PathBidTable({ clearing, bids, shown, takesBids }: Props) {
  const { network, caller, onSay } = shown;
  if (bids.length === 0) return <p className={css.note}>{clearingTexts.bids.none}</p>;
  return (
    <div className={css.scroll} role="region" aria-label={clearingTexts.bids.title} tabIndex={0}>
      <table className={css.table}>
        <caption>{clearingTexts.bids.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{clearingTexts.bids.party}</th>
            <th scope="col">{texts.portfolio.route}</th>
            <th scope="col" className={css.number}>{unitName(network.unit)}</th>
            <th scope="col" className={css.number}>{priceUnit(clearing.currency, network.unit)}</th>
            <th scope="col" className={css.number}>{clearingTexts.bids.least}</th>
            <th scope="col">{texts.portfolio.days}</th>
            <th scope="col">{marketTexts.state}</th>
          </tr>
        </thead>
        {bids.map((bid) => {
          const isOwn = bid.party.id === caller.party;
          return (
            <tbody key={bid.id}>
              <tr data-own={isOwn && bid.state !== "WITHDRAWN" ? "" : undefined}>
                <th scope="row">{isOwn ? marketTexts.you : bid.party.name} {clearingTexts.bids.sides[bid.side]}</th>
                <td>{routeName(bid.route)}</td>
                <td className={css.number}>{whole(bid.quantity)}</td>
                <td className={css.number}>{price(bid.price)}</td>
                <td className={css.number}>{whole(bid.minimum)}</td>
                <td>{fullDays(bid.period)}</td>
                <td><Tag tone={bid.state === "OPEN" || bid.state === "AWARDED" ? "yes" : "plain"}>{clearingTexts.bids.states[bid.state]}</Tag></td>
              </tr>
              {bid.award === null ? null : <tr><td className={css.why} colSpan={COLUMNS}><Awarded award={bid.award} clearing={clearing} shown={shown} /></td></tr>}
              {takesBids && isOwn && bid.state === "OPEN" ? (
                <tr>
                  <td className={css.why} colSpan={COLUMNS}>
                    <TwoStepButton
                      text={clearingTexts.bids.withdraw}
                      question={clearingTexts.bids.withdrawQuestion(inUnits(bid.quantity, network.unit), routeName(bid.route))}
                      command={WITHDRAW}
                      variables={{ input: { bidId: bid.id } }}
                      onDone={() => { onSay(clearingTexts.bids.withdrawn); }}
                    />
                  </td>
                </tr>
              ) : null}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}

interface AwardedProps extends Pick<Props, "clearing" | "shown"> {
  readonly award: NonNullable<PathBid["award"]>;
}

function Awarded({ award, clearing, shown: { network } }: AwardedProps) {
  const per = priceUnit(clearing.currency, network.unit);
  return (
    <>
      {isNothing(award.awarded) ? null : <b>{clearingTexts.award.own(inUnits(award.awarded, network.unit), `${price(award.rate)} ${per}`, money(award.payment))}</b>}{" "}
      {award.text} {clearingTexts.award.price(`${price(award.price)} ${per}`)}{" "}
      {drawnMoney(award.uplift.amount) === 0 ? null : clearingTexts.award.uplifted(money(award.uplift))}{" "}
      {award.more === null || award.moreAt === null ? null : clearingTexts.award.more(inUnits(award.more, network.unit), `${price(award.moreAt)} ${per}`)}{" "}
      {award.contract === null ? null : <ContractLink network={network.code} code={award.contract.code} />}
    </>
  );
}
