import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { GasDay } from "../../format/days";
import { DayInput } from "./DayInput";

it("takes a year digit by digit, and what is no day or may not be chosen not at all", () => {
  const onChange = vi.fn();
  render(<DayInput aria-invalid={false} value={"2027-03-31" as GasDay} min={"2027-03-01" as GasDay} onChange={onChange} />);
  const field = screen.getByDisplayValue("2027-03-31");
  for (const typed of ["0002-03-31", "0020-03-31", "0202-03-31", "2028-03-31"]) {
    fireEvent.change(field, { target: { value: typed } });
    expect(field).toHaveProperty("value", typed);
  }
  expect(onChange.mock.calls).toEqual([["2028-03-31"]]);
  fireEvent.change(field, { target: { value: "" } });
  expect(field).toHaveProperty("value", "");
  fireEvent.blur(field);
  expect(field).toHaveProperty("value", "2027-03-31");
  expect(onChange).toHaveBeenCalledTimes(1);
});
