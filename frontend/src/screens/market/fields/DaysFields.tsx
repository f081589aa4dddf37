import type { Days, GasDay } from "../../../format/days";
import { addDays, dayNumber } from "../../../format/days";
import { DayInput } from "../../../parts/form/DayInput";
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
        <DayInput
          name="from"
          value={days.start}
          {...bounds}
          onChange={(start) => { onChange({ from: start, to: days.end > start ? days.end : addDays(start, 1) }); }}
        />
      </label>
      <label className={css.field}>
        <span>{texts.request.end} <em>{texts.request.days(dayNumber(days.end) - dayNumber(days.start))}</em></span>
        <DayInput
          name="to"
          value={addDays(days.end, -1)}
          {...bounds}
          min={days.start}
          onChange={(last) => { onChange({ from: days.start, to: addDays(last, 1) }); }}
        />
      </label>
    </>
  );
}
