/** One's own bids and orders that bind now. */
import { useNow } from "../../../api/useNow";
import { price, unitName, whole } from "../../../format/amounts";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { clearingTexts } from "../../../texts/clearing";
import { marketTexts } from "../../../texts/market";
import { routeName } from "../../portfolio/routeName";
import { routesOf } from "../describe";
import { RowLink } from "../lists/RowLink";
import lists from "../lists/Lists.module.css";
import type { OwnBid, OwnClearingBid, OwnOrder } from "../queries";
import type { Shown } from "../shown";
import css from "./Tape.module.css";

interface Props {
  readonly bids: readonly OwnBid[];
  readonly clearingBids: readonly OwnClearingBid[];
  /** Those that were not accepted; one binds until its time is over, or its call. */
  readonly orders: readonly OwnOrder[];
  readonly shown: Shown;
}

export function OwnOpen({ bids, clearingBids, orders, shown }: Props) {
  const { network, address } = shown;
  const now = useNow();
  const binding = orders.filter(({ acceptBy, call }) => call?.state === "OPEN" && new Date(acceptBy) > now);
  const count = bids.length + clearingBids.length + binding.length;
  return (
    <section aria-label={marketTexts.own.title}>
      <PanelHead title={marketTexts.own.title} note={String(count)} />
      {count === 0 ? <p className={css.none}>{marketTexts.own.empty}</p> : (
        <table className={lists.table}>
          <thead>
            <tr>
              <th scope="col">{marketTexts.own.kind}</th>
              <th scope="col" className={lists.number}>{marketTexts.priceShort}</th>
              <th scope="col" className={lists.number}>{unitName(network.unit)}</th>
              <th scope="col">{texts.portfolio.route}</th>
            </tr>
          </thead>
          <tbody>
            {bids.map(({ id, rate, quantity, release }) => release === null ? null : (
              <tr key={id} data-chosen={release.id === address.release ? "" : undefined}>
                <td>{marketTexts.own.bid}</td>
                <td className={lists.number}>{price(rate)}</td>
                <td className={lists.number}>{whole(quantity)}</td>
                <td><RowLink chosen={{ release: release.id }} isChosen={release.id === address.release} shown={shown}>{routesOf(release.capacity.routes)}</RowLink></td>
              </tr>
            ))}
            {clearingBids.map(({ id, side, price: limit, quantity, route, clearing }) => clearing === null ? null : (
              <tr key={id} data-chosen={clearing.id === address.clearing ? "" : undefined}>
                <td>{clearingTexts.own[side]}</td>
                <td className={lists.number}>{price(limit)}</td>
                <td className={lists.number}>{whole(quantity)}</td>
                <td><RowLink chosen={{ clearing: clearing.id }} isChosen={clearing.id === address.clearing} shown={shown}>{routeName(route)}</RowLink></td>
              </tr>
            ))}
            {binding.map(({ id, pricePerUnitDay, quantity, call }) => call === null ? null : (
              <tr key={id} data-chosen={call.id === address.call ? "" : undefined}>
                <td>{marketTexts.own.order[call.side]}</td>
                <td className={lists.number}>{price(pricePerUnitDay)}</td>
                <td className={lists.number}>{whole(quantity)}</td>
                <td><RowLink chosen={{ call: call.id }} isChosen={call.id === address.call} shown={shown}>{routesOf(call.capacity.routes)}</RowLink></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
