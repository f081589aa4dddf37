import { describe, expect, it } from "vitest";
import { readAddress } from "./address";

describe("the address of the availability screen", () => {
  it("is read as it was written", () => {
    const written = {
      view: "matrix", need: "1400000", start: "2027-01-01", end: "2027-02-01",
      entry: "source", exit: "sink 2", order: "free", by: "source_1", rows: "exits",
    };
    const address = readAddress(written);
    expect(Object.fromEntries(Object.entries(address).map(([name, value]) => [name, String(value)]))).toEqual(written);
    expect(readAddress({ ...address })).toEqual(address);
  });

  it("leaves out what it does not understand", () => {
    const address = readAddress({ view: "calendar", need: "1.5", start: "2027-02-30", entry: "", order: "name", rows: "points" });
    expect(Object.values(address).every((value) => value === undefined)).toBe(true);
  });
});
