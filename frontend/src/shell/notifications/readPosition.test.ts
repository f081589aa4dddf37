// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { followPosition, loadPosition, storePosition } from "./readPosition";

afterEach(() => { localStorage.clear(); });

describe("up to where somebody has looked", () => {
  it("is kept for each account by itself", () => {
    storePosition("one", { at: "2027-01-15T08:00:00Z", market: "7" });
    expect(loadPosition("one")).toEqual({ at: "2027-01-15T08:00:00Z", market: "7" });
    expect(loadPosition("other")).toBeUndefined();
  });

  it("goes no way back, as of a tab that has seen less", () => {
    storePosition("one", { at: "2027-01-15T08:00:00Z", market: "7" });
    storePosition("one", { at: "2027-01-15T07:59:59Z", market: "6" });
    expect(loadPosition("one")?.market).toBe("7");
  });

  it("is told to other tabs of the account", () => {
    const listener = vi.fn();
    const end = followPosition("one", listener);
    const tell = (account: string) => window.dispatchEvent(new StorageEvent("storage", { key: `linepack.notifications.${account}` }));
    storePosition("one", { at: "2027-01-15T08:00:00Z" });
    tell("other");
    expect(listener).not.toHaveBeenCalled();
    tell("one");
    expect(listener).toHaveBeenCalledWith({ at: "2027-01-15T08:00:00Z" });
    end();
    tell("one");
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it.each(["", "{", "null", "[]", '{"at":1}', '{"at":"some day"}', '{"at":"2027-01-15T08:00:00Z","market":7}'])("is not read from %j", (stored) => {
    localStorage.setItem("linepack.notifications.one", stored);
    expect(loadPosition("one")).toBeUndefined();
  });
});
