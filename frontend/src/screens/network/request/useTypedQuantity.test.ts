// @vitest-environment happy-dom
import { act, renderHook } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Quantity } from "../../../format/amounts";
import { useTypedQuantity } from "./useTypedQuantity";

const of = (amount: number) => amount as unknown as Quantity;

function field(first?: Quantity) {
  const onChange = vi.fn();
  const { result, rerender } = renderHook(({ quantity }) => useTypedQuantity(quantity, "KWH_PER_H", onChange), {
    initialProps: { quantity: first },
  });
  return {
    onChange,
    shown: () => [result.current.text, result.current.isWrong],
    type: (text: string) => { act(() => { result.current.onType(text); }); },
    leave: () => { act(() => { result.current.onLeave(); }); },
    clear: () => { act(() => { result.current.onClear(); }); },
    come: (quantity: Quantity | undefined) => { rerender({ quantity }); },
  };
}

describe("the field of a quantity", () => {
  it("keeps what is typed while the address follows late", () => {
    const { type, come, shown, onChange } = field();
    for (const text of ["1", "12", "12k"]) type(text);
    come(of(1));
    come(of(12));
    expect(shown()).toEqual(["12k", false]);
    come(of(12_000));
    expect(shown()).toEqual(["12k", false]);
    expect(onChange.mock.calls).toEqual([[1], [12], [12_000]]);
  });

  it("writes the quantity in full once it is left", () => {
    const { type, come, leave, shown } = field();
    type("12k");
    come(of(12_000));
    leave();
    expect(shown()).toEqual(["12,000", false]);
  });

  it("shows the quantity that comes from elsewhere, whatever was typed", () => {
    const { type, come, leave, shown } = field(of(5));
    type("5x");
    come(undefined);
    expect(shown()).toEqual(["5x", true]);
    leave();
    expect(shown()).toEqual(["5x", true]);
    come(of(5));
    expect(shown()).toEqual(["5", false]);
  });

  it("is empty for a new request", () => {
    const { type, clear, shown } = field();
    type("many");
    clear();
    expect(shown()).toEqual(["", false]);
  });
});
