import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { Client } from "urql";
import { Provider } from "urql";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fromValue } from "wonka";
import vectors from "../../../proofs/inclusion/vectors.json";
import type { Entry, Line } from "../queries";
import { ProofPanel } from "./ProofPanel";
import { trustKey } from "./trusted";

const [, vector] = vectors.entries;
if (vector === undefined) throw new Error("there are vectors");
const [said] = (JSON.parse(vector.record) as { lines: [Record<string, never>] }).lines;

const entry = { sequence: vector.index + 1, hash: vector.digest } as Entry;
const side = {
  line: 0,
  partyCode: "NORDWIND",
  counterpartyCode: "NETZ",
  gasMonth: "2026-12-01",
  contractId: btoa(`Contract:${String(said.contract_id)}`),
  contractCode: said.contract_code,
  code: said.charge_code,
  period: said.period,
  quantity: said.quantity,
  rate: said.rate,
  amount: { amount: said.amount, currency: said.currency },
  working: said.working,
  reverses: null,
} as unknown as Line;

/** What the directory finds by a code: also those whose codes only begin with it. */
const found = (code: string) => {
  const id = code === "NORDWIND" ? said.debtor : said.creditor;
  return { edges: [{ node: { id: "other", code: `${code}-2` } }, { node: { id: btoa(`Party:${String(id)}`), code } }] };
};

function show(shown: Line = side, answered: string = vector?.file ?? "") {
  const answer = ({ variables }: { readonly variables: { readonly party: string; readonly counterparty: string } }) => ({
    entryInclusion: { record: vector?.record, file: answered },
    party: found(variables.party),
    counterparty: found(variables.counterparty),
    transparencyLogs: [{ origin: "log", newest: { verifierKey: vectors.key } }],
  });
  const client = { executeQuery: (request: Parameters<typeof answer>[0]) => fromValue({ data: answer(request), stale: false, hasNext: false }) } as unknown as Client;
  render(<Provider value={client}><ProofPanel entry={entry} side={shown} isShown onShow={vi.fn()} /></Provider>);
}

const failing = () => within(screen.getByRole("list")).getAllByRole("listitem").filter(({ dataset }) => dataset.holds === "false");

afterEach(() => { trustKey(undefined); });

describe("the proof of a charge", () => {
  it("is checked in the browser, by the key that the platform states unless one has another", async () => {
    show();
    await screen.findByText("Proved: this charge is in the log");
    expect(failing()).toEqual([]);
    expect(screen.getByText(/by the key that this platform states:/)).toBeDefined();
  });

  it("fails where the screen shows another amount than the record", async () => {
    show({ ...side, amount: { ...side.amount, amount: "1.00" as never } });
    await screen.findByText("Not proved");
    expect(failing().map(({ textContent }) => textContent)).toEqual([expect.stringContaining("The entry's record says this charge")]);
  });

  it("fails where the screen shows the sides exchanged", async () => {
    show({ ...side, partyCode: side.counterpartyCode, counterpartyCode: side.partyCode });
    await screen.findByText("Not proved");
    expect(failing()).toHaveLength(1);
  });

  it("fails by the key that the operator gave, where another has signed", async () => {
    show();
    await userEvent.type(await screen.findByLabelText("Verifier key from the operator"), `${vectors.otherKey}{Enter}`);
    await screen.findByText("Not proved");
    expect(failing().map(({ textContent }) => textContent)).toEqual([expect.stringContaining("by the key you entered:")]);
  });

  it("says that a proof cannot be read", async () => {
    show(side, "something else");
    await screen.findByText(/The proof that came cannot be read/);
    expect(screen.queryByText(/^Proved/)).toBeNull();
  });
});
