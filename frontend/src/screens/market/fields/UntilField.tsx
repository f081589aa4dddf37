import type { Clock } from "../../../format/days";
import { marketTexts } from "../../../texts/market";
import css from "./Field.module.css";

interface Props {
  readonly label: string;
  /** As the network's clock shows it, such as "2026-12-21T08:00". */
  readonly value: string;
  readonly clock: Clock;
  readonly onChange: (value: string) => void;
}

/** A date and time by the network's clock. */
export function UntilField({ label, value, clock, onChange }: Props) {
  return (
    <label className={css.field}>
      <span>{label} <em>{marketTexts.fields.zone(clock.zone)}</em></span>
      <input type="datetime-local" name="until" required value={value} onChange={(event) => { if (event.target.value !== "") onChange(event.target.value); }} />
    </label>
  );
}
