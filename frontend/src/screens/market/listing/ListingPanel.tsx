/** A listing: what is offered, what a part of it costs, and taking or withdrawing it. */
import { useQuery } from "urql";
import type { ResultOf } from "../../../api/graphql";
import { price, priceUnit } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { fullTime } from "../../../format/instants";
import { Spoken } from "../../../parts/announcer/Spoken";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { TwoStepButton } from "../act/TwoStepButton";
import { ContractLink } from "../ContractLink";
import { inUnits, routesOf } from "../describe";
import { Facts } from "../Facts";
import { OfferPage } from "../OfferPage";
import css from "../Panel.module.css";
import type { Listing } from "../queries";
import type { Shown } from "../shown";
import { ListingDocument, WithdrawListingDocument } from "./queries";
import { TakeListing } from "./TakeListing";

interface Props {
  readonly id: string;
  readonly shown: Shown;
}

export function ListingPanel({ id, shown }: Props) {
  const [{ data, error, fetching }, ask] = useQuery({ query: ListingDocument, variables: { id } });
  const found = data?.node?.__typename === "Listing" ? data.node : null;
  return (
    <OfferPage
      title={marketTexts.listing.title}
      offer={found?.id === id ? found : fetching ? undefined : null}
      error={error}
      onRetry={() => { ask({ requestPolicy: "network-only" }); }}
      onLeave={() => { shown.onChoose({}); }}
    >
      {(listing) => <Found key={id} listing={listing} shown={shown} />}
    </OfferPage>
  );
}

function Found({ listing, shown }: { readonly listing: Listing; readonly shown: Shown }) {
  const { network, caller } = shown;
  const isOwn = listing.seller !== null && listing.seller.id === caller.party;
  return (
    <>
      <p className={css.lead}>
        <b>{routesOf(listing.capacity.routes)}</b>
        {fullDays(listing.capacity.period)}, {texts.firmness[listing.capacity.firmness]}{" "}
        {isOwn ? <Tag tone="yes">{marketTexts.yours}</Tag> : null}
      </p>
      <Facts
        facts={[
          [marketTexts.remaining, inUnits(listing.remaining, network.unit)],
          [marketTexts.price, `${price(listing.pricePerUnitDay)} ${priceUnit(listing.currency, network.unit)}`],
          [marketTexts.least, inUnits(listing.minimumQuantity, network.unit)],
          [marketTexts.passes, marketTexts.kinds[listing.kind]],
          [marketTexts.binds, marketTexts.isFirm(listing.isFirm)],
          [marketTexts.listing.posted, fullTime(new Date(listing.postedAt), network.clock)],
          [texts.portfolio.contract, isOwn && listing.contract !== null ? <ContractLink network={network.code} code={listing.contract.code} /> : null],
        ]}
      />
      {isOwn ? <Own listing={listing} shown={shown} /> : <TakeListing listing={listing} shown={shown} />}
    </>
  );
}

function Own({ listing, shown: { network, onSay } }: { readonly listing: Listing; readonly shown: Shown }) {
  if (listing.state !== "OPEN") return <Spoken className={css.note}>{marketTexts.listing.states[listing.state]}</Spoken>;
  return (
    <div className={css.actions}>
      <TwoStepButton
        text={marketTexts.listing.withdraw}
        question={marketTexts.listing.withdrawQuestion(inUnits(listing.remaining, network.unit))}
        command={WITHDRAW}
        variables={{ input: { listingId: listing.id } }}
        onDone={() => { onSay(marketTexts.listing.withdrawn); }}
      />
    </div>
  );
}

const WITHDRAW = { document: WithdrawListingDocument, answerOf: (data: ResultOf<typeof WithdrawListingDocument>) => data.withdrawListing };
