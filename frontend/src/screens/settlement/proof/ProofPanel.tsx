import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import type { CheckedInclusion } from "../../../proofs/inclusion/inclusion";
import { settlementTexts } from "../../../texts/settlement";
import type { Entry, Line } from "../queries";
import { KeyField } from "./KeyField";
import css from "./Proof.module.css";
import { saysCharge } from "./recordLine";
import type { Proof } from "./useProof";
import { useProof } from "./useProof";

interface Props {
  readonly entry: Entry;
  readonly side: Line;
  readonly isShown: boolean;
  readonly onShow: (isShown: boolean) => void;
}

/** That a charge is in the transparency log, checked in this browser by the published formats alone. */
export function ProofPanel({ entry, side, isShown, onShow }: Props) {
  const { proof, error, onRetry } = useProof(entry.sequence, side, isShown);
  return (
    <section className={css.proof} aria-label={settlementTexts.proof.title}>
      <header>
        <h3>{settlementTexts.proof.title}</h3>
        <code title={entry.hash}>{entry.hash}</code>
        <Button aria-expanded={isShown} onClick={() => { onShow(!isShown); }}>{isShown ? settlementTexts.close : settlementTexts.proof.check}</Button>
      </header>
      {isShown ? (
        <>
          {error !== undefined ? <Fault error={error} onRetry={onRetry} /> : proof === undefined ? <Skeleton rows={4} /> : <Checked proof={proof} entry={entry} side={side} />}
          <KeyField />
        </>
      ) : null}
    </section>
  );
}

interface CheckedProps {
  readonly proof: Proof;
  readonly entry: Entry;
  readonly side: Line;
}

function Checked({ proof, entry, side }: CheckedProps) {
  const { check, record, file, key } = proof;
  if (check.kind === "fault") {
    return <p className={css.verdict} role="status" data-tone="no">{settlementTexts.proof.faults[check.fault]}</p>;
  }
  const steps = stepsOf(check, proof, entry, side);
  const isProved = steps.every(({ holds }) => holds);
  return (
    <>
      <p className={css.verdict} role="status" data-tone={isProved ? "yes" : "no"}>
        {isProved ? settlementTexts.proof.proved : settlementTexts.proof.notProved}
      </p>
      <ol className={css.steps}>
        {steps.map(({ text, holds }) => (
          <li key={text} data-holds={holds}>
            <span className="hidden">{holds ? settlementTexts.proof.holds : settlementTexts.proof.fails}</span>
            {text}
          </li>
        ))}
      </ol>
      <code className={css.by}>{key}</code>
      <p className={css.files}>
        <a download={`${String(entry.sequence)}.tlog-proof`} href={asFile(file)}>{settlementTexts.proof.file}</a>
        <a download={`${String(entry.sequence)}.json`} href={asFile(record)}>{settlementTexts.proof.record}</a>
        <span>{settlementTexts.proof.filesWhy}</span>
      </p>
    </>
  );
}

interface Step {
  readonly text: string;
  readonly holds: boolean;
}

function stepsOf({ digest, index, size, origin, isIncluded, isSigned }: CheckedInclusion, { record, sides, isTrusted }: Proof, entry: Entry, side: Line): Step[] {
  const words = settlementTexts.proof.steps;
  return [
    { text: words.charge, holds: saysCharge(record, entry, side, sides) },
    { text: words.digest, holds: digest === entry.hash },
    // Entry n is leaf n − 1.
    { text: words.included(index, size), holds: isIncluded && index === entry.sequence - 1 },
    { text: isTrusted ? words.signed(origin) : words.signedAsStated(origin), holds: isSigned },
  ];
}

const asFile = (text: string): string => `data:application/octet-stream;charset=utf-8,${encodeURIComponent(text)}`;
