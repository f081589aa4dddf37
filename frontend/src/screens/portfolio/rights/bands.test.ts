import { describe, expect, it } from "vitest";
import type { Quantity } from "../../../format/amounts";
import type { Days, GasDay } from "../../../format/days";
import { bandsOf } from "./bands";
import type { Held } from "./held";

const days = (start: string, end: string): Days => ({ start: start as GasDay, end: end as GasDay });
const axis = days("2027-01-01", "2027-04-01");
const held = (key: string, isEntry: boolean, ...rights: readonly (readonly [Days, number])[]): Held => ({
  key, name: key, about: key, isEntry, isInterruptible: false, contract: key,
  rights: rights.map(([period, amount]) => ({ days: period, quantity: amount as unknown as Quantity })),
});

const exit = held("exit", false, [days("2026-12-01", "2027-02-01"), 10], [days("2027-02-01", "2027-06-01"), 4]);
const later = held("later", false, [days("2027-03-01", "2027-05-01"), 5]);
const entry = held("entry", true, [days("2027-01-01", "2027-03-01"), 7]);

describe("rights over time", () => {
  const { bands, highest, lowest } = bandsOf([exit, later, entry], axis);

  it("stacks exits upwards and entries downwards, within the axis", () => {
    expect(bands.map(({ held: { key }, days: { start, end }, from, to }) => [key, start, end, from, to])).toEqual([
      ["exit", "2027-01-01", "2027-02-01", 0, 10],
      ["entry", "2027-01-01", "2027-02-01", 0, -7],
      ["exit", "2027-02-01", "2027-03-01", 0, 4],
      ["entry", "2027-02-01", "2027-03-01", 0, -7],
      ["exit", "2027-03-01", "2027-04-01", 0, 4],
      ["later", "2027-03-01", "2027-04-01", 4, 9],
    ]);
  });

  it("reaches as far as the most on any day", () => {
    expect([highest, lowest]).toEqual([10, -7]);
  });

  it("draws nothing of what is passed on entirely", () => {
    expect(bandsOf([held("gone", false, [axis, 0])], axis).bands).toEqual([]);
  });
});
