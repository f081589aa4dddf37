/** What a contract costs and what is owed for it: on balance, by gas month, and how its cost comes about. */
import { useQuery } from "urql";
import { session } from "../../../api/session";
import { useStore } from "../../../api/store";
import { money } from "../../../format/amounts";
import { monthAndYear } from "../../../format/days";
import { Partly } from "../../../parts/notice/Partly";
import { texts } from "../../../texts/en";
import type { ContractBalances, ContractDetails } from "../queries";
import { ContractBalancesDocument } from "../queries";
import css from "./ContractPanel.module.css";

export function Owed({ contract: { id, cost, exposure } }: { readonly contract: ContractDetails }) {
  const maySettle = useStore(session)?.viewer.scopes.includes("SETTLE") === true;
  const [{ data, error }] = useQuery({ query: ContractBalancesDocument, variables: { id }, pause: !maySettle });
  return (
    <>
      {exposure === null ? null : (
        <dl className={css.owed}>
          <dt>{texts.portfolio.owes}</dt>
          <dd>{money(exposure.owes)}</dd>
          <dt>{texts.portfolio.isOwed}</dt>
          <dd>{money(exposure.isOwed)}</dd>
          <dt>{texts.portfolio.net}</dt>
          <dd><b>{money(exposure.net)}</b></dd>
        </dl>
      )}
      {cost === null ? null : (
        <details className={css.working}>
          <summary>{texts.portfolio.cost(money(cost.amount))}</summary>
          <ol>{cost.working.map((line, place) => <li key={place}>{line}</li>)}</ol>
          {cost.isEstimate ? <p>{texts.verdict.estimate}</p> : null}
        </details>
      )}
      {data === undefined ? <Partly error={error} /> : <Months balances={data} />}
    </>
  );
}

function Months({ balances: { balances, releaseCredits } }: { readonly balances: ContractBalances }) {
  const own = useStore(session)?.viewer.party?.id;
  if (balances.length === 0) return null;
  return (
    <>
      <details className={css.working}>
        <summary>{texts.portfolio.byMonth}</summary>
        <table className={css.table}>
          <tbody>
            {balances.map(({ gasMonth, code, amount, party }) => (
              <tr key={`${gasMonth} ${code} ${party.id}`}>
                <th scope="row">{monthAndYear(gasMonth)}</th>
                <td>{texts.chargeCodes[code]}</td>
                <td>{party.id === own ? texts.portfolio.you : party.name}</td>
                <td className={css.number}>{money(amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      {releaseCredits.length === 0 ? null : (
        <details className={css.working}>
          <summary>{texts.portfolio.credits}</summary>
          <table className={css.table}>
            <thead>
              <tr>
                {texts.portfolio.creditColumns.map((column, place) => <th key={column} scope="col" className={place < 2 ? undefined : css.number}>{column}</th>)}
              </tr>
            </thead>
            <tbody>
              {releaseCredits.map(({ gasMonth, contractCode, demand, takenBack, credited }) => (
                <tr key={`${gasMonth} ${contractCode}`}>
                  <th scope="row">{monthAndYear(gasMonth)}</th>
                  <td>{contractCode}</td>
                  <td className={css.number}>{money(demand)}</td>
                  <td className={css.number}>{money(takenBack)}</td>
                  <td className={css.number}>{money(credited)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  );
}
