/** What passed between shippers, for everyone and without names. */
import { useNow } from "../../../api/useNow";
import { price, priceUnit, unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { fullTime, tapeTime } from "../../../format/instants";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { routesOf } from "../describe";
import type { MarketNetwork, TapeTrade } from "../queries";
import css from "./Tape.module.css";

interface Props {
  readonly trades: readonly TapeTrade[];
  readonly network: MarketNetwork;
}

const REFRESH_S = 60;

export function Tape({ trades, network }: Props) {
  const now = useNow(REFRESH_S);
  return (
    <section className={css.tape} aria-label={marketTexts.tape.title} tabIndex={0}>
      <PanelHead title={marketTexts.tape.title} note={marketTexts.tape.note} />
      {trades.length === 0 ? <p className={css.none}>{marketTexts.tape.empty}</p> : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{marketTexts.tape.time}</th>
              <th scope="col" className={css.number}>{priceUnit(network.currency, network.unit)}</th>
              <th scope="col" className={css.number}>{unitName(network.unit)}</th>
              <th scope="col">{texts.portfolio.route}</th>
            </tr>
          </thead>
          <tbody>
            {trades.map((trade) => (
              <tr key={trade.id}>
                <td className={css.muted}><time dateTime={trade.concludedAt} title={fullTime(new Date(trade.concludedAt), network.clock)}>{tapeTime(new Date(trade.concludedAt), now, network.clock)}</time></td>
                <td className={css.number}><b>{price(trade.pricePerUnitDay)}</b></td>
                <td className={css.number}>{whole(trade.quantity)}</td>
                <td>
                  {routesOf(trade.routes)}
                  <small>{fullDays(trade.period)}, {marketTexts.tape.procedures[trade.procedure]}</small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
