/** A bid on a release: what it would be worth by the release's method and what one would owe, then placing it. */
import { useMemo, useState } from "react";
import { useQuery } from "urql";
import type { ResultOf } from "../../../api/graphql";
import { newKey } from "../../../api/idempotency";
import { useNow } from "../../../api/useNow";
import { quantityOfDigits } from "../../../format/amounts";
import { Notice } from "../../../parts/notice/Notice";
import { marketTexts } from "../../../texts/market";
import { Confirm } from "../act/Confirm";
import type { Steps } from "../act/Refusal";
import { useAct } from "../act/useAct";
import { draftDays } from "../address";
import { inUnits, routeFilter } from "../describe";
import { DaysFields } from "../fields/DaysFields";
import { Form } from "../fields/Form";
import { PriceField, QuantityField } from "../fields/TypedField";
import css from "../Panel.module.css";
import type { Shown } from "../shown";
import type { BidDraft } from "./draft";
import { bidDraft } from "./draft";
import type { Bid, ReleaseDetails } from "./queries";
import { BidQuoteDocument, PlaceBidDocument } from "./queries";
import { rateOf } from "./value";
import { Worth } from "./Worth";

interface Props {
  readonly release: ReleaseDetails;
  readonly bids: readonly Bid[];
  readonly shown: Shown;
}

export function BidForm({ release, bids, shown }: Props) {
  const { address, caller, network, onGo } = shown;
  const now = useNow();
  if (!caller.mayTrade) return <p className={css.note}>{marketTexts.noTrade}</p>;
  if (new Date(release.bidsCloseAt) <= now) return <Notice title={marketTexts.bid.closed}>{marketTexts.bid.closedWhy}</Notice>;
  const draft = bidDraft(address, release);
  return (
    <>
      <Form label={marketTexts.bid.form}>
        <PriceField
          name="price"
          label={marketTexts.rate}
          unit={network.unit}
          currency={release.currency}
          value={address.price}
          placeholder={marketTexts.bid.example(rateOf(release.minimumRate, release.currency, network.unit))}
          onChange={(price) => { onGo({ price }, true); }}
        />
        <QuantityField
          name="quantity"
          label={marketTexts.bid.most}
          unit={network.unit}
          value={address.quantity ?? release.quantity}
          onChange={(quantity) => { onGo({ quantity }, true); }}
        />
        <QuantityField
          name="least"
          label={marketTexts.bid.least}
          unit={network.unit}
          value={address.least ?? ONE}
          onChange={(least) => { onGo({ least }, true); }}
        />
        <DaysFields days={draftDays(address, release.capacity.period)} within={release.capacity.period} onChange={(days) => { onGo(days, true); }} />
      </Form>
      <Placing key={JSON.stringify(draft)} {...{ release, draft, shown }} stands={bids.some(({ state, bidder }) => state === "OPEN" && bidder.id === caller.party)} />
    </>
  );
}

const ONE = quantityOfDigits("1");
const PLACE = { document: PlaceBidDocument, answerOf: (data: ResultOf<typeof PlaceBidDocument>) => data.placeBid };

interface PlacingProps extends Pick<Props, "release" | "shown"> {
  readonly draft: BidDraft | undefined;
  /** Whether one's bid stands already, which this one would replace. */
  readonly stands: boolean;
}

function Placing({ release, draft: written, stands, shown }: PlacingProps) {
  const { network, onGo, onChoose, onSay } = shown;
  const [key] = useState(newKey);
  const [act, onPlace] = useAct(PLACE, () => {
    onSay(marketTexts.bid.placed);
    onGo({ price: undefined, quantity: undefined, least: undefined, from: undefined, to: undefined }, true);
  });
  // Another draft is another component: this one keeps the one that it began with.
  const [draft] = useState(written);
  const variables = useMemo(() => ({
    release: release.id,
    quantity: draft?.quantity ?? release.quantity,
    rate: draft?.rate ?? release.minimumRate,
    period: draft === undefined ? release.capacity.period : { start: draft.start, end: draft.end },
    least: draft?.minimumQuantity ?? release.minimumQuantity,
  }), [release, draft]);
  const [{ data, error, fetching }] = useQuery({ query: BidQuoteDocument, variables, pause: draft === undefined });
  if (draft === undefined) return <p className={css.note}>{marketTexts.bid.typeRate}</p>;
  const quote = fetching ? undefined : data?.bidQuote;
  const steps: Steps = {
    NOT_OPEN: { text: marketTexts.elsewhere, act: () => { onChoose(routeFilter(release.capacity)); } },
    INVALID_INPUT: { text: marketTexts.bid.all, act: () => { onGo({ quantity: undefined, least: undefined, from: undefined, to: undefined }); } },
  };
  return (
    <>
      <Worth {...{ quote, release, steps }} error={error} />
      <Confirm
        act={act}
        text={marketTexts.bid.place(inUnits(draft.quantity, network.unit), rateOf(draft.rate, release.currency, network.unit))}
        note={stands ? marketTexts.bid.replaces : marketTexts.bid.binds}
        isReady={quote?.refusals.length === 0}
        steps={steps}
        onConfirm={() => { onPlace({ input: { ...draft, releaseId: release.id, idempotencyKey: key } }); }}
      />
    </>
  );
}
