import { useEffect, useMemo, useState } from "react";
import type { Booked } from "./certificates/booked";
import type { Documents } from "./certificates/check";
import type { Report, Task } from "./worker";

/** What came of a check; undefined while it runs, `failed` where the checker itself could not go on. */
export type Check = Report | "failed" | undefined;

/** Check in a worker that documents prove what was booked, once for each pair; `booked` must stay the same for as long as it does. */
export function useCheck(documents: Documents | undefined, booked: Booked): Check {
  const task = useMemo((): Task | undefined => documents && { documents, booked }, [documents, booked]);
  const [done, setDone] = useState<{ readonly of: Task; readonly check: Check }>();
  useEffect(() => {
    if (task === undefined) return undefined;
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Report>) => { setDone({ of: task, check: data }); };
    worker.onerror = () => { setDone({ of: task, check: "failed" }); };
    worker.postMessage(task);
    return () => { worker.terminate(); };
  }, [task]);
  return done?.of === task ? done?.check : undefined;
}
