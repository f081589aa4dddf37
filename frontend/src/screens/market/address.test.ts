import { describe, expect, it } from "vitest";
import type { GasDay } from "../../format/days";
import { daysToCome, draftDays, filterDays, readAddress } from "./address";

const day = (text: string) => text as GasDay;
const days = (start: string, end: string) => ({ start: day(start), end: day(end) });
const given = (address: object) => Object.fromEntries(Object.entries(address).filter(([, value]) => value !== undefined));

describe("the address of the market", () => {
  it("holds an offer and a bid that is being written", () => {
    const address = readAddress({ release: "abc", quantity: "5000", price: "0.0125", from: "2027-01-01", to: "2027-02-01" });
    expect(given(address)).toEqual({ release: "abc", quantity: 5000, price: "0.0125", from: "2027-01-01", to: "2027-02-01" });
  });

  it("is read again as it was read", () => {
    const address = readAddress({ offer: "LP-1", quantity: "5000", least: "10", term: "30", price: "0.0125", until: "2027-01-01T06:00" });
    expect(readAddress({ ...address })).toEqual(address);
    expect(address.term).toBe(30);
  });

  it("leaves out what is not understood", () => {
    expect(given(readAddress({ show: "auctions", quantity: "-3", price: "cheap", start: "2027-02-30", term: "0", mine: "no", listing: "" }))).toEqual({});
  });
});

describe("the days of the filter", () => {
  it("are one gas day where one bound is given", () => {
    expect(filterDays({ start: day("2027-01-10") })).toEqual(days("2027-01-10", "2027-01-11"));
    expect(filterDays({ end: day("2027-01-10") })).toEqual(days("2027-01-09", "2027-01-10"));
    expect(filterDays({})).toBeUndefined();
  });
});

describe("the days that are written", () => {
  const offered = days("2027-01-01", "2027-04-01");

  it("are all that are offered unless one says otherwise", () => {
    expect(draftDays({}, offered)).toEqual(offered);
    expect(draftDays({ from: day("2027-02-01"), to: day("2027-01-15") }, offered)).toEqual(days("2027-02-01", "2027-04-01"));
  });

  it("begin after the gas day that runs, by the clock of the network", () => {
    const clock = { zone: "Europe/Berlin", startHour: 6 };
    expect(daysToCome(offered, new Date("2027-01-20T04:59:00Z"), clock).start).toBe("2027-01-20");
    expect(daysToCome(offered, new Date("2027-01-20T05:00:00Z"), clock).start).toBe("2027-01-21");
    expect(daysToCome(offered, new Date("2026-12-01T00:00:00Z"), clock)).toEqual(offered);
  });
});
