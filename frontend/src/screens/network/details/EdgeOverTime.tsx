/** The figures of an edge's chart: its fuller direction, stretch by stretch of the axis. */
import type { CommercialUnit, Quantity } from "../../../format/amounts";
import { unitName, whole } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { fullDays, overlap } from "../../../format/days";
import { percent } from "../../../format/percent";
import { texts } from "../../../texts/en";
import type { UsageTables } from "../usage";
import { fullerUse, worstShare } from "../usage";
import css from "./Details.module.css";

interface Props {
  readonly usage: UsageTables;
  readonly row: number;
  readonly unit: CommercialUnit;
  readonly axis: Days;
  /** The names of its ends. */
  readonly head: string;
  readonly tail: string;
}

export function EdgeOverTime({ usage, row, unit, axis, head, tail }: Props) {
  return (
    <table className={css.table}>
      <caption>{texts.edge.overTime(unitName(unit))}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.edge.days}</th>
          <th scope="col" className={css.number}>{texts.edge.worst}</th>
          <th scope="col" className={css.number}>{texts.edge.capacity}</th>
          <th scope="col" className={css.number}>{texts.edge.full}</th>
        </tr>
      </thead>
      <tbody>
        {usage.stretches.map((stretch, column) => {
          const days = overlap(axis, stretch);
          if (days === undefined) return null;
          const { use, isForward } = fullerUse(usage, row, column);
          const used = worstShare(use);
          return (
            <tr key={stretch.start}>
              <th scope="row">{fullDays(days)} <small>{texts.edge.towards(isForward ? head : tail)}</small></th>
              <td className={css.number}>{figure(use.worst, texts.edge.unknown)}</td>
              <td className={css.number}>{figure(use.capacity, texts.edge.unbounded)}</td>
              <td className={css.number}>{used === undefined ? texts.edge.unknown : percent(used)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const figure = (quantity: Quantity | undefined, none: string): string => (quantity === undefined ? none : whole(quantity));
