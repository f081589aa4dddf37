// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { keep, readKept } from "./kept";

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

it("a text is kept until it is taken back", () => {
  keep("one", "text");
  expect([readKept("one"), readKept("other")]).toEqual(["text", undefined]);
  keep("one", undefined);
  expect(readKept("one")).toBeUndefined();
});

it("a browser that forbids to keep anything forgets it, and goes on", () => {
  const forbidden = () => { throw new DOMException("forbidden", "SecurityError"); };
  vi.stubGlobal("localStorage", { getItem: forbidden, setItem: forbidden, removeItem: forbidden, clear: () => undefined });
  keep("one", "text");
  keep("one", undefined);
  expect(readKept("one")).toBeUndefined();
});
