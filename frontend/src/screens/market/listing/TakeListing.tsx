/** Taking a listing or a part of it, on the price that is shown: if price or days have changed, nothing is taken. */
import { useState } from "react";
import { useClient, useQuery } from "urql";
import type { ResultOf } from "../../../api/graphql";
import { newKey } from "../../../api/idempotency";
import { useSettled } from "../../../api/useSettled";
import type { Quantity } from "../../../format/amounts";
import { whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { isNothing } from "../../../format/drawing";
import { Spoken } from "../../../parts/announcer/Spoken";
import { VerdictBlock } from "../../../parts/verdict/VerdictBlock";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { Confirm } from "../act/Confirm";
import type { Problem } from "../act/problem";
import type { Steps } from "../act/Refusal";
import { useAct } from "../act/useAct";
import { ContractLink } from "../ContractLink";
import { inUnits, routeFilter } from "../describe";
import { Form } from "../fields/Form";
import { QuantityField } from "../fields/TypedField";
import css from "../Panel.module.css";
import type { Listing } from "../queries";
import type { Shown } from "../shown";
import { Price } from "./Price";
import type { ListingQuote } from "./queries";
import { ListingQuoteDocument, TakeListingDocument } from "./queries";

interface Props {
  readonly listing: Listing;
  readonly shown: Shown;
}

export function TakeListing({ listing, shown }: Props) {
  const { address: { quantity }, caller, network, onGo } = shown;
  if (!caller.mayTrade) return <p className={css.note}>{marketTexts.noTrade}</p>;
  return (
    <>
      {listing.state === "OPEN" ? (
        <Form label={marketTexts.listing.take}>
          <QuantityField
            name="quantity"
            label={marketTexts.quantity}
            unit={network.unit}
            value={quantity ?? listing.remaining}
            onChange={(next) => { onGo({ quantity: next }, true); }}
          />
        </Form>
      ) : null}
      <Taking key={quantity === undefined ? "" : whole(quantity)} {...{ listing, shown }} quantity={quantity ?? listing.remaining} />
    </>
  );
}

const TAKE = { document: TakeListingDocument, answerOf: (data: ResultOf<typeof TakeListingDocument>) => data.takeListing };

function Taking({ listing, quantity, shown }: Props & { readonly quantity: Quantity }) {
  const { network, onGo, onChoose, onSay } = shown;
  const client = useClient();
  const [key] = useState(newKey);
  const [act, onTake, unanswered] = useAct(TAKE, () => { onSay(marketTexts.listing.taken); });
  const settled = useSettled(quantity);
  const [{ data, error, fetching }] = useQuery({
    query: ListingQuoteDocument,
    variables: { listing: listing.id, quantity: settled },
    pause: listing.state !== "OPEN" || isNothing(settled),
  });
  if (act.state === "done") {
    const { trade } = act.done;
    return (
      <VerdictBlock tone="yes" tag={marketTexts.listing.taken}>
        {marketTexts.listing.takenWhat(inUnits(trade.quantity, network.unit), fullDays(trade.period), trade.seller.name)}{" "}
        {trade.childContract === null ? null : <ContractLink network={network.code} code={trade.childContract.code} />}
      </VerdictBlock>
    );
  }
  if (listing.state !== "OPEN" && unanswered === undefined) return <Spoken className={css.note}>{marketTexts.listing.states[listing.state]}</Spoken>;

  const quote = data?.listingQuote;
  const isCurrent = quote !== undefined && !fetching && settled === quantity;
  const stopped = async (): Promise<Problem | undefined> => {
    const asked = await client.query(ListingQuoteDocument, { listing: listing.id, quantity }, { requestPolicy: "network-only" });
    const now = asked.data?.listingQuote;
    if (now === undefined) return { code: "UNANSWERED", message: texts.booking.unreachable };
    return isSame(now, quote) ? undefined : { code: "CHANGED", message: marketTexts.listing.changed };
  };
  const steps: Steps = {
    NOT_ON_OFFER: { text: marketTexts.listing.takeRest(inUnits(listing.remaining, network.unit)), act: () => { onGo({ quantity: undefined }); } },
    NOT_OPEN: { text: marketTexts.elsewhere, act: () => { onChoose(routeFilter(listing.capacity)); } },
  };
  return (
    <>
      {unanswered === undefined ? <Price kind={listing.kind} quote={quote} error={error} isCurrent={isCurrent} steps={steps} /> : null}
      <Confirm
        act={act}
        text={marketTexts.listing.takeQuantity(inUnits(unanswered?.input.quantity ?? quantity, network.unit))}
        note={marketTexts.listing.takeBinds}
        isReady={unanswered !== undefined || (isCurrent && quote.refusals.length === 0)}
        steps={steps}
        onConfirm={() => { onTake({ input: { listingId: listing.id, quantity, idempotencyKey: key } }, stopped); }}
      />
    </>
  );
}

/** Whether one would get and owe the same. */
const isSame = (now: ListingQuote, shown: ListingQuote | undefined): boolean =>
  now.price?.amount.amount === shown?.price?.amount.amount &&
  now.duties?.amount.amount === shown?.duties?.amount.amount &&
  now.period.start === shown?.period.start &&
  now.period.end === shown.period.end &&
  now.refusals.length === 0;
