/** A release: its terms, the time to its close, bids that one may see, bidding, and how it was decided. */
import { useQuery } from "urql";
import { fullDays } from "../../../format/days";
import { fullTime } from "../../../format/instants";
import { Spoken } from "../../../parts/announcer/Spoken";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { Closes } from "../Closes";
import { ContractLink } from "../ContractLink";
import { inUnits, methodOf, routesOf } from "../describe";
import { Facts } from "../Facts";
import { OfferPage } from "../OfferPage";
import css from "../Panel.module.css";
import type { Shown } from "../shown";
import { AwardBlock } from "./AwardBlock";
import { BidForm } from "./BidForm";
import { BidTable } from "./BidTable";
import { OwnRelease } from "./OwnRelease";
import type { Bid, ReleaseDetails } from "./queries";
import { ReleaseDocument } from "./queries";
import { rateOf } from "./value";

interface Props {
  readonly id: string;
  readonly shown: Shown;
}

export function ReleasePanel({ id, shown }: Props) {
  const [{ data, error, fetching }, ask] = useQuery({ query: ReleaseDocument, variables: { id } });
  const found = data?.node?.__typename === "ReleaseOffer" ? data.node : null;
  const bids = data?.bids.edges.map(({ node }) => node) ?? [];
  return (
    <OfferPage
      title={marketTexts.release.title}
      offer={found?.id === id ? found : fetching ? undefined : null}
      error={error}
      onRetry={() => { ask({ requestPolicy: "network-only" }); }}
      onLeave={() => { shown.onChoose({}); }}
    >
      {(release) => <Found key={id} {...{ release, bids, shown }} />}
    </OfferPage>
  );
}

interface FoundProps {
  readonly release: ReleaseDetails;
  readonly bids: readonly Bid[];
  readonly shown: Shown;
}

function Found({ release, bids, shown }: FoundProps) {
  const { caller, network } = shown;
  const isOwn = release.releasing.id === caller.party;
  return (
    <>
      <p className={css.lead}>
        <b>{routesOf(release.capacity.routes)}</b>
        {inUnits(release.quantity, network.unit)}, {fullDays(release.capacity.period)}, {texts.firmness[release.capacity.firmness]}{" "}
        {isOwn ? <Tag tone="yes">{marketTexts.yours}</Tag> : null}
      </p>
      <Terms release={release} shown={shown} isOwn={isOwn} />
      {release.state === "OPEN" ? null : <Spoken className={css.note}>{`${marketTexts.release.states[release.state]} ${release.outcome}`}</Spoken>}
      {release.parked === null ? null : <p className={css.note} role="alert">{marketTexts.release.parked(release.parked.reason)}</p>}
      {release.award === null ? null : <AwardBlock award={release.award} {...{ release, bids, shown }} />}
      {isOwn ? <OwnRelease release={release} shown={shown} /> : null}
      {release.award === null ? <BidTable {...{ release, bids, shown }} /> : null}
      {release.state === "OPEN" && !isOwn ? <BidForm {...{ release, bids, shown }} /> : null}
    </>
  );
}

function Terms({ release, shown: { network }, isOwn }: { readonly release: ReleaseDetails; readonly shown: Shown; readonly isOwn: boolean }) {
  return (
    <Facts
      facts={[
        [marketTexts.release.closesIn, release.state === "OPEN" ? <Closes at={release.bidsCloseAt} clock={network.clock} /> : null],
        [marketTexts.release.closesAt, fullTime(new Date(release.bidsCloseAt), network.clock)],
        [marketTexts.release.method, methodOf(release)],
        [marketTexts.release.minimumRate, rateOf(release.minimumRate, release.currency, network.unit)],
        [marketTexts.least, inUnits(release.minimumQuantity, network.unit)],
        [marketTexts.release.term, texts.request.days(release.minimumTermDays)],
        [marketTexts.release.ties, marketTexts.ties[release.tieBreak]],
        [marketTexts.release.releasing, release.releasing.name],
        [marketTexts.release.bidder, release.prearrangedBidder?.name],
        [texts.portfolio.contract, isOwn && release.contract !== null ? <ContractLink network={network.code} code={release.contract.code} /> : null],
      ]}
    />
  );
}
