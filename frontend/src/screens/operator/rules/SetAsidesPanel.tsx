/** Firm capacity that is kept back from sale: what is, until when, and more of it. */
import { useMemo, useState } from "react";
import { useQuery } from "urql";
import { newKey } from "../../../api/newKey";
import { readQuantity, unitName, whole } from "../../../format/amounts";
import { addDays, addMonths, fullDays, monthOf } from "../../../format/days";
import { instant } from "../../../format/instants";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import { CommandForm } from "../form/CommandForm";
import { ChoiceField, DayField, TextField } from "../form/Fields";
import { faultAt, faultsBeside, useCommand } from "../form/useCommand";
import screen from "../Operator.module.css";
import type { Shown } from "../shown";
import { pointOptions, routeName } from "../shown";
import type { SetAside } from "./queries";
import { EndSetAsideDocument, SetAsideDocument, SetAsidesDocument } from "./queries";

export function SetAsidesPanel({ network, today }: Shown) {
  const [{ data, error }, ask] = useQuery({ query: SetAsidesDocument, variables: { network: network.code } });
  const rows = data?.setAsides.edges.map(({ node }) => node) ?? [];
  return (
    <>
      <PanelHead title={texts.operator.setAsides.title} note={texts.operator.setAsides.note} />
      {error === undefined ? null : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />}
      {data === undefined ? error === undefined ? <Skeleton rows={4} /> : null : rows.length === 0 ? (
        <Notice title={texts.operator.setAsides.none}>{texts.operator.setAsides.noneWhy}</Notice>
      ) : (
        <SetAsideTable rows={rows} unit={unitName(network.unit)} isCut={data.setAsides.pageInfo.hasNextPage} />
      )}
      <SetAsideForm network={network} today={today} />
    </>
  );
}

function SetAsideTable({ rows, unit, isCut }: { readonly rows: readonly SetAside[]; readonly unit: string; readonly isCut: boolean }) {
  const end = useCommand(EndSetAsideDocument, ({ endSetAside }) => endSetAside);
  return (
    <>
      {faultsBeside(end.refusal, []).map((fault) => <p key={fault} className={screen.text} role="alert">{fault}</p>)}
      <table className={screen.table}>
        <thead>
          <tr>
            <th scope="col">{texts.portfolio.route}</th>
            <th scope="col">{texts.portfolio.days}</th>
            <th scope="col" className={screen.number}>{unit}</th>
            <th scope="col">{texts.operator.overlays.reason}</th>
            <th scope="col">{texts.operator.setAsides.until}</th>
            <th scope="col"><span className="hidden">{texts.operator.setAsides.end}</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-past={row.held.length === 0 ? "" : undefined}>
              <th scope="row">{routeName(row.route)}</th>
              <td>{fullDays(row.period)}</td>
              <td className={screen.number}>{whole(row.quantity)}</td>
              <td className={screen.wraps}>{row.reason}</td>
              <td>{row.until === null ? texts.operator.setAsides.noEnd : instant(row.until)}</td>
              <td>
                {row.held.length === 0 ? texts.operator.setAsides.ended : (
                  <Button
                    disabled={end.isSending}
                    aria-label={texts.operator.setAsides.endOf(routeName(row.route), fullDays(row.period))}
                    onClick={() => { void end.send({ input: { setAsideId: row.id } }); }}
                  >
                    {texts.operator.setAsides.end}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {isCut ? <p className={screen.text}>{texts.operator.setAsides.newest(rows.length)}</p> : null}
    </>
  );
}

function SetAsideForm({ network, today }: Pick<Shown, "network" | "today">) {
  const put = useCommand(SetAsideDocument, ({ setAside }) => setAside);
  const first = addMonths(monthOf(today), 1);
  const [written, setWritten] = useState<{ receipt?: string | undefined; delivery?: string | undefined; start: typeof today; end: typeof today; quantity: string; reason: string }>({
    start: first,
    end: addMonths(first, 1),
    quantity: "",
    reason: "",
  });
  // eslint-disable-next-line react-hooks/exhaustive-deps -- one key for each thing that is written: sent again it is set aside once
  const idempotencyKey = useMemo(newKey, [written]);
  const { receipt, delivery, start, end, reason } = written;
  const quantity = readQuantity(written.quantity, network.unit);
  const write = (change: Partial<typeof written>) => {
    put.clear();
    setWritten({ ...written, ...change });
  };
  const send = quantity === undefined ? undefined : () => {
    const input = { network: network.code, receipt: receipt ?? null, delivery: delivery ?? null, start, end, quantity, reason, idempotencyKey };
    void put.send({ input });
  };
  return (
    <CommandForm
      label={texts.operator.setAsides.submit}
      command={put}
      fields={["receipt", "delivery", "start", "end", "quantity", "reason"]}
      submit={texts.operator.setAsides.submit}
      done={texts.operator.form.done}
      onSend={send}
    >
      <ChoiceField label={texts.operator.receipt} none={texts.request.hub} options={pointOptions(network, "receipt")} value={receipt} fault={faultAt(put.refusal, "receipt")} onChange={(code) => { write({ receipt: code }); }} />
      <ChoiceField label={texts.operator.delivery} none={texts.request.hub} options={pointOptions(network, "delivery")} value={delivery} fault={faultAt(put.refusal, "delivery")} onChange={(code) => { write({ delivery: code }); }} />
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
      <TextField label={texts.operator.overlays.reason} value={reason} required fault={faultAt(put.refusal, "reason")} onChange={(text) => { write({ reason: text }); }} />
    </CommandForm>
  );
}
