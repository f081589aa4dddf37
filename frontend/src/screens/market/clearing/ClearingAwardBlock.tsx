/** How a clearing was decided: the money of all parties together, and the prices of full edges. */
import { money, price, priceUnit } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { fullTime } from "../../../format/instants";
import { labelOf } from "../../../format/names";
import { clearingTexts } from "../../../texts/clearing";
import { texts } from "../../../texts/en";
import { Facts } from "../Facts";
import css from "../Panel.module.css";
import type { Clearing } from "../queries";
import type { Shown } from "../shown";
import { pricedEdges } from "./edges";
import type { ClearingAward } from "./queries";

interface Props {
  readonly award: ClearingAward;
  readonly clearing: Pick<Clearing, "currency">;
  readonly shown: Pick<Shown, "network">;
}

export function ClearingAwardBlock({ award, clearing, shown }: Props) {
  return (
    <section aria-label={clearingTexts.award.title}>
      <Facts
        facts={[
          [clearingTexts.award.decided, fullTime(new Date(award.awardedAt), shown.network.clock)],
          [clearingTexts.award.paid, money(award.paid)],
          [clearingTexts.award.received, money(award.received)],
          [clearingTexts.award.uplift, money(award.uplift)],
          [clearingTexts.award.operatorShare, money(award.operatorShare)],
          [clearingTexts.award.surplus, money(award.surplus)],
          [clearingTexts.award.gap, money(award.gap)],
          [clearingTexts.award.covers, clearingTexts.award.coversAll(award.coversAllRights)],
        ]}
      />
      <EdgePrices award={award} clearing={clearing} shown={shown} />
      <p className={css.record}>{clearingTexts.award.record(award.algorithm, award.solver)} <code>{award.hash}</code></p>
    </section>
  );
}

function EdgePrices({ award, clearing, shown: { network } }: Props) {
  const { priced, freeCount } = pricedEdges(award.edgePrices);
  return (
    <>
      {priced.length === 0 ? <p className={css.note}>{clearingTexts.edges.none}</p> : (
        <div className={css.scroll} role="region" aria-label={clearingTexts.edges.title} tabIndex={0}>
          <table className={css.table}>
            <caption>{clearingTexts.edges.title}</caption>
            <thead>
              <tr>
                <th scope="col">{clearingTexts.edges.edge}</th>
                <th scope="col">{clearingTexts.edges.towards}</th>
                <th scope="col" className={css.number}>{priceUnit(clearing.currency, network.unit)}</th>
                <th scope="col">{texts.portfolio.days}</th>
              </tr>
            </thead>
            <tbody>
              {priced.map(({ edge, tail, head, price: cost, periods }) => (
                <tr key={`${edge.id} ${tail.id} ${periods[0]?.start ?? ""}`}>
                  <th scope="row">{labelOf(edge)}</th>
                  <td>{texts.route.name(labelOf(tail), labelOf(head))}</td>
                  <td className={css.number}>{price(cost)}</td>
                  <td>{periods.map(fullDays).join(", ")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {freeCount === 0 ? null : <p className={css.note}>{clearingTexts.edges.free(freeCount)}</p>}
    </>
  );
}
