import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { useKeys } from "./useKeys";

const onEscape = vi.fn();
const onN = vi.fn();

function Screen() {
  useKeys({ Escape: onEscape, n: onN });
  return (
    <>
      <button type="button">button</button>
      <input aria-label="field" />
      <div role="menu"><div role="menuitem" tabIndex={-1}>item</div></div>
    </>
  );
}

describe("keys of a screen", () => {
  it.each([
    ["button", 1],
    ["textbox", 0],
    ["menuitem", 0],
  ])("at a %s act %d times", (role, times) => {
    vi.clearAllMocks();
    render(<Screen />);
    const element = screen.getByRole(role);
    fireEvent.keyDown(element, { key: "Escape" });
    fireEvent.keyDown(element, { key: "n" });
    expect([onEscape.mock.calls.length, onN.mock.calls.length]).toEqual([times, times]);
  });
});
