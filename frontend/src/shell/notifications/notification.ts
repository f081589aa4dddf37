/** What of all that happens is told to a party, in what words, and where it leads. */
import type { CommercialUnit } from "../../format/amounts";
import { money, unitName, whole } from "../../format/amounts";
import { fullDays } from "../../format/days";
import { labelOf } from "../../format/names";
import { notificationTexts } from "../../texts/notifications";
import type { FinishedJob, MarketNews, ShortfallNews } from "./queries";

export interface Notification {
  readonly id: string;
  /** When it was recorded, in UTC. */
  readonly at: string;
  readonly title: string;
  readonly details: string;
  /** The screen that shows it; undefined where the network may not be seen. */
  readonly place: Place | undefined;
}

export type Place =
  | { readonly screen: "network"; readonly network: string }
  /** With the offer concerned. */
  | { readonly screen: "market"; readonly network: string; readonly chosen: Offer }
  /** With the code of the contract concerned, where it is one of the party's own. */
  | { readonly screen: "portfolio"; readonly network: string; readonly contract: string | undefined };

interface About {
  readonly title: string;
  readonly details: string;
  readonly place: Place | undefined;
}

/** By its id; none where it is no longer known. */
interface Offer {
  readonly call?: string | undefined;
  readonly release?: string | undefined;
}

type Network = { readonly code: string } | null;

const portfolio = (network: Network, contract: string | undefined): Place | undefined =>
  network === null ? undefined : { screen: "portfolio", network: network.code, contract };

const market = (network: Network, chosen: Offer): Place | undefined =>
  network === null ? undefined : { screen: "market", network: network.code, chosen };

type Event<Name extends MarketNews["__typename"]> = Extract<MarketNews, { __typename: Name }>;

const said = notificationTexts;

/** A market event as a party is told of it; undefined where it is not concerned. */
export function ofMarket(news: MarketNews, party: string): Notification | undefined {
  if (news.__typename === "ResyncRequired") return undefined;
  const about = aboutMarket(news, party);
  if (about === undefined) return undefined;
  return { id: `market ${news.cursor}`, at: news.recordedAt, ...about };
}

function aboutMarket(news: Exclude<MarketNews, { __typename: "ResyncRequired" }>, party: string): About | undefined {
  const unit = news.network?.unit;
  switch (news.__typename) {
    case "TradeEvent":
      return ofTrade(news, party, unit);
    case "BidEvent":
      return ofBid(news, party, unit);
    case "ReleaseAwardedEvent":
    case "ReleaseEvent":
      return ofRelease(news, party, unit);
    case "OrderEvent":
      return ofOrder(news, party, unit);
    case "ReleaseCreditEvent":
      return ofCredit(news, party);
    default:
      return undefined;
  }
}

type Quantity = Parameters<typeof whole>[0];

const withUnit = (quantity: Quantity, unit: CommercialUnit | undefined): string =>
  unit === undefined ? whole(quantity) : `${whole(quantity)} ${unitName(unit)}`;

function ofTrade({ trade, network }: Event<"TradeEvent">, party: string, unit: CommercialUnit | undefined): About | undefined {
  if (trade === null) return undefined;
  const details = `${withUnit(trade.quantity, unit)}, ${fullDays(trade.period)}`;
  if (trade.buyer.id === party) return { title: said.bought(trade.seller.name), details, place: portfolio(network, trade.childContract?.code) };
  if (trade.seller.id === party) return { title: said.sold(trade.buyer.name), details, place: portfolio(network, trade.parentContract?.code) };
  return undefined;
}

function ofBid({ topic, bid, release, network, bidState, awarded, text }: Event<"BidEvent">, party: string, unit: CommercialUnit | undefined): About | undefined {
  if (topic !== "BID_DECIDED" || bid?.bidder.id !== party) return undefined;
  // A bid that lost was awarded 0.
  const title = bidState === "AWARDED" && awarded !== null ? said.bidWon(withUnit(awarded, unit)) : said.bidLost;
  return { title, details: text ?? "", place: market(network, { release: release?.id }) };
}

function ofRelease({ topic, release, network }: Event<"ReleaseAwardedEvent"> | Event<"ReleaseEvent">, party: string, unit: CommercialUnit | undefined): About | undefined {
  if (release?.releasing.id !== party) return undefined;
  const about = { details: withUnit(release.quantity, unit), place: portfolio(network, release.contract?.code) };
  if (topic === "RELEASE_AWARDED") return { ...about, title: said.released };
  return topic === "RELEASE_SHRUNK" ? { ...about, title: said.releaseShrunk } : undefined;
}

function ofOrder({ topic, order, call, network }: Event<"OrderEvent">, party: string, unit: CommercialUnit | undefined): About | undefined {
  const isInitiator = call?.initiator?.id === party;
  const isOwn = order?.party?.id === party;
  const about = { details: order === null ? "" : withUnit(order.quantity, unit), place: market(network, { call: call?.id }) };
  if (topic === "ORDER_LAPSED" && (isInitiator || isOwn)) return { ...about, title: isOwn ? said.ownOrderLapsed : said.orderLapsed };
  return topic === "ORDER_PLACED" && isInitiator ? { ...about, title: said.orderPlaced } : undefined;
}

function ofCredit({ topic, amount, debtor, contractCode, network }: Event<"ReleaseCreditEvent">, party: string): About {
  const isOwed = debtor.id === party;
  const title = topic === "LATE_PAYMENT_RECEIVED" ? said.paidLate(debtor.name) : said.notPaid(debtor.name);
  return { title, details: `${money(amount)}, ${contractCode}`, place: portfolio(network, isOwed ? contractCode : undefined) };
}

/** A notice of what is short, or no longer so, as its holder is told. */
export function ofShortfall(news: ShortfallNews, party: string): Notification | undefined {
  if (news.__typename === "ResyncRequired" || news.holder.id !== party) return undefined;
  const contracts = [...new Set(news.lines.flatMap(({ contract }) => (contract === null ? [] : [contract.code])))];
  return {
    id: `capacity ${news.cursor}`,
    at: news.recordedAt,
    title: news.isRestored ? said.restored : said.short,
    details: contracts.length === 0 ? labelOf(news.network) : contracts.join(", "),
    place: portfolio(news.network, contracts[0]),
  };
}

/** A job of the party that is over. */
export function ofJob({ id, kind, state, summary, error, finishedAt, requestedBy, network }: FinishedJob, party: string): Notification | undefined {
  if (finishedAt === null || requestedBy.id !== party || state === "CANCELLED") return undefined;
  const isDone = state === "DONE";
  return {
    id: `job ${id}`,
    at: finishedAt,
    title: isDone ? said.jobDone(said.jobs[kind]) : said.jobFailed(said.jobs[kind]),
    details: isDone ? (summary ?? "") : error,
    place: { screen: "network", network: network.code },
  };
}
