/** An overlay as it is being written, in the address, until it is put. */
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import type { Days } from "../../../format/days";
import { addDays } from "../../../format/days";
import { shareOfText } from "../../../format/percent";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { OVERLAY_KINDS } from "../address";
import { CommandForm } from "../common/CommandForm";
import { ChoiceField, DayField, TextField } from "../common/Fields";
import css from "../common/form.module.css";
import { useKeyFor } from "../common/useKeyFor";
import { faultAt, useCommand } from "../common/useCommand";
import type { Shown } from "../shown";
import { edgeOptions } from "../shown";
import { SetOverlayDocument } from "./queries";

const KINDS = OVERLAY_KINDS.map((value) => ({ value, text: operatorTexts.overlays.kinds[value] }));
const FIELDS = ["edge", "kind", "factor", "period", "reason"];
const CLOSED = "0";

export function OverlayForm({ network, address, days, onGo }: Shown & { readonly days: Days }) {
  const put = useCommand(SetOverlayDocument, ({ setOverlay }) => setOverlay);
  const edges = useMemo(() => edgeOptions(network), [network]);
  const { edge, kind = "MAINTENANCE", percent = CLOSED, reason = "" } = address;
  const factor = shareOfText(percent);
  const overlay = edge === undefined || factor === undefined
    ? undefined
    : { network: network.code, edge, kind, factor, reason, period: { start: days.start, end: days.end } };
  const idempotencyKey = useKeyFor(JSON.stringify([address, days]));
  const write = (change: Parameters<typeof onGo>[0]) => {
    put.clear();
    onGo(change, true);
  };
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    return () => { isShown.current = false; };
  }, []);
  // Without its edge it is not put once more by another click, and when it is written again that is another command.
  const send = async (input: NonNullable<typeof overlay>) => {
    const isPut = await put.send({ input: { ...input, idempotencyKey } });
    if (isPut && isShown.current) onGo({ edge: undefined }, true);
  };
  return (
    <CommandForm
      label={operatorTexts.overlays.put}
      command={put}
      fields={FIELDS}
      submit={operatorTexts.overlays.submit}
      isPrimary
      done={
        <Link to="/networks/$network/operator" params={{ network: network.code }} search={{ part: "shortfalls", start: days.start, end: days.end }}>
          {operatorTexts.overlays.done}
        </Link>
      }
      onSend={overlay === undefined ? undefined : () => { void send(overlay); }}
    >
      <ChoiceField
        label={operatorTexts.overlays.edge}
        none={operatorTexts.overlays.noEdge}
        options={edges}
        value={edge}
        isWide
        fault={faultAt(put.refusal, "edge")}
        onChange={(next) => { write({ edge: next }); }}
      />
      <ChoiceField
        label={operatorTexts.overlays.kind}
        options={KINDS}
        value={kind}
        fault={faultAt(put.refusal, "kind")}
        onChange={(next) => { write({ kind: next }); }}
      />
      <TextField
        label={operatorTexts.overlays.percent}
        inputMode="decimal"
        value={percent}
        fault={factor === undefined ? operatorTexts.overlays.percentWrong : faultAt(put.refusal, "factor")}
        onChange={(next) => { write({ percent: next }); }}
      />
      <DayField
        label={texts.request.start}
        value={days.start}
        fault={faultAt(put.refusal, "period")}
        onChange={(start) => { write({ start, end: days.end > start ? days.end : addDays(start, 1) }); }}
      />
      <DayField
        label={texts.request.end}
        value={addDays(days.end, -1)}
        min={days.start}
        onChange={(last) => { if (last >= days.start) write({ start: days.start, end: addDays(last, 1) }); }}
      />
      <TextField
        label={operatorTexts.overlays.reason}
        value={reason}
        isWide
        fault={faultAt(put.refusal, "reason")}
        onChange={(next) => { write({ reason: next }); }}
      />
      <p className={css.note}>{operatorTexts.overlays.before}</p>
    </CommandForm>
  );
}
