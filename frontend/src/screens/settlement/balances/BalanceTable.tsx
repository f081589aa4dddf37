import type { Currency } from "../../../format/amounts";
import { isNegative, money } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { monthAndYear } from "../../../format/days";
import { settlementTexts } from "../../../texts/settlement";
import type { ChargeCode } from "../address";
import type { PartyBalance } from "../queries";
import css from "./Balances.module.css";

interface Props {
  readonly balances: readonly PartyBalance[];
  readonly months: readonly GasDay[];
  readonly chosen: { readonly party: string | undefined; readonly month: GasDay | undefined; readonly code: ChargeCode | undefined };
  readonly onChoose: (party: string, month: GasDay, code: ChargeCode) => void;
}

interface Row {
  readonly key: string;
  readonly party: PartyBalance["party"];
  readonly code: ChargeCode;
  readonly currency: Currency;
  readonly byMonth: ReadonlyMap<GasDay, PartyBalance["amount"]>;
}

/** Balances of each party and charge code by gas month; each figure leads to the charges behind it. */
export function BalanceTable({ balances, months, chosen, onChoose }: Props) {
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{settlementTexts.party}</th>
            <th scope="col">{settlementTexts.charge}</th>
            {months.map((month) => <th key={month} scope="col" className={css.number}>{monthAndYear(month)}</th>)}
          </tr>
        </thead>
        <tbody>
          {rowsOf(balances).map(({ key, party, code, byMonth }) => (
            <tr key={key}>
              <th scope="row">{party.name}</th>
              <td>{settlementTexts.codes[code]}</td>
              {months.map((month) => {
                const amount = byMonth.get(month);
                const isChosen = party.code === chosen.party && month === chosen.month && code === chosen.code;
                return (
                  <td key={month} className={css.number}>
                    {amount === undefined ? null : (
                      <button
                        type="button"
                        aria-pressed={isChosen}
                        data-owed={isNegative(amount.amount) ? "" : undefined}
                        aria-label={settlementTexts.balances.cell(party.name, settlementTexts.codes[code], monthAndYear(month), money(amount))}
                        onClick={() => { onChoose(party.code, month, code); }}
                      >
                        {money(amount)}
                      </button>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function rowsOf(balances: readonly PartyBalance[]): Row[] {
  const rows = new Map<string, Row & { readonly byMonth: Map<GasDay, PartyBalance["amount"]> }>();
  for (const { party, code, gasMonth, amount } of balances) {
    const key = `${party.name} ${party.code} ${code} ${amount.currency}`;
    const row = rows.get(key) ?? { key, party, code, currency: amount.currency, byMonth: new Map<GasDay, PartyBalance["amount"]>() };
    row.byMonth.set(gasMonth, amount);
    rows.set(key, row);
  }
  return [...rows.values()].sort((one, other) => one.key.localeCompare(other.key));
}
