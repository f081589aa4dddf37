import { exact, isNegative, money, whole } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { monthAndYear } from "../../../format/days";
import { settlementTexts } from "../../../texts/settlement";
import type { ChargeRow } from "../charges";
import type { ContractMonth } from "../queries";
import css from "./ChargePanel.module.css";

interface Props {
  readonly month: GasDay;
  readonly rows: readonly ChargeRow[];
  /** Whether there are older entries than those of the rows. */
  readonly hasMore: boolean;
  readonly balances: ContractMonth["balances"];
  readonly chosen: string;
  readonly onChoose: (charge: string) => void;
}

/** What was charged for a contract in a gas month, and what that leaves on its accounts. */
export function MonthOfContract({ month, rows, hasMore, balances, chosen, onChoose }: Props) {
  return (
    <>
      <table className={css.table}>
        <caption>{settlementTexts.sameMonth(monthAndYear(month))}</caption>
        <tbody>
          {rows.map(({ key, side }) => (
            <tr key={key} aria-current={key === chosen ? "true" : undefined}>
              <th scope="row">
                <button type="button" onClick={() => { onChoose(key); }}>{key}</button>
              </th>
              <td>{side.reverses === null ? settlementTexts.codes[side.code] : settlementTexts.reversal(settlementTexts.codes[side.code])}</td>
              <td className={css.number}>{whole(side.quantity)} × {exact(side.rate)}</td>
              <td className={css.number} data-owed={isNegative(side.amount.amount) ? "" : undefined}>{money(side.amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasMore ? <p className={css.lead}>{settlementTexts.sameMonthNewest}</p> : null}
      <table className={css.table}>
        <caption>{settlementTexts.accounts(monthAndYear(month))}</caption>
        <tbody>
          {balances.filter(({ gasMonth }) => gasMonth === month).map(({ party, code, amount }) => (
            <tr key={`${party.code} ${code} ${amount.currency}`}>
              <th scope="row">{party.name}</th>
              <td>{settlementTexts.codes[code]}</td>
              <td className={css.number} data-owed={isNegative(amount.amount) ? "" : undefined}>{money(amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
