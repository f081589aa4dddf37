/** A release: its terms, the time to its close, bids that one may see, bidding, and how it was decided. */
import { useQuery } from "urql";
import { fullDays } from "../../../format/days";
import { fullTime } from "../../../format/instants";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
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
      title={texts.market.release.title}
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
        {isOwn ? <Tag tone="yes">{texts.market.yours}</Tag> : null}
      </p>
      <Terms release={release} shown={shown} isOwn={isOwn} />
      {release.state === "OPEN" ? null : <p className={css.note} role="status">{texts.market.release.states[release.state]} {release.outcome}</p>}
      {release.parked === null ? null : <p className={css.note} role="alert">{texts.market.release.parked(release.parked.reason)}</p>}
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
        [texts.market.release.closesIn, release.state === "OPEN" ? <Closes at={release.bidsCloseAt} clock={network.clock} /> : null],
        [texts.market.release.closesAt, fullTime(new Date(release.bidsCloseAt), network.clock)],
        [texts.market.release.method, methodOf(release)],
        [texts.market.release.minimumRate, rateOf(release.minimumRate, release.currency, network.unit)],
        [texts.market.least, inUnits(release.minimumQuantity, network.unit)],
        [texts.market.release.term, texts.request.days(release.minimumTermDays)],
        [texts.market.release.ties, texts.market.ties[release.tieBreak]],
        [texts.market.release.releasing, release.releasing.name],
        [texts.market.release.bidder, release.prearrangedBidder?.name],
        [texts.portfolio.contract, isOwn && release.contract !== null ? <ContractLink network={network.code} code={release.contract.code} /> : null],
      ]}
    />
  );
}
