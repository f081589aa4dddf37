import { createMemoryHistory, createRootRoute, createRouter, RouterContextProvider } from "@tanstack/react-router";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { Provider } from "urql";
import { expect, it } from "vitest";
import { fromValue } from "wonka";
import type { GasDay } from "../../../format/days";
import { operatorTexts } from "../../../texts/operator";
import type { OperatorAddress } from "../address";
import type { OperatedNetwork } from "../queries";
import { OverlayForm } from "./OverlayForm";

const end = { id: "n", code: "a", name: "a" };
const network = { code: "gaslib-40", edges: [{ id: "e", code: "pipe_5", name: "pipe 5", tail: end, head: end }] } as unknown as OperatedNetwork;
const DAYS = { start: "2027-08-01" as GasDay, end: "2027-09-01" as GasDay };
const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });

function Form() {
  const [address, setAddress] = useState<OperatorAddress>({ edge: "pipe_5" });
  return <OverlayForm network={network} address={address} today={DAYS.start} days={DAYS} onGo={(change) => { setAddress({ ...address, ...change }); }} />;
}

interface Sent {
  readonly variables: { readonly input: { readonly idempotencyKey: string; readonly edge: string } };
}

it("an overlay that is written again once it was put is another one", async () => {
  const sent: Sent["variables"]["input"][] = [];
  const executeMutation = ({ variables }: Sent) => {
    sent.push(variables.input);
    return fromValue({ data: { setOverlay: { __typename: "SetOverlayPayload" } } });
  };
  render(
    <RouterContextProvider router={router}>
      <Provider value={{ executeMutation }}><Form /></Provider>
    </RouterContextProvider>,
  );
  const edge = screen.getByLabelText<HTMLSelectElement>(operatorTexts.overlays.edge);
  const submit = screen.getByRole<HTMLButtonElement>("button", { name: operatorTexts.overlays.submit });
  await userEvent.click(submit);
  await screen.findByText(operatorTexts.overlays.done);
  await waitFor(() => { expect(edge.value).toBe(""); });
  expect(submit.disabled).toBe(true);
  await userEvent.selectOptions(edge, "pipe_5");
  await userEvent.click(submit);
  await waitFor(() => { expect(sent.map((one) => one.edge)).toEqual(["pipe_5", "pipe_5"]); });
  expect(sent[1]?.idempotencyKey).not.toBe(sent[0]?.idempotencyKey);
});
