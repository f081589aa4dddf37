import { describe, expect, it } from "vitest";
import { filtered, readAddress, withCharge } from "./address";

describe("the address of the settlement screen", () => {
  it("is read as it is written, and read again stays what it is", () => {
    const search = { party: "NORDWIND", month: "2027-01-01", code: "RELEASE_CREDIT", before: "73", charge: "73.0", proof: "checked" };
    const address = readAddress(search);
    expect(address).toMatchObject({ ...search, before: 73 });
    expect(readAddress({ ...address })).toEqual(address);
  });

  it("takes any gas day of a month for the month", () => {
    expect(readAddress({ month: "2027-01-17", from: "2026-11-30" })).toMatchObject({ month: "2027-01-01", from: "2026-11-01" });
  });

  it.each([
    ["month", "January"],
    ["code", "RESERVATIONS"],
    ["before", "0"],
    ["before", "1e3"],
    ["charge", "73"],
    ["charge", "0.0"],
    ["show", "everything"],
  ])("leaves out %s %s", (name, value) => {
    expect(Object.values(readAddress({ [name]: value })).filter((one) => one !== undefined)).toEqual([]);
  });

  it("begins with the newest page when a filter is chosen", () => {
    expect(filtered({ before: 73, party: "NORDWIND" }, { code: "RESERVATION" })).toEqual({ before: undefined, party: "NORDWIND", code: "RESERVATION" });
  });

  it("does not take the proof of one charge along to the next", () => {
    expect(withCharge({ charge: "1.0", proof: "checked", show: "log" }, "2.0").proof).toBeUndefined();
  });
});
