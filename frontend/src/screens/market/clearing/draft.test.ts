import { describe, expect, it } from "vitest";
import type { Quantity } from "../../../format/amounts";
import { readPrice } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import type { Clearing, OwnContract } from "../queries";
import { bidInput, offerable } from "./draft";
import { pricedEdges } from "./edges";
import { inOrder } from "./order";
import type { EdgePrice } from "./queries";

const days = (start: string, end: string) => ({ start: start as GasDay, end: end as GasDay });
const quantity = 500 as unknown as Quantity;
const price = readPrice("0.01");
const clearing = { id: "n1", period: days("2027-01-01", "2027-02-01") };
const contract = { id: "k1", firmness: "FIRM", period: days("2027-01-15", "2027-06-01"), routes: [{ route: { kind: "PATH" } }] } as OwnContract;

describe("a bid in a clearing that is being written", () => {
  it("needs both points of a path, a quantity and a price", () => {
    expect(bidInput({ entry: "a", quantity, price }, clearing, undefined)).toBeUndefined();
    expect(bidInput({ entry: "a", exit: "x", price }, clearing, undefined)).toBeUndefined();
    expect(bidInput({ entry: "a", exit: "x", quantity, price }, clearing, undefined)).toEqual({
      clearingId: "n1", side: "BUY", receipt: "a", delivery: "x", quantity: 500, price: "0.01", start: "2027-01-01", end: "2027-02-01",
    });
  });

  it("offers a contract on the gas days that both have", () => {
    expect(bidInput({ entry: "a", quantity, price, least: quantity }, clearing, contract)).toEqual({
      clearingId: "n1", side: "SELL", contractId: "k1", quantity: 500, minimum: 500, price: "0.01", start: "2027-01-15", end: "2027-02-01",
    });
  });
});

describe("contracts that can be offered", () => {
  it("are firm, on one path alone, on gas days of the clearing", () => {
    const others = [
      { ...contract, firmness: "INTERRUPTIBLE" },
      { ...contract, routes: [{ route: { kind: "ENTRY" } }] },
      { ...contract, routes: [...contract.routes, ...contract.routes] },
      { ...contract, period: days("2027-02-01", "2027-03-01") },
    ] as OwnContract[];
    expect(offerable([...others, contract], clearing)).toEqual([contract]);
  });
});

describe("prices of edges", () => {
  it("are shown from the highest down, those of nothing counted", () => {
    const edges = ["0.5", "0", "12", "2", "0.00"].map((cost) => ({ price: readPrice(cost) })) as EdgePrice[];
    const { priced, freeCount } = pricedEdges(edges);
    expect(priced.map((edge) => edge.price)).toEqual(["12", "2", "0.5"]);
    expect(freeCount).toBe(2);
  });
});

describe("clearings", () => {
  it("are listed with the next to close first, and those that are over last", () => {
    const given = [["a", "AWARDED", "2026-01"], ["b", "OPEN", "2026-05"], ["c", "WITHDRAWN", "2026-02"], ["d", "OPEN", "2026-04"]] as const;
    const listed = given.map(([id, state, closesAt]) => ({ id, state, closesAt })) as Clearing[];
    expect(inOrder(listed).map(({ id }) => id)).toEqual(["d", "b", "c", "a"]);
  });
});
