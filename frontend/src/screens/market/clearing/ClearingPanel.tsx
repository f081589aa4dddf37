/** A clearing: its rules, the bids that one may see, bidding, and how it was decided. */
import { useQuery } from "urql";
import { useNow } from "../../../api/useNow";
import { percentFigure, price, priceUnit } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { fullTime } from "../../../format/instants";
import { Spoken } from "../../../parts/announcer/Spoken";
import { clearingTexts } from "../../../texts/clearing";
import { Closes } from "../Closes";
import { Facts } from "../Facts";
import { OfferPage } from "../OfferPage";
import css from "../Panel.module.css";
import type { Shown } from "../shown";
import { ClearingAwardBlock } from "./ClearingAwardBlock";
import { OperatedClearing } from "./OperatedClearing";
import { PathBidForm } from "./PathBidForm";
import { PathBidTable } from "./PathBidTable";
import type { ClearingDetails, PathBid } from "./queries";
import { ClearingDocument } from "./queries";

interface Props {
  readonly id: string;
  readonly shown: Shown;
}

export function ClearingPanel({ id, shown }: Props) {
  const [{ data, error, fetching }, ask] = useQuery({ query: ClearingDocument, variables: { id } });
  const found = data?.node?.__typename === "NetworkClearing" ? data.node : null;
  const bids = data?.clearingBids.edges.map(({ node }) => node) ?? [];
  return (
    <OfferPage
      title={clearingTexts.title}
      offer={found?.id === id ? found : fetching ? undefined : null}
      error={error}
      onRetry={() => { ask({ requestPolicy: "network-only" }); }}
      onLeave={() => { shown.onChoose({}); }}
    >
      {(clearing) => <Found key={id} {...{ clearing, bids, shown }} />}
    </OfferPage>
  );
}

interface FoundProps {
  readonly clearing: ClearingDetails;
  readonly bids: readonly PathBid[];
  readonly shown: Shown;
}

function Found({ clearing, bids, shown }: FoundProps) {
  const now = useNow();
  const { state, parked, outcome, award } = clearing;
  const takesBids = state === "OPEN" && new Date(clearing.closesAt) > now;
  return (
    <>
      <p className={css.lead}><b>{clearingTexts.clears(fullDays(clearing.period))}</b>{clearingTexts.what}</p>
      <Rules clearing={clearing} shown={shown} />
      {state === "OPEN" ? null : <Spoken className={css.note}>{`${clearingTexts.states[state]} ${outcome}`}</Spoken>}
      {parked === null ? null : <p className={css.note} role="alert">{clearingTexts.parked(parked.reason)}</p>}
      {state === "OPEN" && parked === null && !takesBids ? <Spoken className={css.note}>{clearingTexts.awarding}</Spoken> : null}
      <OperatedClearing clearing={clearing} shown={shown} />
      {takesBids ? <PathBidForm clearing={clearing} shown={shown} /> : null}
      <PathBidTable {...{ clearing, bids, shown, takesBids }} />
      {award === null ? null : <ClearingAwardBlock award={award} clearing={clearing} shown={shown} />}
    </>
  );
}

function Rules({ clearing, shown: { network } }: Omit<FoundProps, "bids">) {
  return (
    <Facts
      facts={[
        [clearingTexts.closesIn, clearing.state === "OPEN" ? <Closes at={clearing.closesAt} clock={network.clock} /> : null],
        [clearingTexts.closesAt, fullTime(new Date(clearing.closesAt), network.clock)],
        [clearingTexts.reservePrice, `${price(clearing.reservePrice)} ${priceUnit(clearing.currency, network.unit)}`],
        [clearingTexts.seconds, clearingTexts.secondsMax(clearing.secondsMax)],
        [clearingTexts.gap, clearingTexts.gapMax(percentFigure(clearing.gapMax))],
        [clearingTexts.opened, fullTime(new Date(clearing.openedAt), network.clock)],
      ]}
    />
  );
}
