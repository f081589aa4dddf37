import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { Client } from "urql";
import { Provider } from "urql";
import { describe, expect, it, vi } from "vitest";
import { fromValue } from "wonka";
import type { ListedParty } from "../parties/queries";
import { InviteForm } from "./InviteForm";

const company = (id: string): ListedParty => ({ id, code: id, name: `Company ${id}`, kind: "SHIPPER", possibleRoles: ["SHIPPER"] });

/** The form as it stands in a list that is narrowed to a party; what it sends is kept. */
function show(ids: readonly string[], narrowed: string | undefined) {
  const send = vi.fn(() => fromValue({
    data: { inviteUser: { __typename: "InitialPasswordPayload", initialPassword: "pw", account: { id: "a", email: "a@b.test" } } },
  }));
  const client = { executeMutation: send } as unknown as Client;
  const form = (shown: readonly string[]) => (
    <Provider value={client}><InviteForm parties={shown.map(company)} party={narrowed} onCancel={vi.fn()} onShow={vi.fn()} /></Provider>
  );
  const { rerender } = render(form(ids));
  return { send, come: (later: readonly string[]) => { rerender(form(later)); } };
}

async function invite() {
  await userEvent.type(screen.getByLabelText("Name"), "Ada");
  await userEvent.type(screen.getByLabelText("E-mail address"), "a@b.test");
  await userEvent.click(screen.getByRole("button", { name: "Invite a person" }));
}

const sentTo = (send: ReturnType<typeof show>["send"]) => send.mock.calls.map((call: readonly unknown[]) => (call[0] as { variables: { input: { partyId: string } } }).variables.input.partyId);

describe("an invitation", () => {
  it("is into the first company where none is named", async () => {
    const { send } = show(["1", "2"], undefined);
    await invite();
    expect(sentTo(send)).toEqual(["1"]);
  });

  it("is into no other company than the one that is named", async () => {
    const { send, come } = show(["1", "2"], "101");
    expect(screen.getByLabelText<HTMLSelectElement>("Party").selectedOptions[0]?.text).toBe("Choose a party");
    await invite();
    expect(send).not.toHaveBeenCalled();
    come(["1", "2", "101"]);
    expect(screen.getByLabelText<HTMLSelectElement>("Party").value).toBe("101");
    await userEvent.click(screen.getByRole("button", { name: "Invite a person" }));
    expect(sentTo(send)).toEqual(["101"]);
  });
});
