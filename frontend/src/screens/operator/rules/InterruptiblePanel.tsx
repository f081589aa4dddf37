/** How much interruptible capacity is on sale: every statement, which are in force, and another one. */
import { useState } from "react";
import { useQuery } from "urql";
import { decimalOfText, exact, readQuantity, unitName, whole } from "../../../format/amounts";
import { fullDay } from "../../../format/days";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { CommandForm } from "../form/CommandForm";
import { ChoiceField, DayField, TextField } from "../form/Fields";
import { faultAt, useCommand } from "../form/useCommand";
import screen from "../Operator.module.css";
import type { OperatedNetwork } from "../queries";
import type { Shown } from "../shown";
import { pointOptions, routeName } from "../shown";
import type { RouteKind } from "./choices";
import { ROUTE_KINDS } from "./choices";
import { inForce } from "./inForce";
import type { InterruptibleQuantity } from "./queries";
import { InterruptibleDocument, SetInterruptibleDocument } from "./queries";

export function InterruptiblePanel({ network, today }: Shown) {
  const [{ data, error }, ask] = useQuery({ query: InterruptibleDocument, variables: { network: network.code } });
  const statements = data?.interruptibleQuantities ?? [];
  const held = inForce(statements, today, (one) => `${one.kind} ${one.receipt?.code ?? ""} ${one.delivery?.code ?? ""}`);
  return (
    <>
      <PanelHead title={texts.operator.interruptible.title} note={texts.operator.interruptible.note} />
      {error === undefined ? null : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />}
      {data === undefined ? error === undefined ? <Skeleton rows={4} /> : null : statements.length === 0 ? (
        <Notice title={texts.operator.interruptible.none}>{texts.operator.interruptible.noneWhy}</Notice>
      ) : (
        <table className={screen.table}>
          <thead>
            <tr>
              <th scope="col">{texts.operator.products.routeKinds}</th>
              <th scope="col">{texts.operator.interruptible.where}</th>
              <th scope="col" className={screen.number}>{texts.operator.interruptible.onSale}</th>
              <th scope="col">{texts.operator.validFrom}</th>
              <th scope="col"><span className="hidden">{texts.operator.inForce}</span></th>
            </tr>
          </thead>
          <tbody>
            {statements.map((one, place) => (
              <tr key={place} data-past={held.has(one) || one.validFrom > today ? undefined : ""}>
                <td>{texts.operator.routeKinds[one.kind]}</td>
                <td>{one.receipt === null && one.delivery === null ? texts.operator.everywhere : routeName(one)}</td>
                <td className={screen.number}>{amountOf(one, network)}</td>
                <td>{fullDay(one.validFrom)}</td>
                <td>{held.has(one) ? <Tag tone="yes">{texts.operator.inForce}</Tag> : null}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <InterruptibleForm network={network} today={today} />
    </>
  );
}

function amountOf({ quantity, share }: InterruptibleQuantity, { unit }: OperatedNetwork): string {
  if (quantity !== null) return `${whole(quantity)} ${unitName(unit)}`;
  return share === null ? texts.operator.interruptible.ended : texts.operator.interruptible.share(exact(share));
}

function InterruptibleForm({ network, today }: Pick<Shown, "network" | "today">) {
  const set = useCommand(SetInterruptibleDocument, ({ setInterruptibleQuantity }) => setInterruptibleQuantity);
  const [written, setWritten] = useState<{ kind: RouteKind; receipt?: string | undefined; delivery?: string | undefined; validFrom: typeof today; quantity: string; share: string }>({
    kind: "PATH",
    validFrom: today,
    quantity: "",
    share: "",
  });
  const write = (change: Partial<typeof written>) => {
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
      label={texts.operator.interruptible.submit}
      command={set}
      fields={["kind", "receipt", "delivery", "quantity", "share", "validFrom"]}
      submit={texts.operator.interruptible.submit}
      done={texts.operator.form.done}
      onSend={send}
    >
      <ChoiceField label={texts.operator.products.routeKinds} options={ROUTE_KINDS} value={kind} fault={faultAt(set.refusal, "kind")} onChange={(next) => { if (next !== undefined) write({ kind: next }); }} />
      <DayField label={texts.operator.validFrom} value={validFrom} fault={faultAt(set.refusal, "validFrom")} onChange={(day) => { write({ validFrom: day }); }} />
      {kind === "EXIT" ? null : (
        <ChoiceField label={texts.operator.receipt} none={texts.operator.everywhere} options={pointOptions(network, "receipt")} value={receipt} fault={faultAt(set.refusal, "receipt")} onChange={(code) => { write({ receipt: code }); }} />
      )}
      {kind === "ENTRY" ? null : (
        <ChoiceField label={texts.operator.delivery} none={texts.operator.everywhere} options={pointOptions(network, "delivery")} value={delivery} fault={faultAt(set.refusal, "delivery")} onChange={(code) => { write({ delivery: code }); }} />
      )}
      <TextField
        label={texts.request.quantity(unitName(network.unit))}
        inputMode="decimal"
        value={written.quantity}
        fault={isWrong.quantity ? texts.request.quantityWrong : faultAt(set.refusal, "quantity")}
        onChange={(text) => { write({ quantity: text }); }}
      />
      <TextField
        label={texts.operator.interruptible.shareLabel}
        inputMode="decimal"
        value={written.share}
        fault={isWrong.share ? texts.operator.form.decimalWrong : faultAt(set.refusal, "share")}
        onChange={(text) => { write({ share: text }); }}
      />
    </CommandForm>
  );
}
