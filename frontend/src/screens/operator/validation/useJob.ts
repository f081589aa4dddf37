/** A job as it stands, and whenever that changes, until it is over. */
import { useMemo } from "react";
import type { ResultOf } from "../../../api/graphql";
import type { Stream } from "../../../api/useStream";
import { useStream } from "../../../api/useStream";
import type { Job } from "./queries";
import { JobProgressDocument } from "./queries";

export function useJob(id: string | undefined): Stream<Job> {
  const variables = useMemo(() => (id === undefined ? undefined : { id }), [id]);
  return useStream(JobProgressDocument, variables, undefined, newest);
}

const newest = (_before: Job | undefined, { jobProgress }: ResultOf<typeof JobProgressDocument>): Job => jobProgress;
