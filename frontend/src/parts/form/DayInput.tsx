/** A gas day in a field of the browser: what is typed stays while it is no day yet, or none that may be chosen. */
import type { ComponentProps } from "react";
import { useState } from "react";
import type { GasDay } from "../../format/days";
import { parseGasDay } from "../../format/days";

interface Props extends Pick<ComponentProps<"input">, "aria-invalid" | "name"> {
  readonly value: GasDay;
  readonly min?: GasDay | undefined;
  readonly max?: GasDay | undefined;
  /** Called with each day from `min` to `max`: of the digits of a year the first make years, too. */
  readonly onChange: (day: GasDay) => void;
}

export function DayInput({ value, min, max, onChange, ...rest }: Props) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      {...rest}
      type="date"
      required
      {...{ min, max }}
      value={typed ?? value}
      onChange={(event) => {
        setTyped(event.target.value);
        const day = parseGasDay(event.target.value);
        if (day !== undefined && day >= (min ?? FIRST) && (max === undefined || day <= max)) onChange(day);
      }}
      onBlur={() => { setTyped(undefined); }}
    />
  );
}

/** No year of fewer digits is meant. */
const FIRST = "1000-01-01" as GasDay;
