/** A statement about interruptible capacity, as it is being written: a quantity, a share, or neither to end what was stated. */
import { useState } from "react";
import { decimalOfText, readQuantity, unitName } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { CommandForm } from "../common/CommandForm";
import { ChoiceField, DayField, TextField } from "../common/Fields";
import { faultAt, useCommand } from "../common/useCommand";
import type { Shown } from "../shown";
import { pointOptions } from "../shown";
import type { RouteKind } from "./choices";
import { ROUTE_KINDS } from "./choices";
import { SetInterruptibleDocument } from "./queries";

interface Written {
  readonly kind: RouteKind;
  readonly receipt: string | undefined;
  readonly delivery: string | undefined;
  readonly validFrom: GasDay;
  readonly quantity: string;
  readonly share: string;
}

export function InterruptibleForm({ network, today }: Pick<Shown, "network" | "today">) {
  const set = useCommand(SetInterruptibleDocument, ({ setInterruptibleQuantity }) => setInterruptibleQuantity);
  const [written, setWritten] = useState<Written>({ kind: "PATH", receipt: undefined, delivery: undefined, validFrom: today, quantity: "", share: "" });
  const write = (change: Partial<Written>) => {
    set.clear();
    setWritten({ ...written, ...change });
  };
  const { kind, validFrom } = written;
  const quantity = readQuantity(written.quantity, network.unit);
  const share = decimalOfText(written.share);
  const isWrong = { quantity: written.quantity !== "" && quantity === undefined, share: written.share !== "" && share === undefined };
  const receipt = kind === "EXIT" ? undefined : written.receipt;
  const delivery = kind === "ENTRY" ? undefined : written.delivery;
  const send = isWrong.quantity || isWrong.share ? undefined : () => {
    void set.send({
      input: { network: network.code, kind, validFrom, receipt: receipt ?? null, delivery: delivery ?? null, quantity: quantity ?? null, share: share ?? null },
    });
  };
  return (
    <CommandForm
      label={operatorTexts.interruptible.submit}
      command={set}
      fields={["kind", "receipt", "delivery", "quantity", "share", "validFrom"]}
      submit={operatorTexts.interruptible.submit}
      done={operatorTexts.form.done}
      onSend={send}
    >
      <ChoiceField label={operatorTexts.products.routeKinds} options={ROUTE_KINDS} value={kind} fault={faultAt(set.refusal, "kind")} onChange={(next) => { if (next !== undefined) write({ kind: next }); }} />
      <DayField label={operatorTexts.validFrom} value={validFrom} fault={faultAt(set.refusal, "validFrom")} onChange={(day) => { write({ validFrom: day }); }} />
      {kind === "EXIT" ? null : (
        <ChoiceField label={operatorTexts.receipt} none={operatorTexts.everywhere} options={pointOptions(network, "receipt")} value={receipt} fault={faultAt(set.refusal, "receipt")} onChange={(code) => { write({ receipt: code }); }} />
      )}
      {kind === "ENTRY" ? null : (
        <ChoiceField label={operatorTexts.delivery} none={operatorTexts.everywhere} options={pointOptions(network, "delivery")} value={delivery} fault={faultAt(set.refusal, "delivery")} onChange={(code) => { write({ delivery: code }); }} />
      )}
      <TextField
        label={texts.request.quantity(unitName(network.unit))}
        inputMode="decimal"
        value={written.quantity}
        fault={isWrong.quantity ? texts.request.quantityWrong : faultAt(set.refusal, "quantity")}
        onChange={(text) => { write({ quantity: text }); }}
      />
      <TextField
        label={operatorTexts.interruptible.shareLabel}
        inputMode="decimal"
        value={written.share}
        fault={isWrong.share ? operatorTexts.form.decimalWrong : faultAt(set.refusal, "share")}
        onChange={(text) => { write({ share: text }); }}
      />
    </CommandForm>
  );
}
