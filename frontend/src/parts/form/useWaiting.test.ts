// @vitest-environment happy-dom
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useWaiting } from "./useWaiting";

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

describe("a wait", () => {
  it("is counted down to its end, and begins anew when it is told to", () => {
    const { result } = renderHook(useWaiting);
    expect(result.current.seconds).toBe(0);
    act(() => { result.current.wait(3); });
    const seen = [result.current.seconds];
    for (let second = 0; second < 4; second++) {
      act(() => { vi.advanceTimersByTime(1_000); });
      seen.push(result.current.seconds);
    }
    expect(seen).toEqual([3, 2, 1, 0, 0]);
    act(() => { result.current.wait(2); });
    expect(result.current.seconds).toBe(2);
  });
});
