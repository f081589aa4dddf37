import { describe, expect, it } from "vitest";
import { rowsOf } from "./charges";
import type { Entry, Line } from "./queries";

const side = (line: number, partyCode: string, counterpartyCode: string, gasMonth: string): Line =>
  ({ line, partyCode, counterpartyCode, gasMonth, code: "RESERVATION", contractId: "c" }) as Line;

const ENTRY = {
  sequence: 7,
  lines: [
    side(0, "NORDWIND", "NETZ", "2026-12-01"),
    side(0, "NETZ", "NORDWIND", "2026-12-01"),
    side(1, "ALPENGAS", "NORDWIND", "2027-01-01"),
    side(1, "NORDWIND", "ALPENGAS", "2027-01-01"),
  ],
} as unknown as Entry;

const shown = (filter: Parameters<typeof rowsOf>[1]) => rowsOf([ENTRY], filter).map((row) => [row.key, row.side.partyCode]);

describe("charges of entries", () => {
  it("are one row a line, the first side of those that one sees", () => {
    expect(shown({})).toEqual([["7.0", "NORDWIND"], ["7.1", "ALPENGAS"]]);
  });

  it("show the side of the party that one looks for", () => {
    expect(shown({ party: "NORDWIND" })).toEqual([["7.0", "NORDWIND"], ["7.1", "NORDWIND"]]);
    expect(shown({ party: "NETZ" })).toEqual([["7.0", "NETZ"]]);
  });

  it("show the only side that one may see, also of another party", () => {
    const seen = { ...ENTRY, lines: ENTRY.lines.filter(({ partyCode }) => partyCode === "NORDWIND") };
    expect(rowsOf([seen], { party: "ALPENGAS" }).map((row) => [row.key, row.side.partyCode])).toEqual([["7.1", "NORDWIND"]]);
  });

  it("are those of the month and code that one looks for", () => {
    expect(shown({ month: "2027-01-01" as never })).toEqual([["7.1", "ALPENGAS"]]);
    expect(shown({ code: "RELEASE_CREDIT" })).toEqual([]);
  });
});
