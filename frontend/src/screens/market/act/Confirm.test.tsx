import { act, render, renderHook, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { useState } from "react";
import { Client, fetchExchange, gql, Provider } from "urql";
import { describe, expect, it, vi } from "vitest";
import type { Decimal } from "../../../format/amounts";
import { Form } from "../fields/Form";
import { PriceField } from "../fields/TypedField";
import { Confirm } from "./Confirm";
import type { Act } from "./useAct";
import { useAct } from "./useAct";

function Panel({ is, onConfirm }: { readonly is: Act<unknown>; readonly onConfirm: () => void }) {
  const [price, setPrice] = useState<Decimal>();
  return (
    <section data-panel>
      <Form label="Take it"><PriceField name="price" label="Price" unit="KWH_PER_H" currency="EUR" value={price} onChange={setPrice} /></Form>
      <Confirm act={is} text="Take" note="It binds." isReady onConfirm={onConfirm} />
    </section>
  );
}

const button = () => screen.getByRole("button", { name: /Take/ });

describe("the button that binds", () => {
  it("leads to a text that is not understood instead of taking what would stand for it", async () => {
    const onConfirm = vi.fn();
    render(<Panel is={{ state: "none" }} onConfirm={onConfirm} />);
    const field = screen.getByRole("textbox");
    await userEvent.type(field, "0,0075");
    await userEvent.click(button());
    expect(document.activeElement).toBe(field);
    await userEvent.keyboard("{Enter}");
    expect(document.activeElement).toBe(field);
    expect(onConfirm).not.toHaveBeenCalled();
    await userEvent.clear(field);
    await userEvent.type(field, "0.0075{Enter}");
    expect(document.activeElement).toBe(button());
    await userEvent.keyboard("{Enter}");
    expect(onConfirm).toHaveBeenCalledOnce();
  });

  it("is of the draft that is sent until an answer has come", () => {
    const { rerender } = render(<Panel is={{ state: "busy" }} onConfirm={vi.fn()} />);
    const form = screen.getByRole<HTMLFormElement>("form", { hidden: true });
    expect(form.inert).toBe(true);
    rerender(<Panel is={{ state: "refused", problem: { code: "CHANGED", message: "no" } }} onConfirm={vi.fn()} />);
    expect(form.inert).toBe(false);
  });
});

interface Taken {
  readonly take: object;
}

const TAKE = {
  document: gql<Taken, { quantity: number }>`mutation Take($quantity: Int) { take(quantity: $quantity) { __typename } }`,
  answerOf: ({ take }: Taken) => take,
};

/** A command on a platform that answers as one says. */
function commanded(answers: (() => Promise<Response>)[]) {
  const sent: unknown[] = [];
  const client = new Client({
    url: "http://platform.test/graphql",
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetch: async (_to, request) => {
      sent.push((JSON.parse(request?.body as string) as { variables: unknown }).variables);
      return (answers.shift() ?? (() => Promise.reject(new TypeError("no more"))))();
    },
  });
  const wrapper = ({ children }: { readonly children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  return { sent, wrapper };
}

describe("a command", () => {
  it("without an answer is sent again as it was, and nothing stops it", async () => {
    const { sent, wrapper } = commanded([
      () => Promise.reject(new TypeError("lost")),
      () => Promise.resolve(Response.json({ data: { take: { __typename: "Taken" } } })),
    ]);
    const { result } = renderHook(() => useAct(TAKE), { wrapper });
    const before = vi.fn(() => Promise.resolve(undefined));
    const press = (quantity: number) => { act(() => { result.current[1]({ quantity }, before); }); };
    press(5);
    await waitFor(() => { expect(result.current[0]).toMatchObject({ state: "refused", problem: { code: "UNANSWERED" } }); });
    expect(result.current[2]).toEqual({ quantity: 5 });
    press(0);
    await waitFor(() => { expect(result.current[0].state).toBe("done"); });
    expect(sent).toEqual([{ quantity: 5 }, { quantity: 5 }]);
    expect(before).toHaveBeenCalledOnce();
    expect(result.current[2]).toBeUndefined();
  });
});
