import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { CommandForm } from "./CommandForm";
import { ChecksField, ChoiceField, TextField } from "./Fields";

const idle = { isSending: false, isDone: false, refusal: undefined };
const frame = { label: "Policy", fields: ["factor"], submit: "Send", done: "Done" };

describe("a form that sends a command", () => {
  it("cannot be sent while what is written is not complete", () => {
    render(<CommandForm {...frame} command={idle} onSend={undefined}>{null}</CommandForm>);
    expect(screen.getByRole("button", { name: "Send" }).hasAttribute("disabled")).toBe(true);
  });

  it("sends once for each submit", () => {
    const send = vi.fn();
    render(<CommandForm {...frame} command={idle} onSend={send}>{null}</CommandForm>);
    fireEvent.submit(screen.getByRole("form", { name: "Policy" }));
    expect(send).toHaveBeenCalledTimes(1);
  });

  it("lists what is wrong beside its fields, and leaves to fields what is theirs", () => {
    const refusal = { message: "2 faults", faults: [{ path: ["factor"], place: null, message: "too large" }, { path: [], place: null, message: "is closed" }] };
    render(<CommandForm {...frame} command={{ ...idle, refusal }} onSend={undefined}>{null}</CommandForm>);
    expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual(["is closed"]);
  });
});

describe("fields", () => {
  it("say what is wrong with them", () => {
    render(<TextField label="Factor" value="9" fault="too large" onChange={() => undefined} />);
    expect(screen.getByLabelText(/Factor/).getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByRole("alert").textContent).toBe("too large");
  });

  it("give the value of what was chosen, and none for none", () => {
    const choose = vi.fn();
    render(<ChoiceField label="Edge" none="choose one" options={[{ value: "a", text: "A" }]} value={undefined} onChange={choose} />);
    fireEvent.change(screen.getByLabelText("Edge"), { target: { value: "a" } });
    fireEvent.change(screen.getByLabelText("Edge"), { target: { value: "" } });
    expect(choose.mock.calls).toEqual([["a"], [undefined]]);
  });

  it("keep the order of their options, whatever is checked first", () => {
    const check = vi.fn();
    const options = [{ value: "ENTRY", text: "entries" }, { value: "EXIT", text: "exits" }] as const;
    render(<ChecksField label="On sale" options={options} values={["EXIT"]} onChange={check} />);
    fireEvent.click(screen.getByLabelText("entries"));
    expect(check).toHaveBeenCalledWith(["ENTRY", "EXIT"]);
  });
});
