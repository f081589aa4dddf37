/** An order on a call: it binds until the initiator accepts it or its time is over. */
import { useState } from "react";
import { platformNow } from "../../../api/clock";
import type { ResultOf } from "../../../api/graphql";
import { newKey } from "../../../api/idempotency";
import { price, priceUnit, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { fullTime, localText } from "../../../format/instants";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { marketTexts } from "../../../texts/market";
import { Confirm } from "../act/Confirm";
import { holdsStep } from "../act/steps";
import { useAct } from "../act/useAct";
import { inUnits, routeFilter } from "../describe";
import { DaysFields } from "../fields/DaysFields";
import { Form } from "../fields/Form";
import { SelectField } from "../fields/SelectField";
import { PriceField, QuantityField } from "../fields/TypedField";
import { UntilField } from "../fields/UntilField";
import css from "../Panel.module.css";
import type { Call, OwnContract } from "../queries";
import type { Shown } from "../shown";
import type { OrderDraft } from "./draft";
import { orderDraft, servingContracts } from "./draft";
import { PlaceOrderDocument } from "./queries";

interface Props {
  readonly call: Call;
  readonly shown: Shown;
}

export function OrderForm({ call, shown }: Props) {
  const { address, caller, contracts, network, onGo } = shown;
  // The time at which one began to write: what is left out would else change under one's hands.
  const [now] = useState(platformNow);
  const [placed, setPlaced] = useState(0);
  if (!caller.mayTrade) return <p className={css.note}>{marketTexts.noTrade}</p>;
  if (contracts === undefined) return <Skeleton rows={4} />;
  const serving = call.side === "BUY" ? servingContracts(call, contracts) : [];
  if (call.side === "BUY" && serving.length === 0) return <p className={css.note}>{marketTexts.order.noContract}</p>;
  const draft = orderDraft(address, call, serving, now, network.clock);
  return (
    <>
      <Form label={marketTexts.order.form[call.side]}>
        {call.side === "BUY" ? <ContractField {...{ serving, draft, onGo }} /> : null}
        <QuantityField
          name="quantity" label={marketTexts.quantity} unit={network.unit}
          value={address.quantity ?? call.remaining}
          onChange={(quantity) => { onGo({ quantity }, true); }}
        />
        <PriceField
          name="price" label={marketTexts.price} unit={network.unit} currency={call.currency}
          value={address.price ?? call.limitPrice}
          onChange={(next) => { onGo({ price: next }, true); }}
        />
        {draft === undefined ? null : (
          <>
            <DaysFields days={draft} within={call.capacity.period} onChange={(days) => { onGo(days, true); }} />
            <UntilField
              label={marketTexts.order.acceptBy} clock={network.clock}
              value={localText(new Date(draft.acceptBy), network.clock)}
              onChange={(until) => { onGo({ until }, true); }}
            />
          </>
        )}
      </Form>
      {draft === undefined ? null : <Ordering key={`${String(placed)} ${JSON.stringify(draft)}`} {...{ call, draft, shown }} onPlaced={() => { setPlaced(placed + 1); }} />}
    </>
  );
}

interface ContractProps {
  readonly serving: readonly OwnContract[];
  readonly draft: OrderDraft | undefined;
  readonly onGo: Shown["onGo"];
}

function ContractField({ serving, draft, onGo }: ContractProps) {
  return (
    <SelectField
      name="contract"
      label={marketTexts.order.from}
      value={draft?.contractId ?? ""}
      options={serving.map(({ id, code, quantity, period }) => ({ value: id, text: `${code}, ${whole(quantity)}, ${fullDays(period)}` }))}
      onChange={(contract) => { onGo({ contract }, true); }}
    />
  );
}

const PLACE = { document: PlaceOrderDocument, answerOf: (data: ResultOf<typeof PlaceOrderDocument>) => data.placeOrder };

interface OrderingProps extends Props {
  readonly draft: OrderDraft;
  /** The next order is another one, also where it says the same. */
  readonly onPlaced: () => void;
}

function Ordering({ call, draft, shown, onPlaced }: OrderingProps) {
  const { network, onGo, onChoose, onSay } = shown;
  const [key] = useState(newKey);
  const [act, onPlace] = useAct(PLACE, () => {
    onSay(marketTexts.order.placed);
    onPlaced();
    onGo({ quantity: undefined, price: undefined, from: undefined, to: undefined, until: undefined }, true);
  });
  const at = `${price(draft.pricePerUnitDay)} ${priceUnit(call.currency, network.unit)}`;
  const quantity = inUnits(draft.quantity, network.unit);
  return (
    <Confirm
      act={act}
      text={marketTexts.order.place[call.side](quantity, at)}
      note={marketTexts.order.binds(fullDays(draft), fullTime(new Date(draft.acceptBy), network.clock))}
      isReady
      steps={{
        ...holdsStep(act, onGo),
        NOT_OPEN: { text: marketTexts.elsewhere, act: () => { onChoose(routeFilter(call.capacity)); } },
      }}
      onConfirm={() => { onPlace({ input: { ...draft, callId: call.id, idempotencyKey: key } }); }}
    />
  );
}
