import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { Client } from "urql";
import { Provider } from "urql";
import { expect, it, vi } from "vitest";
import { fromValue } from "wonka";
import { texts } from "../../texts/en";
import { SignInForm } from "./SignInForm";

it.each([
  ["INITIAL_PASSWORD", texts.passwords.next],
  ["SECOND_FACTOR_REQUIRED", texts.signIn.code],
])("what one account asks for (%s) is not asked of another", async (code, field) => {
  const answer = { data: { signIn: { __typename: "RefusedProblem", code, message: "refused", path: [] } } };
  const client = { executeMutation: () => fromValue(answer) } as unknown as Client;
  render(<Provider value={client}><SignInForm onSignedIn={vi.fn()} /></Provider>);
  await userEvent.type(screen.getByLabelText(texts.signIn.email), "a@b.test");
  await userEvent.type(screen.getByLabelText(texts.signIn.password), "password{Enter}");
  expect(await screen.findByLabelText(field)).toBeDefined();
  await userEvent.type(screen.getByLabelText(texts.signIn.email), "x");
  expect(screen.queryByLabelText(field)).toBeNull();
  expect(screen.getByLabelText(texts.signIn.password)).toBeDefined();
  expect(screen.queryByText("refused")).toBeNull();
});
