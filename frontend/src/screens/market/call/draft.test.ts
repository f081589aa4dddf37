import { describe, expect, it } from "vitest";
import type { Quantity } from "../../../format/amounts";
import { readPrice } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import type { Call, OwnContract } from "../queries";
import { orderDraft, servingContracts } from "./draft";

const quantity = (amount: number) => amount as unknown as Quantity;
const days = (start: string, end: string) => ({ start: start as GasDay, end: end as GasDay });
const CLOCK = { zone: "Europe/Berlin", startHour: 6 };
const exit = (code: string) => ({ route: { kind: "EXIT" as const, receipt: null, delivery: { id: code, code, name: "" } } });

const call = {
  side: "BUY", kind: "ASSIGNMENT", remaining: quantity(800), limitPrice: readPrice("0.0110"),
  capacity: { firmness: "FIRM", period: days("2027-01-01", "2027-02-01"), network: { id: "n", code: "n" }, routes: [exit("sink_1")] },
} as Call;

const contract = (id: string, change: Partial<OwnContract> = {}): OwnContract => ({
  id, code: id, firmness: "FIRM", cause: "BOOKING", currency: "EUR", quantity: quantity(500), period: days("2026-12-01", "2027-12-01"),
  routes: [{ quantity: quantity(500), ...exit("sink_1") }], ...change,
});

describe("what serves a call to buy", () => {
  it("gives exactly its route, firm, on some of its days, with the duties that pass", () => {
    const held = [
      contract("fits"),
      contract("other route", { routes: [{ quantity: quantity(500), ...exit("sink_2") }] }),
      contract("interruptible", { firmness: "INTERRUPTIBLE" }),
      contract("later", { period: days("2027-02-01", "2027-03-01") }),
      contract("use only", { cause: "TRANSFER_OF_USE" }),
    ];
    expect(servingContracts(call, held).map(({ id }) => id)).toEqual(["fits"]);
    expect(servingContracts({ ...call, kind: "TRANSFER_OF_USE" }, held).map(({ id }) => id)).toEqual(["fits", "use only"]);
  });
});

describe("an order that is written", () => {
  const at = (text: string) => new Date(text);

  it("asks for all that is left at the limit, and binds for two days", () => {
    expect(orderDraft({}, call, [contract("a")], at("2026-12-01T10:00:30Z"), CLOCK)).toEqual({
      quantity: 800, pricePerUnitDay: "0.0110", ...days("2027-01-01", "2027-02-01"), acceptBy: "2026-12-03T10:00:00.000Z", contractId: "a",
    });
  });

  it("binds no longer than until its first gas day begins", () => {
    const draft = orderDraft({ from: "2027-01-10" as GasDay }, call, [contract("a")], at("2027-01-09T20:00:00Z"), CLOCK);
    expect(draft?.acceptBy).toBe("2027-01-10T05:00:00.000Z");
  });

  it("sells from no contract where one buys", () => {
    expect(orderDraft({}, { ...call, side: "SELL" }, [], at("2026-12-01T10:00:00Z"), CLOCK)?.contractId).toBeNull();
  });

  it("is none while its time is not one", () => {
    expect(orderDraft({ until: "soon" }, call, [], at("2026-12-01T10:00:00Z"), CLOCK)).toBeUndefined();
  });
});
