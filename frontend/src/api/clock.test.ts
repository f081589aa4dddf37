import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { platformNow, setClock } from "./clock";

const HERE = new Date("2027-01-15T05:55:00Z");

beforeEach(() => { vi.useFakeTimers({ now: HERE }); });
afterEach(() => {
  setClock(Date.now());
  vi.useRealTimers();
});

describe("the platform's clock", () => {
  it("is ahead of this machine's as far as it was when it gave an answer", () => {
    setClock(Date.parse("2027-01-15T06:01:00Z"));
    vi.setSystemTime(HERE.getTime() + 60_000);
    expect(platformNow().toISOString()).toBe("2027-01-15T06:02:00.000Z");
  });

  it("is this machine's where they differ by no more than an answer takes on its way", () => {
    setClock(HERE.getTime() - 1_500);
    expect(platformNow()).toEqual(HERE);
  });
});
