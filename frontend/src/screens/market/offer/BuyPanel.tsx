/** A call to buy that is being written, on the route of the filter: the lists show what is offered there already. */
import { useState } from "react";
import type { ResultOf } from "../../../api/graphql";
import { addMonths, gasDayAt, monthOf } from "../../../format/days";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Button } from "../../../parts/button/Button";
import { texts } from "../../../texts/en";
import { draftDays } from "../address";
import { inUnits } from "../describe";
import { DaysFields } from "../fields/DaysFields";
import { Form } from "../fields/Form";
import { PriceField, QuantityField } from "../fields/TypedField";
import { UntilField } from "../fields/UntilField";
import { RouteField } from "../lists/RouteField";
import css from "../Panel.module.css";
import type { Shown } from "../shown";
import { buyInput, ordersUntil } from "./draft";
import { Offering } from "./Offering";
import { PassesField } from "./PartFields";
import { OpenCallToBuyDocument } from "./queries";

const OPEN = { document: OpenCallToBuyDocument, answerOf: (data: ResultOf<typeof OpenCallToBuyDocument>) => data.openCallToBuy };

export function BuyPanel({ shown }: { readonly shown: Shown }) {
  const { address, caller, network, onChoose, onGo, onSay } = shown;
  const [now] = useState(() => new Date());
  const at = { now, clock: network.clock };
  const month = addMonths(monthOf(gasDayAt(now, network.clock)), 1);
  const days = draftDays(address, { start: month, end: addMonths(month, 1) });
  const input = buyInput(network.code, address, days, at);
  if (!caller.mayTrade) return <p className={css.note}>{texts.market.noTrade}</p>;
  return (
    <section className={css.panel} aria-label={texts.market.offer.buyTitle} data-panel>
      <PanelHead title={texts.market.offer.buyTitle}><Button shortcut="Esc" onClick={() => { onChoose({}); }}>{texts.market.leave}</Button></PanelHead>
      <p className={css.note}>{texts.market.offer.buyWhat}</p>
      <Form label={texts.market.offer.buyTitle}>
        <RouteField network={network.code} filter={address} onChange={(route) => { onGo(route, true); }} />
        <QuantityField name="quantity" label={texts.market.quantity} unit={network.unit} value={address.quantity} placeholder={texts.request.quantityExample} onChange={(quantity) => { onGo({ quantity }, true); }} />
        <PriceField
          name="price" label={texts.market.call.limit.BUY} unit={network.unit} currency={network.currency} value={address.price}
          placeholder={texts.market.fields.priceExample}
          onChange={(price) => { onGo({ price }, true); }}
        />
        <DaysFields days={days} onChange={(next) => { onGo(next, true); }} />
        <PassesField {...shown} />
        <UntilField label={texts.market.call.closesAt} clock={at.clock} value={ordersUntil(address, days, at)} onChange={(until) => { onGo({ until }, true); }} />
      </Form>
      <Offering
        key={JSON.stringify(input)}
        command={OPEN}
        shown={shown}
        variables={input && ((idempotencyKey) => ({ input: { ...input, idempotencyKey } }))}
        text={address.quantity === undefined ? texts.market.offer.buy : texts.market.offer.buyQuantity(inUnits(address.quantity, network.unit))}
        note={input === undefined ? texts.market.offer.missingRoute : texts.market.offer.buyNote}
        onDone={({ call: { id } }) => {
          onChoose({ call: id });
          onSay(texts.market.offer.called);
        }}
      />
    </section>
  );
}
