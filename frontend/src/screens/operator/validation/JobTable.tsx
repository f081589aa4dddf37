import { instant } from "../../../format/instants";
import { percent } from "../../../format/percent";
import type { Tone } from "../../../parts/tag/Tag";
import { Tag } from "../../../parts/tag/Tag";
import { operatorTexts } from "../../../texts/operator";
import { Empty } from "../common/Empty";
import screen from "../Operator.module.css";
import type { ListedJob } from "./queries";

interface Props {
  readonly jobs: readonly ListedJob[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

export const TONES: Record<ListedJob["state"], Tone> = { CANCELLED: "plain", DONE: "yes", FAILED: "no", QUEUED: "plain", RUNNING: "warn" };

/** The jobs on a network, newest first. */
export function JobTable({ jobs, chosen, onChoose }: Props) {
  if (jobs.length === 0) return <Empty title={operatorTexts.validation.noJobs} />;
  return (
    <table className={screen.table}>
      <thead>
        <tr>
          <th scope="col">{operatorTexts.validation.job}</th>
          <th scope="col">{operatorTexts.validation.state}</th>
          <th scope="col">{operatorTexts.validation.requested}</th>
          <th scope="col">{operatorTexts.validation.by}</th>
          <th scope="col">{operatorTexts.validation.finished}</th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <tr key={job.id} aria-current={job.id === chosen ? "true" : undefined}>
            <th scope="row">
              <button type="button" onClick={() => { onChoose(job.id); }}>
                {operatorTexts.validation.kinds[job.kind]}{job.validation === null ? "" : ` ${job.validation.gasDay}`}
              </button>
            </th>
            <td>
              <Tag tone={TONES[job.state]}>
                {operatorTexts.validation.states[job.state]}{job.state === "RUNNING" ? ` ${percent(job.progress)}` : ""}
              </Tag>
            </td>
            <td>{instant(job.requestedAt)}</td>
            <td>{job.requestedBy.name}</td>
            <td className={screen.wraps}>{job.finishedAt === null ? "" : instant(job.finishedAt)} {job.error}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
