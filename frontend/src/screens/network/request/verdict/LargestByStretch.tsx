import type { CommercialUnit } from "../../../../format/amounts";
import { unitName, whole } from "../../../../format/amounts";
import { fullDays, shortDays } from "../../../../format/days";
import { isLess, isNothing, share } from "../../../../format/drawing";
import { texts } from "../../../../texts/en";
import type { Address } from "../../address";
import type { CapacityRequest } from "../draft";
import type { Refusal } from "../queries";
import { EdgeButtons } from "./EdgeButtons";
import css from "./Verdict.module.css";

interface Props {
  readonly refusal: Refusal;
  readonly request: CapacityRequest;
  readonly unit: CommercialUnit;
  readonly onGo: (change: Partial<Address>) => void;
}

/** The largest quantity of each part of the days asked for, as a bar against what was asked. */
export function LargestByStretch({ refusal, request, unit, onGo }: Props) {
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
            <td className={css.number} title={row.limit?.text}>{isNothing(row.missing) ? texts.largest.fits : limitOf(row, onGo)}</td>
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

function limitOf({ limit }: Row, onGo: Props["onGo"]) {
  if (limit === null) return texts.largest.notFound;
  return limit.edges.length > 0 ? <EdgeButtons edges={limit.edges.map(({ edge }) => edge)} onGo={onGo} /> : texts.limits[limit.kind];
}
