/** One's own bids and orders that bind now. */
import { useNow } from "../../../api/useNow";
import { price, unitName, whole } from "../../../format/amounts";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { routesOf } from "../describe";
import { RowLink } from "../lists/RowLink";
import lists from "../lists/Lists.module.css";
import type { OwnBid, OwnOrder } from "../queries";
import type { Shown } from "../shown";
import css from "./Tape.module.css";

interface Props {
  readonly bids: readonly OwnBid[];
  /** Those that were not accepted; one binds until its time is over, or its call. */
  readonly orders: readonly OwnOrder[];
  readonly shown: Shown;
}

export function OwnOpen({ bids, orders, shown }: Props) {
  const { network, address } = shown;
  const now = useNow();
  const binding = orders.filter(({ acceptBy, call }) => call?.state === "OPEN" && new Date(acceptBy) > now);
  const count = bids.length + binding.length;
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
