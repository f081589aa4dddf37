// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { loadPosition, storePosition } from "./readPosition";

afterEach(() => { localStorage.clear(); });

describe("up to where somebody has looked", () => {
  it("is kept for each account by itself", () => {
    storePosition("one", { at: "2027-01-15T08:00:00Z", market: "7" });
    expect(loadPosition("one")).toEqual({ at: "2027-01-15T08:00:00Z", market: "7" });
    expect(loadPosition("other")).toBeUndefined();
  });

  it.each(["", "{", "null", "[]", '{"at":1}', '{"at":"some day"}', '{"at":"2027-01-15T08:00:00Z","market":7}'])("is not read from %j", (stored) => {
    localStorage.setItem("linepack.notifications.one", stored);
    expect(loadPosition("one")).toBeUndefined();
  });
});
