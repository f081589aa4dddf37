// @vitest-environment happy-dom
import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useLast } from "./useLast";

it("the last answer stays while there is none", () => {
  const { result, rerender } = renderHook(({ value }) => useLast(value), { initialProps: { value: undefined as object | undefined } });
  expect(result.current).toBeUndefined();
  const [first, second] = [{ answer: 1 }, { answer: 2 }];
  for (const [value, shown] of [[first, first], [undefined, first], [second, second], [undefined, second]] as const) {
    rerender({ value });
    expect(result.current).toBe(shown);
  }
});
