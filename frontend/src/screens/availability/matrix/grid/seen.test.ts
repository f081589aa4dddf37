import { expect, it } from "vitest";
import { inSight, seen } from "./seen";

it("draws the lines in sight and some beyond, so many at a time", () => {
  expect(seen(100, 24, 0, 480)).toEqual({ first: 0, end: 32 });
  expect(seen(100, 24, 24 * 41, 480)).toEqual({ first: 32, end: 72 });
  expect(seen(100, 24, 24 * 42, 480)).toEqual({ first: 32, end: 72 });
  expect(seen(100, 24, 24 * 80, 480)).toEqual({ first: 72, end: 100 });
  expect(seen(3, 24, 0, Infinity)).toEqual({ first: 0, end: 3 });
});

it("moves no more than it takes to show a line", () => {
  expect(inSight(5, 24, 0, 480)).toBe(0);
  expect(inSight(30, 24, 0, 480)).toBe(31 * 24 - 480);
  expect(inSight(5, 24, 400, 480)).toBe(120);
});
