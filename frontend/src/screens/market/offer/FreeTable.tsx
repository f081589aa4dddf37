import type { CommercialUnit } from "../../../format/amounts";
import { unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { texts } from "../../../texts/en";
import css from "../Panel.module.css";
import type { OfferedContract } from "./queries";

/** What can be offered of a contract, as arithmetic. */
export function FreeTable({ free, unit }: Pick<OfferedContract, "free"> & { readonly unit: CommercialUnit }) {
  return (
    <table className={css.table}>
      <caption>{texts.portfolio.free(unitName(unit))}</caption>
      <thead>
        <tr>{texts.portfolio.freeColumns.map((column, place) => <th key={column} scope="col" className={place === 0 ? undefined : css.number}>{column}</th>)}</tr>
      </thead>
      <tbody>
        {free.map((row) => (
          <tr key={row.period.start}>
            <th scope="row">{fullDays(row.period)}</th>
            <td className={css.number}>{whole(row.quantity)}</td>
            <td className={css.number}>{whole(row.passedOn)}</td>
            <td className={css.number}>{whole(row.held)}</td>
            <td className={css.number}><b>{whole(row.free)}</b></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
