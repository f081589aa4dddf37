/** Everything that the market lists, kept up to date. */
import { useMemo } from "react";
import type { CombinedError } from "urql";
import { useQuery } from "urql";
import { platformNow } from "../../api/clock";
import { session } from "../../api/session";
import { useStore } from "../../api/store";
import type { Days, GasDay } from "../../format/days";
import { addMonths, gasDayAt, overlap } from "../../format/days";
import { useLiveMarket, useLivePositions } from "../../live/useLive";
import type { Filter } from "./address";
import { filterDays } from "./address";
import { inOrder } from "./clearing/order";
import type { Call, Clearing, Listing, MarketNetwork, OwnBid, OwnClearingBid, OwnContract, OwnMarket, OwnOrder, Release, TapeTrade } from "./queries";
import { MarketDocument, OfferableDocument, OwnMarketDocument } from "./queries";

/** Who looks on. */
export interface Caller {
  /** The id of its party; null for the platform itself. */
  readonly party: string | null;
  readonly mayTrade: boolean;
}

export interface Market {
  readonly network: MarketNetwork;
  readonly caller: Caller;
  readonly listings: readonly Listing[];
  readonly calls: readonly Call[];
  readonly releases: readonly Release[];
  /** Releases that are over: one's own, and those that one bid on. */
  readonly decided: readonly Release[];
  /** Those that take bids come first. They are of all paths, whatever route is chosen. */
  readonly clearings: readonly Clearing[];
  /** One's open bids and offers in clearings. */
  readonly clearingBids: readonly OwnClearingBid[];
  /** One's open bids, and orders that were not accepted. */
  readonly bids: readonly OwnBid[];
  readonly orders: readonly OwnOrder[];
  /** Undefined while they are asked for; empty for who may not trade. */
  readonly contracts: readonly OwnContract[] | undefined;
  readonly tape: readonly TapeTrade[];
  /** Whether a list has more than is shown. */
  readonly isCut: boolean;
  /** What of one's own could not be asked. */
  readonly fault: CombinedError | undefined;
}

export interface Asked {
  readonly market: Market | undefined;
  readonly error: CombinedError | undefined;
  readonly onRetry: () => void;
}

export function useMarket(network: string, { receipt, delivery, start, end, mine }: Filter): Asked {
  const caller = useCaller();
  const variables = useMemo(() => {
    const days = filterDays({ start, end });
    return {
      network,
      route: (receipt ?? delivery) === undefined ? null : { receipt: receipt ?? null, delivery: delivery ?? null },
      period: days === undefined ? null : { start: days.start, end: days.end },
    };
  }, [network, receipt, delivery, start, end]);
  const [{ data, error }, ask] = useQuery({ query: MarketDocument, variables });
  const [own] = useQuery({ query: OwnMarketDocument, variables: useMemo(() => ({ network }), [network]), pause: !caller.mayTrade });
  const [held] = useQuery({ query: OfferableDocument, variables: useMemo(() => ({ network }), [network]), pause: !caller.mayTrade });
  useLiveMarket(network, data?.listings.cursor ?? undefined);
  useLivePositions(network, useYear(data?.network), held.data?.contracts.cursor ?? undefined);

  const market = useMemo(() => {
    if (data === undefined) return undefined;
    const isShown = (party: string | undefined) => mine === undefined || party === caller.party;
    const { listings, callsForOrders, releaseOffers, clearings } = data;
    const days = filterDays({ start, end });
    const owned = ownOf(own.data, network);
    const isOwn = (id: string) => owned.clearingBids.some(({ clearing }) => clearing?.id === id);
    return {
      network: data.network,
      caller,
      listings: nodes(listings).filter(({ seller }) => isShown(seller?.id)),
      calls: nodes(callsForOrders).filter(({ initiator }) => isShown(initiator?.id)),
      releases: nodes(releaseOffers).filter(({ releasing }) => isShown(releasing.id)),
      clearings: inOrder(nodes(clearings)).filter(({ id, period }) => (mine === undefined || isOwn(id)) && (days === undefined || overlap(period, days) !== undefined)),
      tape: nodes(data.tradeTape),
      isCut: [listings, callsForOrders, releaseOffers, clearings].some(({ pageInfo }) => pageInfo.hasNextPage),
      ...owned,
      contracts: held.data === undefined ? (caller.mayTrade ? undefined : []) : nodes(held.data.contracts),
      fault: own.error ?? held.error,
    };
  }, [data, own.data, own.error, held.data, held.error, network, caller, mine, start, end]);
  return { market, error, onRetry: () => { ask({ requestPolicy: "network-only" }); } };
}

const nodes = <Node>({ edges }: { readonly edges: readonly { readonly node: Node }[] }): Node[] => edges.map(({ node }) => node);

export function useCaller(): Caller {
  const viewer = useStore(session)?.viewer;
  const [party, mayTrade] = [viewer?.party?.id ?? null, viewer?.scopes.includes("TRADE") === true];
  return useMemo(() => ({ party, mayTrade }), [party, mayTrade]);
}

type Own = Pick<Market, "bids" | "clearingBids" | "decided" | "orders">;

/** What one's party has on a network; bids and orders are listed of all networks. */
function ownOf(own: OwnMarket | undefined, network: string): Own {
  if (own === undefined) return { bids: [], clearingBids: [], orders: [], decided: [] };
  const bids = nodes(own.bids).filter(({ release }) => release?.capacity.network.code === network);
  const decided = new Map<string, Release>();
  for (const release of [...nodes(own.ownReleaseOffers), ...bids.flatMap(({ release }) => (release === null ? [] : [release]))]) {
    if (release.state !== "OPEN") decided.set(release.id, release);
  }
  return {
    bids: bids.filter(({ state }) => state === "OPEN"),
    clearingBids: nodes(own.clearingBids).filter(({ clearing }) => clearing?.network.code === network),
    orders: nodes(own.orders).filter(({ call }) => call?.capacity.network.code === network),
    decided: [...decided.values()].sort((one, other) => other.bidsCloseAt.localeCompare(one.bidsCloseAt)),
  };
}

const MONTHS_FOLLOWED = 12;
const NO_DAY = "1970-01-01" as GasDay;

/** The year from the gas day that runs. */
function useYear(network: MarketNetwork | undefined): Days {
  const today = network === undefined ? NO_DAY : gasDayAt(platformNow(), network.clock);
  return useMemo(() => ({ start: today, end: addMonths(today, MONTHS_FOLLOWED) }), [today]);
}
