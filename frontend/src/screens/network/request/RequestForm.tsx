import type { CommercialUnit } from "../../../format/amounts";
import { unitName } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { addDays, dayNumber } from "../../../format/days";
import { DayInput } from "../../../parts/form/DayInput";
import { Segments } from "../../../parts/segments/Segments";
import { texts } from "../../../texts/en";
import type { Address, RouteCodes } from "../address";
import css from "./Request.module.css";
import type { TypedQuantity } from "./useTypedQuantity";

interface Props {
  readonly address: Address;
  readonly route: RouteCodes;
  readonly days: Days;
  readonly unit: CommercialUnit;
  readonly typed: TypedQuantity;
  readonly nameOf: (code: string) => string;
  readonly onGo: (change: Partial<Address>, isStep?: boolean) => void;
  /** Go to the button that books, so that a second key confirms what is shown. */
  readonly onEnter: () => void;
}

const FIRMNESS = [
  { value: "FIRM", text: texts.request.firm },
  { value: "INTERRUPTIBLE", text: texts.request.interruptible },
] as const;

export function RequestForm({ address, route, days, unit, typed, nameOf, onGo, onEnter }: Props) {
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
      <QuantityField typed={typed} unit={unit} />
      <label className={css.field}>
        <span>{texts.request.start}</span>
        <DayInput value={days.start} onChange={(start) => { onGo({ start, end: days.end > start ? days.end : undefined }, true); }} />
      </label>
      <label className={css.field}>
        <span>{texts.request.end} <em>{texts.request.days(dayNumber(days.end) - dayNumber(days.start))}</em></span>
        <DayInput value={lastDay} min={days.start} onChange={(last) => { onGo({ start: days.start, end: addDays(last, 1) }, true); }} />
      </label>
    </form>
  );
}

type QuantityProps = Pick<Props, "typed" | "unit">;

/** Takes what people write, such as "6m"; the address holds the exact quantity. */
function QuantityField({ typed: { text, isWrong, onType, onLeave }, unit }: QuantityProps) {
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
        onChange={(event) => { onType(event.target.value); }}
        onBlur={onLeave}
      />
      <span id="quantity-fault" className={isWrong ? css.fault : "hidden"}>{isWrong ? texts.request.quantityWrong : ""}</span>
    </label>
  );
}
