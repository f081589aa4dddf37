import { addDays, parseGasDay } from "../../../format/days";
import { Button } from "../../../parts/button/Button";
import { Segments } from "../../../parts/segments/Segments";
import { marketTexts } from "../../../texts/market";
import { filterDays, KINDS } from "../address";
import fields from "../fields/Field.module.css";
import { leaveOnEscape } from "../fields/Form";
import type { Shown } from "../shown";
import css from "./Lists.module.css";
import { RouteField } from "./RouteField";

interface Props {
  readonly shown: Shown;
  readonly onOffer: () => void;
  readonly onBuy: () => void;
}

const SHOWN = [{ value: "all", text: marketTexts.all }, ...KINDS.map((value) => ({ value, text: marketTexts.listsShort[value] }))] as const;

/** Which offers are listed, and the ways to make one. */
export function Filters({ shown: { address, network, caller, onGo }, onOffer, onBuy }: Props) {
  const days = filterDays(address);
  return (
    <div className={css.filters} role="search" aria-label={marketTexts.filter} onKeyDown={leaveOnEscape}>
      <div className={css.line}>
        <Segments
          label={marketTexts.show}
          options={SHOWN}
          value={address.show ?? "all"}
          onChange={(show) => { onGo({ show: show === "all" ? undefined : show }); }}
        />
        {caller.mayTrade ? (
          <>
            <label className={css.mine}>
              <input type="checkbox" checked={address.mine !== undefined} onChange={(event) => { onGo({ mine: event.target.checked ? "yes" : undefined }); }} />
              {marketTexts.mine}
            </label>
            <span className={css.ways}>
              <Button shortcut="O" onClick={onOffer}>{marketTexts.offer.button}</Button>
              <Button shortcut="B" onClick={onBuy}>{marketTexts.offer.buyButton}</Button>
            </span>
          </>
        ) : null}
      </div>
      <div className={css.line}>
        <RouteField network={network.code} filter={address} onChange={(route) => { onGo(route); }} />
        <label className={fields.field}>
          <span>{marketTexts.from}</span>
          <input type="date" name="start" value={address.start ?? ""} onChange={(event) => { onGo({ start: parseGasDay(event.target.value) }); }} />
        </label>
        <label className={fields.field}>
          <span>{marketTexts.to}</span>
          <input
            type="date" name="end" min={address.start}
            value={days === undefined || address.end === undefined ? "" : addDays(days.end, -1)}
            onChange={(event) => {
              const last = parseGasDay(event.target.value);
              onGo({ end: last === undefined ? undefined : addDays(last, 1) });
            }}
          />
        </label>
      </div>
    </div>
  );
}
