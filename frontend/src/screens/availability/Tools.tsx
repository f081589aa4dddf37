import { useState } from "react";
import type { CommercialUnit, Quantity } from "../../format/amounts";
import { readQuantity, shortUnitName, unitName, whole } from "../../format/amounts";
import { isLess } from "../../format/drawing";
import type { FreeRoute } from "../../free/free";
import { figureOf, leastFree } from "../../free/free";
import { Button } from "../../parts/button/Button";
import { texts } from "../../texts/en";
import css from "./Availability.module.css";
import type { Year } from "./useYear";

interface Props {
  readonly unit: CommercialUnit;
  readonly need: Quantity | undefined;
  readonly points: readonly FreeRoute[];
  readonly year: Year;
  readonly onNeed: (need: Quantity | undefined) => void;
}

export function Tools({ unit, need, points, year, onNeed }: Props) {
  const [typed, setTyped] = useState<string>();
  const bounds = points.filter(({ stretches }) => stretches.some((stretch) => figureOf(stretch)?.isBound === true)).length;
  return (
    <div className={css.tools}>
      <label className={css.need}>
        {texts.availability.need}
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
      <span role="status" className={css.count}>{need === undefined ? "" : texts.availability.enough(enough(points, need), points.length)}</span>
      <ol className={css.legend} aria-label={texts.legend.title.free}>
        {texts.legend.free.map((text, place) => (
          <li key={text}><i style={{ background: `var(--free-${String(place)})` }} />{text}</li>
        ))}
      </ol>
      <span className={css.unit}>{shortUnitName(unit)}</span>
      {bounds === 0 ? null : (
        <Button onClick={year.onVerify} disabled={year.isVerifying} title={texts.availability.verifyWhy}>
          {year.isVerifying ? texts.availability.verifying(bounds) : texts.availability.verify}
        </Button>
      )}
    </div>
  );
}

const enough = (points: readonly FreeRoute[], need: Quantity): number =>
  points.filter((point) => {
    const least = leastFree(point);
    return least !== undefined && !isLess(least.quantity, need);
  }).length;
