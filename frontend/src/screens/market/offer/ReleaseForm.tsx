import type { ResultOf } from "../../../api/graphql";
import { readDayCount } from "../../../format/days";
import { texts } from "../../../texts/en";
import { METHODS, TIES } from "../address";
import { inUnits } from "../describe";
import { Form } from "../fields/Form";
import { SelectField } from "../fields/SelectField";
import { PercentField, QuantityField, TypedField } from "../fields/TypedField";
import { UntilField } from "../fields/UntilField";
import { bidsUntil, releaseInput } from "./draft";
import { Offering } from "./Offering";
import type { Given } from "./PartFields";
import { PartFields } from "./PartFields";
import { OfferReleaseDocument } from "./queries";

const OFFER = { document: OfferReleaseDocument, answerOf: (data: ResultOf<typeof OfferReleaseDocument>) => data.offerRelease };

/** A part of a contract for release: others bid, the best bids are awarded. */
export function ReleaseForm(given: Given) {
  const { contract, quantity, days, at, shown } = given;
  const { address, network, onChoose, onGo, onSay } = shown;
  const input = releaseInput(address, { contractId: contract.id, quantity, days }, at);
  return (
    <>
      <Form label={texts.market.offer.kinds.release}>
        <PartFields {...given} price={texts.market.release.minimumRate} />
        <UntilField label={texts.market.release.closesAt} clock={at.clock} value={bidsUntil(address, days, at)} onChange={(until) => { onGo({ until }, true); }} />
        <Evaluation {...shown} />
        <QuantityField name="least" label={texts.market.least} unit={network.unit} value={address.least} placeholder={texts.market.offer.any} onChange={(least) => { onGo({ least }, true); }} />
        <TypedField
          name="term" label={texts.market.release.term} value={address.term} placeholder={texts.market.offer.any}
          read={readDayCount} write={String} fault={texts.market.fields.daysWrong}
          onChange={(term) => { onGo({ term }, true); }}
        />
        <TypedField
          name="bidder" label={texts.market.offer.bidder} value={address.bidder} placeholder={texts.market.offer.everyone}
          read={(text) => text.trim() || undefined} write={(code) => code} fault=""
          onChange={(bidder) => { onGo({ bidder }, true); }}
        />
      </Form>
      <Offering
        key={JSON.stringify(input)}
        command={OFFER}
        shown={shown}
        variables={input && ((idempotencyKey) => ({ input: { ...input, idempotencyKey } }))}
        text={quantity === undefined ? texts.market.offer.release : texts.market.offer.releaseQuantity(inUnits(quantity, network.unit))}
        note={input === undefined ? texts.market.offer.missingQuantity : texts.market.offer.releaseNote}
        onDone={({ release: { id } }) => {
          onChoose({ release: id });
          onSay(texts.market.offer.released);
        }}
      />
    </>
  );
}

/** How bids are valued, and which of equal ones wins. */
function Evaluation({ address, onGo }: Given["shown"]) {
  const method = address.method ?? "HIGHEST_RATE";
  return (
    <>
      <SelectField
        name="method" label={texts.market.release.method} value={method}
        options={METHODS.map((value) => ({ value, text: texts.market.value[value] }))}
        onChange={(next) => { onGo({ method: next }, true); }}
      />
      {method === "PRESENT_VALUE" ? (
        <PercentField name="discount" label={texts.market.offer.discount} value={address.discount} placeholder="0" onChange={(discount) => { onGo({ discount }, true); }} />
      ) : null}
      <SelectField
        name="ties" label={texts.market.release.ties} value={address.ties ?? "PRO_RATA"}
        options={TIES.map((value) => ({ value, text: texts.market.ties[value] }))}
        onChange={(ties) => { onGo({ ties }, true); }}
      />
    </>
  );
}
