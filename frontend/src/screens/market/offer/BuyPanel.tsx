/** A call to buy that is being written, on the route of the filter: the lists show what is offered there already. */
import { useState } from "react";
import { platformNow } from "../../../api/clock";
import type { ResultOf } from "../../../api/graphql";
import { addMonths, gasDayAt, monthOf } from "../../../format/days";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Button } from "../../../parts/button/Button";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
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
  const [now] = useState(platformNow);
  const at = { now, clock: network.clock };
  const month = addMonths(monthOf(gasDayAt(now, network.clock)), 1);
  const days = draftDays(address, { start: month, end: addMonths(month, 1) });
  const input = buyInput(network.code, address, days, at);
  if (!caller.mayTrade) return <p className={css.note}>{marketTexts.noTrade}</p>;
  return (
    <section className={css.panel} aria-label={marketTexts.offer.buyTitle} data-panel>
      <PanelHead title={marketTexts.offer.buyTitle}><Button shortcut="Esc" onClick={() => { onChoose({}); }}>{marketTexts.leave}</Button></PanelHead>
      <p className={css.note}>{marketTexts.offer.buyWhat}</p>
      <Form label={marketTexts.offer.buyTitle}>
        <RouteField network={network.code} filter={address} onChange={(route) => { onGo(route, true); }} />
        <QuantityField name="quantity" label={marketTexts.quantity} unit={network.unit} value={address.quantity} placeholder={texts.request.quantityExample} onChange={(quantity) => { onGo({ quantity }, true); }} />
        <PriceField
          name="price" label={marketTexts.call.limit.BUY} unit={network.unit} currency={network.currency} value={address.price}
          placeholder={marketTexts.fields.priceExample}
          onChange={(price) => { onGo({ price }, true); }}
        />
        <DaysFields days={days} onChange={(next) => { onGo(next, true); }} />
        <PassesField {...shown} />
        <UntilField label={marketTexts.call.closesAt} clock={at.clock} value={ordersUntil(address, days, at)} onChange={(until) => { onGo({ until }, true); }} />
      </Form>
      <Offering
        key={JSON.stringify(input)}
        command={OPEN}
        shown={shown}
        variables={input && ((idempotencyKey) => ({ input: { ...input, idempotencyKey } }))}
        text={address.quantity === undefined ? marketTexts.offer.buy : marketTexts.offer.buyQuantity(inUnits(address.quantity, network.unit))}
        note={input === undefined ? marketTexts.offer.missingRoute : marketTexts.offer.buyNote}
        onDone={({ call: { id } }) => {
          onChoose({ call: id });
          onSay(marketTexts.offer.called);
        }}
      />
    </section>
  );
}
