import { describe, expect, it } from "vitest";
import type { Quantity } from "../../format/amounts";
import type { GasDay } from "../../format/days";
import { fullDays } from "../../format/days";
import { ofJob, ofMarket, ofShortfall } from "./notification";
import type { FinishedJob, MarketNews, ShortfallNews } from "./queries";

const MINE = "mine";
const network = { id: "n", code: "gaslib-40", name: "GasLib 40", unit: "KWH_PER_H" as const };
const common = { cursor: "7", recordedAt: "2027-01-15T08:00:00Z", network };
const quantity = 10_000 as unknown as Quantity;
const period = { start: "2027-02-01" as GasDay, end: "2027-03-01" as GasDay };

const trade = (buyer: string, seller: string): MarketNews => ({
  __typename: "TradeEvent",
  ...common,
  topic: "TRADE_CONCLUDED",
  trade: {
    id: "t",
    quantity,
    period,
    buyer: { id: buyer, name: "Alpengas Handel" },
    seller: { id: seller, name: "Nordwind Energie" },
    childContract: { id: "c", code: "LP-2" },
    parentContract: { id: "p", code: "LP-1" },
  },
});

const order = (topic: "ORDER_LAPSED" | "ORDER_PLACED", initiator: string, party: string): MarketNews => ({
  __typename: "OrderEvent",
  ...common,
  topic,
  orderState: "OPEN",
  order: { id: "o", quantity, party: { id: party } },
  call: { id: "k", initiator: { id: initiator } },
});

describe("what a party is told", () => {
  it("is its own part in a trade, with the contract that it has of it", () => {
    expect(ofMarket(trade("other", MINE), MINE)).toEqual({
      id: "market 7",
      at: common.recordedAt,
      title: "Alpengas Handel bought capacity of yours",
      details: `10,000 kWh/h, ${fullDays(period)}`,
      place: { screen: "portfolio", network: "gaslib-40", contract: "LP-1" },
    });
    expect(ofMarket(trade(MINE, "other"), MINE)?.place).toEqual({ screen: "portfolio", network: "gaslib-40", contract: "LP-2" });
    expect(ofMarket(trade("other", "another"), MINE)).toBeUndefined();
  });

  it("is whether its bid won, not that it was placed", () => {
    const bid = (topic: "BID_DECIDED" | "BID_PLACED", bidder: string, awarded: Quantity | null, bidState: "AWARDED" | "LOST" | "OPEN" = "AWARDED"): MarketNews => ({
      __typename: "BidEvent", ...common, topic, bidState, awarded, text: null, release: { id: "r" }, bid: { id: "b", bidder: { id: bidder }, quantity },
    });
    expect(ofMarket(bid("BID_DECIDED", MINE, quantity), MINE)?.title).toBe("Your bid won 10,000 kWh/h");
    expect(ofMarket(bid("BID_DECIDED", MINE, quantity), MINE)?.place).toEqual({ screen: "market", network: "gaslib-40", chosen: { release: "r" } });
    expect(ofMarket(bid("BID_DECIDED", MINE, 0 as unknown as Quantity, "LOST"), MINE)?.title).toBe("Your bid won nothing");
    expect(ofMarket(bid("BID_DECIDED", MINE, null, "LOST"), MINE)?.title).toBe("Your bid won nothing");
    expect(ofMarket(bid("BID_PLACED", MINE, null, "OPEN"), MINE)).toBeUndefined();
    expect(ofMarket(bid("BID_DECIDED", "other", quantity), MINE)).toBeUndefined();
  });

  it("is what becomes of orders, by whose they are", () => {
    expect(ofMarket(order("ORDER_LAPSED", "other", MINE), MINE)?.title).toMatch(/^Your order has lapsed/);
    expect(ofMarket(order("ORDER_LAPSED", MINE, "other"), MINE)?.title).toBe("An order on your call has lapsed");
    expect(ofMarket(order("ORDER_PLACED", MINE, "other"), MINE)?.title).toBe("An order was placed on your call");
    expect(ofMarket(order("ORDER_PLACED", MINE, "other"), MINE)?.place).toEqual({ screen: "market", network: "gaslib-40", chosen: { call: "k" } });
    expect(ofMarket(order("ORDER_PLACED", "other", MINE), MINE)).toBeUndefined();
  });

  it("is that its own contracts are short, each named once", () => {
    const line = { contract: { id: "p", code: "LP-1" }, period };
    const news = (holder: string): ShortfallNews => ({
      __typename: "ShortfallNotice", cursor: "3", recordedAt: common.recordedAt, isRestored: false, holder: { id: holder }, network, lines: [line, line],
    });
    expect(ofShortfall(news(MINE), MINE)?.details).toBe("LP-1");
    expect(ofShortfall(news("other"), MINE)).toBeUndefined();
  });

  it("is that a job is over, with what it found or why it failed", () => {
    const job: FinishedJob = {
      id: "j", kind: "ROBUST_VALIDATION", state: "DONE", summary: "all may grow by 3 %", error: "", finishedAt: common.recordedAt,
      requestedBy: { id: MINE }, network,
    };
    expect(ofJob(job, MINE)).toMatchObject({ title: "Done: robust validation", details: "all may grow by 3 %" });
    expect(ofJob({ ...job, state: "FAILED", error: "no solver" }, MINE)).toMatchObject({ title: "Failed: robust validation", details: "no solver" });
    expect(ofJob({ ...job, state: "RUNNING", finishedAt: null }, MINE)).toBeUndefined();
    expect(ofJob(job, "other")).toBeUndefined();
  });
});
