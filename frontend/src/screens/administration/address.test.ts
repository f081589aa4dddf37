import { describe, expect, it } from "vitest";
import { readAddress } from "./address";

describe("the address of the administration screen", () => {
  it("holds the view, its filters and what is chosen", () => {
    expect(readAddress({ view: "people", role: "MARKETER", state: "disabled", search: "pat", chosen: "QWNjb3VudA", after: "c" })).toMatchObject({
      view: "people", role: "MARKETER", state: "disabled", search: "pat", chosen: "QWNjb3VudA", after: "c",
    });
  });

  it("leaves out what no screen knows", () => {
    const read = readAddress({ view: "everything", role: "KING", state: "asleep", kind: "BANK", change: "EATEN", search: "" });
    expect(Object.values(read).every((value) => value === undefined)).toBe(true);
  });
});
