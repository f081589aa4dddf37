import type { Days, GasDay } from "../../../format/days";
import { addDays, dayNumber, parseGasDay } from "../../../format/days";
import { texts } from "../../../texts/en";
import css from "./Field.module.css";

interface Props {
  readonly days: Days;
  /** Between which days they may be; any if it is not said. */
  readonly within?: Days | undefined;
  readonly onChange: (days: { readonly from: GasDay; readonly to: GasDay }) => void;
}

/** The first and the last gas day. */
export function DaysFields({ days, within, onChange }: Props) {
  const bounds = within === undefined ? {} : { min: within.start, max: addDays(within.end, -1) };
  return (
    <>
      <label className={css.field}>
        <span>{texts.request.start}</span>
        <input
          type="date"
          name="from"
          required
          value={days.start}
          {...bounds}
          onChange={(event) => {
            const start = parseGasDay(event.target.value);
            if (start !== undefined) onChange({ from: start, to: days.end > start ? days.end : addDays(start, 1) });
          }}
        />
      </label>
      <label className={css.field}>
        <span>{texts.request.end} <em>{texts.request.days(dayNumber(days.end) - dayNumber(days.start))}</em></span>
        <input
          type="date"
          name="to"
          required
          value={addDays(days.end, -1)}
          {...bounds}
          min={days.start}
          onChange={(event) => {
            const last = parseGasDay(event.target.value);
            if (last !== undefined && last >= days.start) onChange({ from: days.start, to: addDays(last, 1) });
          }}
        />
      </label>
    </>
  );
}
