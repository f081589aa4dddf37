import type { CommercialUnit } from "../../format/amounts";
import { dayOfNumber, fullDays } from "../../format/days";
import { Tag } from "../../parts/tag/Tag";
import type { CheckedProof } from "../../proofs/certificates/findings";
import { texts } from "../../texts/en";
import { proofTexts } from "../../texts/proof";
import { conditionsOf } from "./conditions";
import css from "./ProofScreen.module.css";

interface Props {
  readonly proof: CheckedProof;
  readonly unit: CommercialUnit;
  readonly isOpen: boolean;
}

/** One certificate: for which days, what it says in plain words, and by what figures it holds. */
export function Certificate({ proof, unit, isOpen }: Props) {
  const { kind, level, periods, faults, figures } = proof;
  const isAboutLoaded = figures !== null && "onlyLoaded" in figures && figures.onlyLoaded;
  const isCurtailed = figures !== null && "curtailedTo" in figures && figures.curtailedTo !== null;
  const days = periods.map(({ start, end }) => fullDays({ start: dayOfNumber(start), end: dayOfNumber(end) }));
  const when = days.length > 2 ? proofTexts.manyDays(days[0] ?? "", days.length - 1) : days.join(", ");
  return (
    <details className={css.certificate} open={isOpen || faults.length > 0}>
      <summary>
        <Tag tone={faults.length === 0 ? "yes" : "no"}>{faults.length === 0 ? proofTexts.holds : proofTexts.fails}</Tag>
        <h3>{proofTexts.kinds[kind]}</h3>
        <span className={css.days}>{when}</span>
      </summary>
      <p>
        {proofTexts.says[kind]} {isAboutLoaded ? proofTexts.onlyLoaded : null} {isCurtailed ? proofTexts.beside : null}
      </p>
      {faults.length === 0 ? null : <ul className={css.faults}>{faults.map((fault) => <li key={fault}>{fault}</li>)}</ul>}
      <Conditions proof={proof} unit={unit} caption={`${texts.levels[LEVELS[level]]}, ${when}`} />
    </details>
  );
}

const LEVELS = { rights: "RIGHTS", flow: "FLOW", robust: "ROBUST", hydraulic: "HYDRAULIC" } as const;

function Conditions({ proof, unit, caption }: { readonly proof: CheckedProof; readonly unit: CommercialUnit; readonly caption: string }) {
  const conditions = conditionsOf(proof, unit);
  if (conditions.length === 0) return null;
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={`${proofTexts.kinds[proof.kind]}: ${caption}`}>
      <table className={css.table}>
        <caption>{caption}</caption>
        <thead>
          <tr>{proofTexts.columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr>
        </thead>
        <tbody>
          {conditions.map(({ what, found, allowed }) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>{found}</td>
              <td>{allowed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
