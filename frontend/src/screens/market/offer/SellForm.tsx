import type { ResultOf } from "../../../api/graphql";
import { marketTexts } from "../../../texts/market";
import { inUnits } from "../describe";
import { Form } from "../fields/Form";
import { UntilField } from "../fields/UntilField";
import { ordersUntil, sellInput } from "./draft";
import { Offering } from "./Offering";
import type { Given } from "./PartFields";
import { FirmField, PartFields, PassesField } from "./PartFields";
import { OpenCallToSellDocument } from "./queries";

const OPEN = { document: OpenCallToSellDocument, answerOf: (data: ResultOf<typeof OpenCallToSellDocument>) => data.openCallToSell };

/** A call for orders to buy a part of a contract. */
export function SellForm(given: Given) {
  const { contract, quantity, days, at, shown } = given;
  const { address, network, onChoose, onGo, onSay } = shown;
  const input = sellInput(address, { contractId: contract.id, quantity, days }, at);
  return (
    <>
      <Form label={marketTexts.offer.kinds.call}>
        <PartFields {...given} price={marketTexts.call.limit.SELL} />
        <PassesField {...shown} />
        <FirmField {...shown} />
        <UntilField label={marketTexts.call.closesAt} clock={at.clock} value={ordersUntil(address, days, at)} onChange={(until) => { onGo({ until }, true); }} />
      </Form>
      <Offering
        key={JSON.stringify(input)}
        command={OPEN}
        shown={shown}
        variables={input && ((idempotencyKey) => ({ input: { ...input, idempotencyKey } }))}
        text={quantity === undefined ? marketTexts.offer.call : marketTexts.offer.callQuantity(inUnits(quantity, network.unit))}
        note={input === undefined ? marketTexts.offer.missing : marketTexts.offer.callNote(address.indicative === undefined)}
        onDone={({ call: { id } }) => {
          onChoose({ call: id });
          onSay(marketTexts.offer.called);
        }}
      />
    </>
  );
}
