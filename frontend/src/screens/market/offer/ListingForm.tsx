import type { ResultOf } from "../../../api/graphql";
import { marketTexts } from "../../../texts/market";
import { inUnits } from "../describe";
import { Form } from "../fields/Form";
import { QuantityField } from "../fields/TypedField";
import { listingInput } from "./draft";
import { Offering } from "./Offering";
import type { Given } from "./PartFields";
import { FirmField, PartFields, PassesField } from "./PartFields";
import { PostListingDocument } from "./queries";

const POST = { document: PostListingDocument, answerOf: (data: ResultOf<typeof PostListingDocument>) => data.postListing };

/** A part of a contract at a fixed price. */
export function ListingForm(given: Given) {
  const { contract, quantity, days, shown } = given;
  const { address, network, onChoose, onGo, onSay } = shown;
  const input = listingInput(address, { contractId: contract.id, quantity, days });
  return (
    <>
      <Form label={marketTexts.offer.kinds.listing}>
        <PartFields {...given} price={marketTexts.price} />
        <PassesField {...shown} />
        <FirmField {...shown} />
        <QuantityField name="least" label={marketTexts.least} unit={network.unit} value={address.least} placeholder={marketTexts.offer.any} onChange={(least) => { onGo({ least }, true); }} />
      </Form>
      <Offering
        key={JSON.stringify(input)}
        command={POST}
        shown={shown}
        variables={input && ((idempotencyKey) => ({ input: { ...input, idempotencyKey } }))}
        text={quantity === undefined ? marketTexts.offer.list : marketTexts.offer.listQuantity(inUnits(quantity, network.unit))}
        note={input === undefined ? marketTexts.offer.missing : marketTexts.offer.listNote(address.indicative === undefined)}
        onDone={({ listing: { id } }) => {
          onChoose({ listing: id });
          onSay(marketTexts.offer.listed);
        }}
      />
    </>
  );
}
