/** What is locked of a limit, as arithmetic that the API made: terms, factor, lock; allowed, locked, left. */
import { exact, money } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { creditTexts } from "../../../texts/credit";
import css from "../PortfolioScreen.module.css";
import type { Lock, Usage } from "./queries";

interface Props {
  readonly usage: Usage;
  readonly chosen: string;
  readonly onChoose: (code: string) => void;
}

export function LockTable({ usage, chosen, onChoose }: Props) {
  const [subject, ...columns] = creditTexts.columns;
  return (
    <table className={css.table} aria-label={creditTexts.table(usage.limit.code)}>
      <thead>
        <tr>
          <th scope="col">{subject}</th>
          {columns.map((column, place) => <th key={column} scope="col" className={place === 0 ? undefined : css.number}>{column}</th>)}
        </tr>
      </thead>
      <tbody>
        <Sum name={creditTexts.allowed} amount={usage.allowed} />
        {usage.locks.map((lock) => (
          <tr key={lock.subjectId} aria-current={lock.contractCode === chosen ? "true" : undefined}>
            <td><Subject lock={lock} onChoose={onChoose} /></td>
            <td className={css.muted}>{fullDays(lock.period)}</td>
            <td className={css.number}>
              {lock.terms.map(({ kind, amount }) => (
                <div key={kind}><span className={css.muted}>{creditTexts.terms[kind]}</span> {money({ amount, currency: lock.amount.currency })}</div>
              ))}
            </td>
            <td className={css.number}>{exact(lock.factor)}</td>
            <td className={css.number}>{money(lock.amount)}</td>
          </tr>
        ))}
        <Sum name={creditTexts.used} amount={usage.used} />
        <Sum name={creditTexts.remaining} amount={usage.remaining} />
      </tbody>
    </table>
  );
}

function Subject({ lock: { cause, contractCode }, onChoose }: { readonly lock: Lock; readonly onChoose: (code: string) => void }) {
  if (contractCode === null) return creditTexts.causes[cause];
  return <button type="button" onClick={() => { onChoose(contractCode); }}>{contractCode}</button>;
}

function Sum({ name, amount }: { readonly name: string; readonly amount: Usage["used"] }) {
  return (
    <tr>
      <td colSpan={4}>{name}</td>
      <td className={css.number}><b>{money(amount)}</b></td>
    </tr>
  );
}
