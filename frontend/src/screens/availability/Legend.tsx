import type { CommercialUnit } from "../../format/amounts";
import { shortUnitName } from "../../format/amounts";
import { availabilityTexts } from "../../texts/availability";
import { texts } from "../../texts/en";
import css from "./Availability.module.css";

interface Props {
  readonly unit: CommercialUnit;
  /** Whether cells that are not proved yet look otherwise. */
  readonly hasCells: boolean;
}

/** What colours say, and the unit of the figures. */
export function Legend({ unit, hasCells }: Props) {
  return (
    <>
      {hasCells ? <span className={css.example}>{availabilityTexts.matrix.notProved}</span> : null}
      <ol className={css.legend} aria-label={texts.legend.title.free}>
        {texts.legend.free.map((text, place) => (
          <li key={text}><i style={{ background: `var(--free-${String(place)})` }} />{text}</li>
        ))}
      </ol>
      <span className={css.unit}>{shortUnitName(unit)}</span>
    </>
  );
}
