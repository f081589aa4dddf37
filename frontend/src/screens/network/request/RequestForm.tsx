import { useState } from "react";
import type { CommercialUnit } from "../../../format/amounts";
import { readQuantity, unitName, whole } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { addDays, dayNumber, parseGasDay } from "../../../format/days";
import { Segments } from "../../../parts/segments/Segments";
import { texts } from "../../../texts/en";
import type { Address, RouteCodes } from "../address";
import css from "./Request.module.css";

interface Props {
  readonly address: Address;
  readonly route: RouteCodes;
  readonly days: Days;
  readonly unit: CommercialUnit;
  readonly nameOf: (code: string) => string;
  readonly onGo: (change: Partial<Address>, isStep?: boolean) => void;
  /** Go to the button that books, so that a second key confirms what is shown. */
  readonly onEnter: () => void;
}

const FIRMNESS = [
  { value: "FIRM", text: texts.request.firm },
  { value: "INTERRUPTIBLE", text: texts.request.interruptible },
] as const;

export function RequestForm({ address, route, days, unit, nameOf, onGo, onEnter }: Props) {
  const lastDay = addDays(days.end, -1);
  return (
    <form
      className={css.form}
      aria-label={texts.request.title}
      onSubmit={(event) => {
        event.preventDefault();
        onEnter();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !(event.target instanceof HTMLInputElement)) return;
        // Leave the field, and keep what is chosen: keys act on the screen again.
        event.target.blur();
        event.stopPropagation();
      }}
    >
      <div className={css.segments}>
        <span className={css.ends}>
          {(["receipt", "delivery"] as const).map((end) => {
            const code = route[end];
            return code === undefined ? <span key={end}>{texts.request.hub}</span> : (
              <button key={end} type="button" aria-label={texts.request.remove(nameOf(code))} onClick={() => { onGo({ [end]: undefined }); }}>
                {nameOf(code)} <span aria-hidden="true">×</span>
              </button>
            );
          })}
        </span>
        <Segments
          label={texts.request.firmness}
          options={FIRMNESS}
          value={address.firmness ?? "FIRM"}
          onChange={(firmness) => { onGo({ firmness: firmness === "FIRM" ? undefined : firmness }, true); }}
        />
      </div>
      <QuantityField address={address} unit={unit} onGo={onGo} />
      <label className={css.field}>
        <span>{texts.request.start}</span>
        <input
          type="date"
          value={days.start}
          required
          onChange={(event) => {
            const start = parseGasDay(event.target.value);
            if (start !== undefined) onGo({ start, end: days.end > start ? days.end : undefined }, true);
          }}
        />
      </label>
      <label className={css.field}>
        <span>{texts.request.end} <em>{texts.request.days(dayNumber(days.end) - dayNumber(days.start))}</em></span>
        <input
          type="date"
          value={lastDay}
          min={days.start}
          required
          onChange={(event) => {
            const last = parseGasDay(event.target.value);
            if (last !== undefined && last >= days.start) onGo({ start: days.start, end: addDays(last, 1) }, true);
          }}
        />
      </label>
    </form>
  );
}

type QuantityProps = Pick<Props, "address" | "onGo" | "unit">;

/** Takes what people write, such as "6m"; the address holds the exact quantity. */
function QuantityField({ address: { quantity }, unit, onGo }: QuantityProps) {
  const [typed, setTyped] = useState<string>();
  const text = typed ?? (quantity === undefined ? "" : whole(quantity));
  const isWrong = text.trim() !== "" && readQuantity(text, unit) === undefined;
  return (
    <label className={css.field} data-wrong={isWrong ? "" : undefined}>
      <span>{texts.request.quantity(unitName(unit))}</span>
      <input
        name="quantity"
        inputMode="decimal"
        autoComplete="off"
        value={text}
        placeholder={texts.request.quantityExample}
        aria-invalid={isWrong}
        aria-describedby="quantity-fault"
        onChange={(event) => {
          setTyped(event.target.value);
          onGo({ quantity: readQuantity(event.target.value, unit) }, true);
        }}
        onBlur={() => { if (!isWrong) setTyped(undefined); }}
      />
      <span id="quantity-fault" className={isWrong ? css.fault : "hidden"}>{isWrong ? texts.request.quantityWrong : ""}</span>
    </label>
  );
}
