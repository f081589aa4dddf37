import { useState } from "react";
import type { CommercialUnit, Quantity } from "../../format/amounts";
import { readQuantity, unitName, whole } from "../../format/amounts";
import { availabilityTexts } from "../../texts/availability";
import { texts } from "../../texts/en";
import css from "./Availability.module.css";

interface Props {
  readonly unit: CommercialUnit;
  readonly need: Quantity | undefined;
  readonly onNeed: (need: Quantity | undefined) => void;
}

/** The least quantity that is of use, as people write it, such as "1.4m". */
export function NeedField({ unit, need, onNeed }: Props) {
  const [typed, setTyped] = useState<string>();
  return (
    <label className={css.need}>
      {availabilityTexts.need}
      <input
        name="need"
        inputMode="decimal"
        autoComplete="off"
        value={typed ?? (need === undefined ? "" : whole(need))}
        placeholder={texts.request.quantityExample}
        onChange={(event) => {
          setTyped(event.target.value);
          onNeed(readQuantity(event.target.value, unit));
        }}
        onBlur={() => { setTyped(undefined); }}
      />
      {unitName(unit)}
    </label>
  );
}
