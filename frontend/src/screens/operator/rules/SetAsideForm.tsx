/** What to keep back from sale, as it is being written; it is proved like a booking. */
import { useState } from "react";
import { readQuantity, unitName } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { addDays, addMonths, monthOf } from "../../../format/days";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { CommandForm } from "../common/CommandForm";
import { ChoiceField, DayField, TextField } from "../common/Fields";
import { faultAt, useCommand } from "../common/useCommand";
import { useKeyFor } from "../common/useKeyFor";
import type { Shown } from "../shown";
import { pointOptions } from "../shown";
import { SetAsideDocument } from "./queries";

interface Written {
  readonly receipt: string | undefined;
  readonly delivery: string | undefined;
  readonly start: GasDay;
  readonly end: GasDay;
  readonly quantity: string;
  readonly reason: string;
}

export function SetAsideForm({ network, today }: Pick<Shown, "network" | "today">) {
  const put = useCommand(SetAsideDocument, ({ setAside }) => setAside);
  const first = addMonths(monthOf(today), 1);
  const [written, setWritten] = useState<Written>({
    receipt: undefined,
    delivery: undefined,
    start: first,
    end: addMonths(first, 1),
    quantity: "",
    reason: "",
  });
  const idempotencyKey = useKeyFor(JSON.stringify(written));
  const { receipt, delivery, start, end, reason } = written;
  const quantity = readQuantity(written.quantity, network.unit);
  const write = (change: Partial<Written>) => {
    put.clear();
    setWritten({ ...written, ...change });
  };
  const send = quantity === undefined ? undefined : async () => {
    const input = { network: network.code, receipt: receipt ?? null, delivery: delivery ?? null, start, end, quantity, reason, idempotencyKey };
    // Without its quantity it is not kept back once more by another click; written again it is another command.
    if (await put.send({ input })) setWritten((now) => ({ ...now, quantity: "" }));
  };
  return (
    <CommandForm
      label={operatorTexts.setAsides.submit}
      command={put}
      fields={["receipt", "delivery", "start", "end", "quantity", "reason"]}
      submit={operatorTexts.setAsides.submit}
      done={operatorTexts.form.done}
      onSend={send && (() => { void send(); })}
    >
      <ChoiceField label={operatorTexts.receipt} none={texts.request.hub} options={pointOptions(network, "receipt")} value={receipt} fault={faultAt(put.refusal, "receipt")} onChange={(code) => { write({ receipt: code }); }} />
      <ChoiceField label={operatorTexts.delivery} none={texts.request.hub} options={pointOptions(network, "delivery")} value={delivery} fault={faultAt(put.refusal, "delivery")} onChange={(code) => { write({ delivery: code }); }} />
      <DayField label={texts.request.start} value={start} fault={faultAt(put.refusal, "start")} onChange={(day) => { write({ start: day, end: end > day ? end : addDays(day, 1) }); }} />
      <DayField label={texts.request.end} value={addDays(end, -1)} min={start} fault={faultAt(put.refusal, "end")} onChange={(last) => { if (last >= start) write({ end: addDays(last, 1) }); }} />
      <TextField
        label={texts.request.quantity(unitName(network.unit))}
        inputMode="decimal"
        placeholder={texts.request.quantityExample}
        value={written.quantity}
        fault={written.quantity !== "" && quantity === undefined ? texts.request.quantityWrong : faultAt(put.refusal, "quantity")}
        onChange={(text) => { write({ quantity: text }); }}
      />
      <TextField label={operatorTexts.overlays.reason} value={reason} required fault={faultAt(put.refusal, "reason")} onChange={(text) => { write({ reason: text }); }} />
    </CommandForm>
  );
}
