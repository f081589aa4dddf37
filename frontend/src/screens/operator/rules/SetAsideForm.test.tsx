import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { CombinedError, Provider } from "urql";
import { expect, it } from "vitest";
import { fromValue } from "wonka";
import type { GasDay } from "../../../format/days";
import { operatorTexts } from "../../../texts/operator";
import type { OperatedNetwork } from "../queries";
import { SetAsideForm } from "./SetAsideForm";

const network = { code: "gaslib-40", unit: "KWH_PER_H", nodes: [] } as unknown as OperatedNetwork;

interface Sent {
  readonly variables: { readonly input: { readonly idempotencyKey: string; readonly quantity: number } };
}

it("is sent again under its key after a lost answer, and under another once it is done", async () => {
  const sent: Sent["variables"]["input"][] = [];
  const lost = { data: undefined, error: new CombinedError({ networkError: new Error("offline") }) };
  const answers = [lost, { data: { setAside: { __typename: "SetAsidePayload" } } }, { data: { setAside: { __typename: "SetAsidePayload" } } }];
  const executeMutation = ({ variables }: Sent) => {
    sent.push(variables.input);
    return fromValue(answers[sent.length - 1]);
  };
  render(<Provider value={{ executeMutation }}><SetAsideForm network={network} today={"2027-01-15" as GasDay} /></Provider>);
  const quantity = screen.getByLabelText<HTMLInputElement>(/kWh\/h/);
  const submit = screen.getByRole<HTMLButtonElement>("button", { name: operatorTexts.setAsides.submit });
  await userEvent.type(screen.getByLabelText(operatorTexts.overlays.reason), "short-term sale");
  await userEvent.type(quantity, "500");
  await userEvent.click(submit);
  await screen.findByText(operatorTexts.form.unanswered);
  await userEvent.click(submit);
  await screen.findByText(operatorTexts.form.done);
  await waitFor(() => { expect(quantity.value).toBe(""); });
  expect(submit.disabled).toBe(true);
  await userEvent.type(quantity, "500{Enter}");
  await waitFor(() => { expect(sent.length).toBe(3); });
  expect(sent.map((one) => one.quantity)).toEqual([500, 500, 500]);
  expect(sent[1]?.idempotencyKey).toBe(sent[0]?.idempotencyKey);
  expect(sent[2]?.idempotencyKey).not.toBe(sent[0]?.idempotencyKey);
});
