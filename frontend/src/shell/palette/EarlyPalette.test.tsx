import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import type { Begun } from "./EarlyPalette";
import { EarlyPalette } from "./EarlyPalette";

const said: Begun[] = [];
let closed = 0;

function Waiting() {
  const [begun, setBegun] = useState<Begun>({ text: "", isEntered: false });
  said.push(begun);
  return <EarlyPalette begun={begun} onType={setBegun} onClose={() => { closed += 1; }} />;
}

describe("the palette that is not loaded yet", () => {
  it("takes what is typed from the first key on, up to Enter", async () => {
    render(<Waiting />);
    await userEvent.keyboard("sink 12");
    expect(screen.getByRole<HTMLInputElement>("textbox").value).toBe("sink 12");
    await userEvent.keyboard("{Enter}");
    expect(said.at(-1)).toEqual({ text: "sink 12", isEntered: true });
    await userEvent.keyboard("{Escape}");
    expect(closed).toBe(1);
  });
});
