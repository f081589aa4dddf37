import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { NewPassword } from "./NewPassword";

it("a new password is compared with its repetition whichever of them changes", async () => {
  render(<NewPassword />);
  const [next, repeated] = [screen.getByLabelText("New password"), screen.getByLabelText<HTMLInputElement>("New password, again")];
  await userEvent.type(next, "one long password");
  expect(repeated.validity.customError).toBe(false);
  await userEvent.type(repeated, "one long password");
  expect(repeated.validity.customError).toBe(false);
  await userEvent.type(next, "!");
  expect(repeated.validity.customError).toBe(true);
  await userEvent.type(repeated, "!");
  expect(repeated.validity.customError).toBe(false);
});
