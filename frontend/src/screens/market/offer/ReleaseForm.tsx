import type { ResultOf } from "../../../api/graphql";
import { readDayCount } from "../../../format/days";
import { marketTexts } from "../../../texts/market";
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
      <Form label={marketTexts.offer.kinds.release}>
        <PartFields {...given} price={marketTexts.release.minimumRate} />
        <UntilField label={marketTexts.release.closesAt} clock={at.clock} value={bidsUntil(address, days, at)} onChange={(until) => { onGo({ until }, true); }} />
        <Evaluation {...shown} />
        <QuantityField name="least" label={marketTexts.least} unit={network.unit} value={address.least} placeholder={marketTexts.offer.any} onChange={(least) => { onGo({ least }, true); }} />
        <TypedField
          name="term" label={marketTexts.release.term} value={address.term} placeholder={marketTexts.offer.any}
          read={readDayCount} write={String} fault={marketTexts.fields.daysWrong}
          onChange={(term) => { onGo({ term }, true); }}
        />
        <TypedField
          name="bidder" label={marketTexts.offer.bidder} value={address.bidder} placeholder={marketTexts.offer.everyone}
          read={(text) => text.trim() || undefined} write={(code) => code} fault=""
          onChange={(bidder) => { onGo({ bidder }, true); }}
        />
      </Form>
      <Offering
        key={JSON.stringify(input)}
        command={OFFER}
        shown={shown}
        variables={input && ((idempotencyKey) => ({ input: { ...input, idempotencyKey } }))}
        text={quantity === undefined ? marketTexts.offer.release : marketTexts.offer.releaseQuantity(inUnits(quantity, network.unit))}
        note={input === undefined ? marketTexts.offer.missingQuantity : marketTexts.offer.releaseNote}
        onDone={({ release: { id } }) => {
          onChoose({ release: id });
          onSay(marketTexts.offer.released);
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
        name="method" label={marketTexts.release.method} value={method}
        options={METHODS.map((value) => ({ value, text: marketTexts.value[value] }))}
        onChange={(next) => { onGo({ method: next }, true); }}
      />
      {method === "PRESENT_VALUE" ? (
        <PercentField name="discount" label={marketTexts.offer.discount} value={address.discount} placeholder="0" onChange={(discount) => { onGo({ discount }, true); }} />
      ) : null}
      <SelectField
        name="ties" label={marketTexts.release.ties} value={address.ties ?? "PRO_RATA"}
        options={TIES.map((value) => ({ value, text: marketTexts.ties[value] }))}
        onChange={(ties) => { onGo({ ties }, true); }}
      />
    </>
  );
}
