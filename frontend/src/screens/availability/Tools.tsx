import type { CommercialUnit, Quantity } from "../../format/amounts";
import { isLess } from "../../format/drawing";
import type { FreeRoute } from "../../free/free";
import { figureOf, leastFree } from "../../free/free";
import { Button } from "../../parts/button/Button";
import { availabilityTexts } from "../../texts/availability";
import css from "./Availability.module.css";
import { NeedField } from "./NeedField";
import type { Year } from "./useYear";

interface Props {
  readonly unit: CommercialUnit;
  readonly need: Quantity | undefined;
  readonly points: readonly FreeRoute[];
  readonly year: Year;
  readonly onNeed: (need: Quantity | undefined) => void;
}

export function Tools({ unit, need, points, year, onNeed }: Props) {
  const bounds = points.filter(({ stretches }) => stretches.some((stretch) => figureOf(stretch)?.isBound === true)).length;
  return (
    <div className={css.tools}>
      <NeedField unit={unit} need={need} onNeed={onNeed} />
      <span role="status" className={css.count}>{need === undefined ? "" : availabilityTexts.calendar.enough(enough(points, need), points.length)}</span>
      {bounds === 0 ? null : (
        <Button onClick={year.onVerify} disabled={year.isVerifying} title={availabilityTexts.calendar.verifyWhy}>
          {year.isVerifying ? availabilityTexts.calendar.verifying(bounds) : availabilityTexts.calendar.verify}
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
