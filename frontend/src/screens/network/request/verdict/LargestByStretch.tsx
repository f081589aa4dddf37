import type { CommercialUnit } from "../../../../format/amounts";
import { unitName, whole } from "../../../../format/amounts";
import { fullDays, shortDays } from "../../../../format/days";
import { isLess, isNothing, share } from "../../../../format/drawing";
import { labelOf } from "../../../../format/names";
import { texts } from "../../../../texts/en";
import type { CapacityRequest } from "../draft";
import type { Refusal } from "../queries";
import css from "./Verdict.module.css";

interface Props {
  readonly refusal: Refusal;
  readonly request: CapacityRequest;
  readonly unit: CommercialUnit;
}

/** The largest quantity of each part of the days asked for, as a bar against what was asked. */
export function LargestByStretch({ refusal, request, unit }: Props) {
  return (
    <table className={css.largest}>
      <thead>
        <tr>
          <th scope="col" colSpan={2}>{texts.largest.title(unitName(unit))}</th>
          <th scope="col" className={css.number}>{texts.largest.figure}</th>
          <th scope="col" className={css.number}>{texts.largest.limit}</th>
        </tr>
      </thead>
      <tbody>
        {refusal.largest.map((row) => (
          <tr key={row.period.start}>
            <th scope="row" title={fullDays(row.period)}>{shortDays(row.period)}</th>
            <td>
              <span className={css.bar} data-fits={isNothing(row.missing) ? "" : undefined} aria-hidden="true">
                <i style={{ width: `${String(Math.min(100, 100 * share(row.quantity, request.quantity)))}%` }} />
              </span>
            </td>
            <td className={css.number}>{figure(row)}</td>
            <td className={css.number} title={row.limit?.text}>{isNothing(row.missing) ? texts.largest.fits : limitOf(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Row = Refusal["largest"][number];

/** Where nothing was verified although capacities allow some, say so instead of 0. */
function figure({ quantity, bound }: Row) {
  if (isNothing(quantity) && isLess(quantity, bound)) return <span title={texts.largest.notInTime}>{texts.free.atMost(whole(bound))}</span>;
  return <b>{whole(quantity)}</b>;
}

function limitOf({ limit }: Row): string {
  if (limit === null) return texts.largest.notFound;
  return limit.edges.length > 0 ? limit.edges.map(({ edge }) => labelOf(edge)).join(", ") : texts.limits[limit.kind];
}
