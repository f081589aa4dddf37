/** Robust validation: by how much the firm rights of a gas day may grow; and the other jobs on the network. */
import { useQuery } from "urql";
import { useLiveJobs } from "../../../live/useLive";
import { Notice } from "../../../parts/notice/Notice";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { Answered } from "../common/Answered";
import screen from "../Operator.module.css";
import type { Shown } from "../shown";
import { JobPanel } from "./JobPanel";
import { JobTable } from "./JobTable";
import { JobsDocument } from "./queries";
import { useJob } from "./useJob";
import { ValidationForm } from "./ValidationForm";
import css from "./Validation.module.css";

export function ValidationPart(shown: Shown) {
  const { network, address, onGo } = shown;
  const [{ data, error }, ask] = useQuery({ query: JobsDocument, variables: { network: network.code } });
  const jobs = data?.jobs.edges.map(({ node }) => node);
  const chosen = address.job ?? jobs?.[0]?.id;
  const job = useJob(chosen);
  useLiveJobs(network.code, data?.jobs.cursor ?? undefined);
  return (
    <div className={`${screen.panels ?? ""} ${css.part ?? ""}`}>
      <section className={screen.panel} aria-label={operatorTexts.validation.start}>
        <PanelHead title={operatorTexts.validation.start} />
        <ValidationForm {...shown} />
        <p className={screen.text}>{operatorTexts.validation.explanation}</p>
      </section>
      <section className={`${screen.panel ?? ""} ${css.job ?? ""}`} tabIndex={0} aria-label={operatorTexts.validation.job}>
        {job.error === undefined ? null : <Notice isFault title={texts.faults.refused}>{job.error.message}</Notice>}
        {chosen === undefined ? (
          <Notice title={operatorTexts.validation.noJob}>{operatorTexts.validation.noJobWhy}</Notice>
        ) : job.state === undefined ? job.error === undefined ? <Skeleton rows={8} /> : null : (
          <JobPanel job={job.state} unit={network.unit} />
        )}
      </section>
      <section className={screen.panel} aria-label={operatorTexts.validation.jobs}>
        <PanelHead title={operatorTexts.validation.jobs} note={operatorTexts.validation.jobsNote} />
        <Answered data={jobs} error={error} rows={6} onAsk={ask}>
          {(found) => <JobTable jobs={found} chosen={chosen} onChoose={(id) => { onGo({ job: id }); }} />}
        </Answered>
      </section>
    </div>
  );
}
