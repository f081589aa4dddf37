/** Orders on a call: all of them, without names, for its initiator, who may accept one; else one's own. */
import { useState } from "react";
import type { ResultOf } from "../../../api/graphql";
import { newKey } from "../../../api/idempotency";
import { useNow } from "../../../api/useNow";
import { price, priceUnit, unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { TwoStepButton } from "../act/TwoStepButton";
import { Closes } from "../Closes";
import { inUnits } from "../describe";
import css from "../Panel.module.css";
import type { Call } from "../queries";
import type { Shown } from "../shown";
import type { Order } from "./queries";
import { AcceptOrderDocument } from "./queries";

interface Props {
  readonly call: Call;
  readonly orders: readonly Order[];
  readonly shown: Shown;
  readonly isOwn: boolean;
}

export function OrderTable({ call, orders, shown, isOwn }: Props) {
  const { network } = shown;
  const now = useNow();
  if (orders.length === 0) return <p className={css.note}>{isOwn ? marketTexts.order.noneYet : marketTexts.order.none}</p>;
  const isLapsed = ({ state, acceptBy }: Order): boolean => state === "OPEN" && (call.state !== "OPEN" || new Date(acceptBy) <= now);
  return (
    <div className={css.scroll} role="region" aria-label={marketTexts.order.title} tabIndex={0}>
      <table className={css.table}>
        <caption>{isOwn ? marketTexts.order.all : marketTexts.order.own}</caption>
        <thead>
          <tr>
            <th scope="col" className={css.number}>{unitName(network.unit)}</th>
            <th scope="col" className={css.number}>{priceUnit(call.currency, network.unit)}</th>
            <th scope="col">{texts.portfolio.days}</th>
            <th scope="col">{marketTexts.order.bindsFor}</th>
            <th scope="col">{marketTexts.state}</th>
          </tr>
        </thead>
        {orders.map((order) => (
          <tbody key={order.id}>
            <tr>
              <td className={css.number}>{whole(order.quantity)}</td>
              <td className={css.number}>{price(order.pricePerUnitDay)}</td>
              <td>{fullDays(order.period)}</td>
              <td>{order.state === "OPEN" && call.state === "OPEN" ? <Closes at={order.acceptBy} clock={network.clock} /> : null}</td>
              <td>{isLapsed(order) ? marketTexts.order.lapsed : marketTexts.order.states[order.state]} {order.state === "ACCEPTED" ? order.party?.name : null}</td>
            </tr>
            {isOwn && order.state === "OPEN" && !isLapsed(order) ? (
              <tr><td className={css.why} colSpan={5}><Accept order={order} call={call} shown={shown} /></td></tr>
            ) : null}
          </tbody>
        ))}
      </table>
    </div>
  );
}

const ACCEPT = { document: AcceptOrderDocument, answerOf: (data: ResultOf<typeof AcceptOrderDocument>) => data.acceptOrder };

function Accept({ order, call, shown: { network, onSay } }: { readonly order: Order } & Pick<Props, "call" | "shown">) {
  const [key] = useState(newKey);
  const quantity = inUnits(order.quantity, network.unit);
  const at = `${price(order.pricePerUnitDay)} ${priceUnit(call.currency, network.unit)}`;
  return (
    <TwoStepButton
      text={marketTexts.order.accept(quantity)}
      question={marketTexts.order.acceptQuestion[call.side](quantity, at, fullDays(order.period))}
      command={ACCEPT}
      variables={{ input: { orderId: order.id, idempotencyKey: key } }}
      onDone={() => { onSay(marketTexts.order.accepted); }}
    />
  );
}
