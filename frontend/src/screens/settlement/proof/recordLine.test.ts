import { describe, expect, it } from "vitest";
import vectors from "../../../proofs/inclusion/vectors.json";
import type { Entry, Line } from "../queries";
import { saysCharge } from "./recordLine";

const [, vector] = vectors.entries;
const record = vector?.record ?? "";
const [said] = (JSON.parse(record) as { lines: [Record<string, never>] }).lines;
const entry = { sequence: 2 } as Entry;

const idOf = (party: string): string => btoa(`Party:${party}`);
const [debtor, creditor] = [idOf(String(said.debtor)), idOf(String(said.creditor))];
/** The parties as its creditor sees them. */
const sides = { party: creditor, counterparty: debtor };

/** The line as the API shows it to its creditor. */
const side = {
  line: 0,
  contractId: btoa(`Contract:${String(said.contract_id)}`),
  contractCode: said.contract_code,
  code: said.charge_code,
  gasMonth: "2026-12-01",
  period: said.period,
  quantity: said.quantity,
  rate: said.rate,
  amount: { amount: `-${String(said.amount)}0`, currency: said.currency },
  working: said.working,
  reverses: null,
} as unknown as Line;

describe("a record and the charge that is shown", () => {
  it("agree whatever the scale and the side of the amount", () => {
    expect(String(said.amount)).toContain(".");
    expect(saysCharge(record, entry, side, sides)).toBe(true);
    const owed = { ...side, amount: { ...side.amount, amount: `${String(said.amount)}0` } } as unknown as Line;
    expect(saysCharge(record, entry, owed, { party: debtor, counterparty: creditor })).toBe(true);
  });

  it("do not agree with the sides or the sign exchanged", () => {
    const owed = { ...side, amount: { ...side.amount, amount: said.amount } } as unknown as Line;
    expect(saysCharge(record, entry, owed, sides)).toBe(false);
    expect(saysCharge(record, entry, side, { party: debtor, counterparty: creditor })).toBe(false);
  });

  it.each<[string, Parameters<typeof saysCharge>[3]]>([
    ["another party", { party: idOf("0"), counterparty: debtor }],
    ["another counterparty", { party: creditor, counterparty: idOf("0") }],
    ["parties that are not known", { party: undefined, counterparty: undefined }],
  ])("do not agree about %s", (_, others) => {
    expect(saysCharge(record, entry, side, others)).toBe(false);
  });

  it("agree about a reversal, whose amount is below nothing for its debtor", () => {
    const [line] = (JSON.parse(record) as { lines: [object] }).lines;
    const reversed = JSON.stringify({ sequence: 2, lines: [{ ...line, quantity: -1, amount: "-43.32", reverses: { sequence: 1, line: 0 } }] });
    const shown = { ...side, quantity: -1, amount: { amount: "-43.32", currency: "EUR" }, reverses: { sequence: 1, line: 0 } } as unknown as Line;
    expect(saysCharge(reversed, entry, shown, { party: debtor, counterparty: creditor })).toBe(true);
    expect(saysCharge(reversed, entry, shown, sides)).toBe(false);
  });

  it.each<[string, Partial<Record<keyof Line, unknown>>]>([
    ["another amount", { amount: { amount: "1.00", currency: "EUR" } }],
    ["another currency", { amount: { ...side.amount, currency: "USD" } }],
    ["another contract", { contractCode: "C-2" }],
    ["another contract's id", { contractId: btoa("Contract:0") }],
    ["another rate", { rate: "0.01" }],
    ["another quantity", { quantity: 1 }],
    ["another gas month", { gasMonth: "2027-01-01" }],
    ["other days", { period: { ...side.period, end: "2027-02-01" } }],
    ["another code", { code: "RELEASE_CREDIT" }],
    ["a step less", { working: side.working.slice(1) }],
    ["another step", { working: side.working.map((step) => step.replace("1", "2")) }],
    ["another line", { line: 1 }],
    ["a reversal", { reverses: { sequence: 1, line: 0 } }],
  ])("do not agree about %s", (_, change) => {
    expect(saysCharge(record, entry, { ...side, ...change } as Line, sides)).toBe(false);
  });

  it("do not agree where the record is that of another entry, or none", () => {
    expect(saysCharge(record, { sequence: 3 } as Entry, side, sides)).toBe(false);
    expect(saysCharge("not JSON", entry, side, sides)).toBe(false);
    expect(saysCharge("null", entry, side, sides)).toBe(false);
  });
});
