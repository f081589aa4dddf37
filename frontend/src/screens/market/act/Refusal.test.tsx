import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Quantity } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { Refusal } from "./Refusal";
import { holdsStep } from "./steps";

const quantity = (amount: number) => amount as unknown as Quantity;
const days = (start: string, end: string) => ({ start: start as GasDay, end: end as GasDay });

describe("a refusal", () => {
  it("names the fields at fault", () => {
    render(<Refusal problem={{ code: "INVALID_INPUT", message: "the input has faults", faults: [{ path: ["input", "bidsCloseAt"], message: "must be after now" }] }} />);
    expect(screen.getByRole("alert").textContent).toContain("Bids close: must be after now");
  });

  it("advises, and offers the next step of its code alone", async () => {
    const act = vi.fn();
    render(<Refusal problem={{ code: "NOT_OPEN", message: "this listing is not open: taken" }} steps={{ NOT_OPEN: { text: "Elsewhere", act }, NOT_ON_OFFER: { text: "Less", act } }} />);
    expect(screen.getByRole("alert").textContent).toContain("This listing is not open: taken.");
    expect(screen.getByRole("alert").textContent).toContain("Others were quicker");
    expect(screen.queryByRole("button", { name: "Less" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Elsewhere" }));
    expect(act).toHaveBeenCalledOnce();
  });

  it("of more than is free takes the most that is free throughout", () => {
    const go = vi.fn();
    const problem = {
      code: "CAPACITY_NOT_HELD", message: "too much",
      free: [{ period: days("2027-01-01", "2027-02-01"), quantity: quantity(700) }, { period: days("2027-02-01", "2027-03-01"), quantity: quantity(900) }],
    };
    holdsStep({ state: "refused", problem }, go).CAPACITY_NOT_HELD?.act();
    expect(go).toHaveBeenCalledWith({ quantity: 700 });
    const none = { ...problem, free: [{ period: days("2027-01-01", "2027-02-01"), quantity: quantity(0) }] };
    expect(holdsStep({ state: "refused", problem: none }, go)).toEqual({});
  });
});
