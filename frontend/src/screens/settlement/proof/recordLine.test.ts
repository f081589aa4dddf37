import { describe, expect, it } from "vitest";
import vectors from "../../../proofs/inclusion/vectors.json";
import type { Entry, Line } from "../queries";
import { saysCharge } from "./recordLine";

const [, vector] = vectors.entries;
const record = vector?.record ?? "";
const [said] = (JSON.parse(record) as { lines: [Record<string, never>] }).lines;
const entry = { sequence: 2 } as Entry;

/** The line as the API shows it to its creditor. */
const side = {
  line: 0,
  contractId: btoa(`Contract:${String(said.contract_id)}`),
  contractCode: said.contract_code,
  code: said.charge_code,
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
    expect(saysCharge(record, entry, side)).toBe(true);
  });

  it.each<[string, Partial<Record<keyof Line, unknown>>]>([
    ["another amount", { amount: { amount: "1.00", currency: "EUR" } }],
    ["another currency", { amount: { ...side.amount, currency: "USD" } }],
    ["another contract", { contractCode: "C-2" }],
    ["another contract's id", { contractId: btoa("Contract:0") }],
    ["another rate", { rate: "0.01" }],
    ["another quantity", { quantity: 1 }],
    ["other days", { period: { ...side.period, end: "2027-02-01" } }],
    ["another code", { code: "RELEASE_CREDIT" }],
    ["a step less", { working: side.working.slice(1) }],
    ["another step", { working: side.working.map((step) => step.replace("1", "2")) }],
    ["another line", { line: 1 }],
    ["a reversal", { reverses: { sequence: 1, line: 0 } }],
  ])("do not agree about %s", (_, change) => {
    expect(saysCharge(record, entry, { ...side, ...change } as Line)).toBe(false);
  });

  it("do not agree where the record is that of another entry, or none", () => {
    expect(saysCharge(record, { sequence: 3 } as Entry, side)).toBe(false);
    expect(saysCharge("not JSON", entry, side)).toBe(false);
    expect(saysCharge("null", entry, side)).toBe(false);
  });
});
