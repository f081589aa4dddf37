import { isNegative, money } from "../../../format/amounts";
import { monthAndYear } from "../../../format/days";
import { fullInstant, shortInstant } from "../../../format/instants";
import { settlementTexts } from "../../../texts/settlement";
import type { ChargeRow } from "../charges";
import type { NameOf } from "../parties";
import css from "./Ledger.module.css";

interface Props {
  readonly rows: readonly ChargeRow[];
  readonly nameOf: NameOf;
  readonly chosen: string | undefined;
  readonly onChoose: (charge: string) => void;
}

export function LedgerTable({ rows, nameOf, chosen, onChoose }: Props) {
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{settlementTexts.entryAndLine}</th>
          <th scope="col">{settlementTexts.posted}</th>
          <th scope="col">{settlementTexts.party}</th>
          <th scope="col">{settlementTexts.counterparty}</th>
          <th scope="col">{settlementTexts.contract}</th>
          <th scope="col">{settlementTexts.charge}</th>
          <th scope="col">{settlementTexts.gasMonth}</th>
          <th scope="col" className={css.number}>{settlementTexts.amount}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, entry, side }) => (
          <tr key={key} aria-current={key === chosen ? "true" : undefined}>
            <td>
              <button type="button" onClick={() => { onChoose(key); }}>{key}</button>
            </td>
            <td className={css.muted}><time dateTime={entry.postedAt} title={fullInstant(entry.postedAt)}>{shortInstant(entry.postedAt)}</time></td>
            <td>{nameOf(side.partyCode)}</td>
            <td className={css.muted}>{nameOf(side.counterpartyCode)}</td>
            <td>{side.contractCode}</td>
            <td className={css.muted}>{side.reverses === null ? settlementTexts.codes[side.code] : settlementTexts.reversal(settlementTexts.codes[side.code])}</td>
            <td className={css.muted}>{monthAndYear(side.gasMonth)}</td>
            <td className={css.number} data-owed={isNegative(side.amount.amount) ? "" : undefined}><b>{money(side.amount)}</b></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
