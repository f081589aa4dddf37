import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { Client } from "urql";
import { CombinedError, Provider } from "urql";
import { expect, it, vi } from "vitest";
import { fromValue } from "wonka";
import { texts } from "../../texts/en";
import { Sessions } from "./Sessions";

it("says why not all sessions were ended", async () => {
  const answers = [
    { data: { signOut: { __typename: "RefusedProblem", code: "SESSION_ENDED", message: "the session has ended" } } },
    { data: undefined, error: new CombinedError({ networkError: new Error("offline") }) },
  ];
  const client = { executeMutation: () => fromValue(answers.shift()) } as unknown as Client;
  render(<Provider value={client}><Sessions sessions={[]} current="s" onEnded={vi.fn()} /></Provider>);
  const endAll = async () => { await userEvent.click(screen.getByRole("button", { name: texts.account.endAll })); };
  await endAll();
  expect(await screen.findByText("the session has ended")).toBeDefined();
  await endAll();
  expect(await screen.findByText(texts.faults.unreachable)).toBeDefined();
});
