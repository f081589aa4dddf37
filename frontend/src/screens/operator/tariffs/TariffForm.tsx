/** A price from a gas day on, as it is being written. */
import { useState } from "react";
import type { GasDay } from "../../../format/days";
import { fullDay } from "../../../format/days";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { CommandForm } from "../common/CommandForm";
import { ChoiceField, DayField } from "../common/Fields";
import { faultAt, useCommand } from "../common/useCommand";
import type { RouteKind } from "../rules/choices";
import { FIRMNESS, ROUTE_KINDS, RUNTIMES } from "../rules/choices";
import type { Shown } from "../shown";
import { pointOptions } from "../shown";
import { EMPTY, priceOf } from "./draft";
import { PriceFields } from "./PriceFields";
import { SetTariffDocument } from "./queries";

interface Written {
  readonly kind: RouteKind;
  readonly firmness: (typeof FIRMNESS)[number]["value"];
  readonly runtime: (typeof RUNTIMES)[number]["value"] | undefined;
  readonly receipt: string | undefined;
  readonly delivery: string | undefined;
  readonly validFrom: GasDay;
}

const FIELDS = ["kind", "firmness", "runtime", "receipt", "delivery", "validFrom", "price"];

export function TariffForm({ network, today, indices }: Shown & { readonly indices: readonly string[] }) {
  const set = useCommand(SetTariffDocument, ({ setTariff }) => setTariff);
  const [draft, setDraft] = useState(EMPTY);
  const [written, setWritten] = useState<Written>({ kind: "EXIT", firmness: "FIRM", runtime: undefined, receipt: undefined, delivery: undefined, validFrom: today });
  const write = (change: Partial<Written>) => {
    set.clear();
    setWritten({ ...written, ...change });
  };
  const { kind, firmness, runtime, validFrom } = written;
  const receipt = kind === "EXIT" ? undefined : written.receipt;
  const delivery = kind === "ENTRY" ? undefined : written.delivery;
  const price = priceOf(draft);
  const send = price === undefined ? undefined : () => {
    void set.send({ input: { network: network.code, kind, firmness, validFrom, price, runtime: runtime ?? null, receipt: receipt ?? null, delivery: delivery ?? null } });
  };
  return (
    <CommandForm
      label={operatorTexts.tariffs.set}
      command={set}
      fields={FIELDS}
      submit={operatorTexts.tariffs.submit(fullDay(validFrom))}
      isPrimary
      done={operatorTexts.form.done}
      onSend={send}
    >
      <ChoiceField label={operatorTexts.products.routeKinds} options={ROUTE_KINDS} value={kind} fault={faultAt(set.refusal, "kind")} onChange={(next) => { if (next !== undefined) write({ kind: next }); }} />
      <ChoiceField label={texts.request.firmness} options={FIRMNESS} value={firmness} fault={faultAt(set.refusal, "firmness")} onChange={(next) => { if (next !== undefined) write({ firmness: next }); }} />
      {kind === "EXIT" ? null : (
        <ChoiceField label={operatorTexts.receipt} none={operatorTexts.everywhere} options={pointOptions(network, "receipt")} value={receipt} fault={faultAt(set.refusal, "receipt")} onChange={(code) => { write({ receipt: code }); }} />
      )}
      {kind === "ENTRY" ? null : (
        <ChoiceField label={operatorTexts.delivery} none={operatorTexts.everywhere} options={pointOptions(network, "delivery")} value={delivery} fault={faultAt(set.refusal, "delivery")} onChange={(code) => { write({ delivery: code }); }} />
      )}
      <ChoiceField label={operatorTexts.tariffs.runtime} none={operatorTexts.tariffs.everyRuntime} options={RUNTIMES} value={runtime} fault={faultAt(set.refusal, "runtime")} onChange={(next) => { write({ runtime: next }); }} />
      <DayField label={operatorTexts.validFrom} value={validFrom} fault={faultAt(set.refusal, "validFrom")} onChange={(day) => { write({ validFrom: day }); }} />
      <PriceFields
        draft={draft}
        indices={indices}
        currency={network.currency}
        fault={faultAt(set.refusal, "price")}
        onChange={(change) => {
          set.clear();
          setDraft({ ...draft, ...change });
        }}
      />
    </CommandForm>
  );
}
