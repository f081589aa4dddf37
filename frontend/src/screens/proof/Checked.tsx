import type { CommercialUnit } from "../../format/amounts";
import { count } from "../../format/figures";
import type { Tone } from "../../parts/tag/Tag";
import { Tag } from "../../parts/tag/Tag";
import type { Report } from "../../proofs/worker";
import { proofTexts } from "../../texts/proof";
import { Certificate } from "./Certificate";
import css from "./ProofScreen.module.css";

const OPEN_MAX = 3;

/** What the check found: in a word, of the documents as a whole, and of each certificate. */
export function Checked({ report: { findings, milliseconds }, unit }: { readonly report: Report; readonly unit: CommercialUnit }) {
  const { outcome, faults, proofs } = findings;
  // Documents may hold and show that the request is not feasible, or nothing: neither proves a booking.
  const holds = findings.holds && outcome === "feasible";
  const failing = proofs.filter((one) => one.faults.length > 0).length;
  return (
    <>
      <Answer tone={holds ? "yes" : "no"} tag={holds ? proofTexts.checked : proofTexts.rejected}>
        {!findings.holds ? proofTexts.rejectedWhy(failing, proofs.length) : outcome === "feasible" ? proofTexts.checkedWhy(proofs.length, count(Math.ceil(milliseconds))) : proofTexts.otherwise[outcome]}
      </Answer>
      {faults.length === 0 ? null : (
        <ul className={css.faults}>
          {faults.map(({ path, message }) => <li key={`${path} ${message}`}><code>{path}</code> {message}</li>)}
        </ul>
      )}
      {proofs.map((proof, place) => <Certificate key={place} proof={proof} unit={unit} isOpen={proofs.length <= OPEN_MAX} />)}
    </>
  );
}

interface AnswerProps {
  readonly tone: Tone;
  readonly tag: string;
  readonly children: string;
}

export function Answer({ tone, tag, children }: AnswerProps) {
  return (
    <div className={css.answer} data-tone={tone} role="status">
      <Tag tone={tone}>{tag}</Tag>
      <p>{children}</p>
    </div>
  );
}
