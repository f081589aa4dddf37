/** One job: how far it has come, and what it found. */
import type { CommercialUnit } from "../../../format/amounts";
import { percent } from "../../../format/percent";
import { Button } from "../../../parts/button/Button";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Tag } from "../../../parts/tag/Tag";
import { operatorTexts } from "../../../texts/operator";
import { faultsBeside, useCommand } from "../common/useCommand";
import screen from "../Operator.module.css";
import { TONES } from "./JobTable";
import type { Job } from "./queries";
import { CancelJobDocument } from "./queries";
import { ValidationResult } from "./ValidationResult";
import css from "./Validation.module.css";

export function JobPanel({ job, unit }: { readonly job: Job; readonly unit: CommercialUnit }) {
  const cancel = useCommand(CancelJobDocument, ({ cancelJob }) => cancelJob);
  const isOpen = job.state === "QUEUED" || job.state === "RUNNING";
  return (
    <>
      <PanelHead title={operatorTexts.validation.kinds[job.kind]}>
        <Tag tone={TONES[job.state]}>{operatorTexts.validation.states[job.state]}</Tag>
        {isOpen ? (
          <Button disabled={cancel.isSending || job.isBeingCancelled} onClick={() => { void cancel.send({ input: { jobId: job.id } }); }}>
            {job.isBeingCancelled ? operatorTexts.validation.cancelling : operatorTexts.validation.cancel}
          </Button>
        ) : null}
      </PanelHead>
      {faultsBeside(cancel.refusal, []).map((fault) => <p key={fault} className={screen.text} role="alert">{fault}</p>)}
      {isOpen ? (
        <p className={css.progress}>
          <progress max={1} value={job.progress} aria-label={operatorTexts.validation.progress} />
          <span role="status">{percent(job.progress)} {job.text}</span>
        </p>
      ) : null}
      {job.error === "" ? null : <p className={screen.text} role="alert">{job.error}</p>}
      {job.validation === null ? null : <ValidationResult validation={job.validation} summary={job.summary} unit={unit} />}
      {job.state === "DONE" && job.validation === null ? <p className={screen.text}>{operatorTexts.validation.elsewhere}</p> : null}
    </>
  );
}
