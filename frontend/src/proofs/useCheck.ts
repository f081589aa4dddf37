import { useEffect, useMemo, useRef, useState } from "react";
import type { Booked } from "./certificates/booked";
import type { Documents } from "./certificates/check";
import type { Report, Task } from "./worker";

/** What came of a check; undefined while it runs, `failed` where the checker itself could not go on. */
export type Check = Report | "failed" | undefined;

export interface Checking {
  readonly check: Check;
  /** How often these documents were checked. */
  readonly times: number;
  /** Check the same once more; the checker is there already, so that this needs no connection. */
  readonly onAgain: () => void;
}

interface Done {
  readonly of: Task | undefined;
  readonly check: Check;
  readonly times: number;
}

/** Check that documents prove what was booked, in a worker that stays for as long as they do; `booked` must stay the same meanwhile. */
export function useCheck(documents: Documents | undefined, booked: Booked): Checking {
  const task = useMemo((): Task | undefined => documents && { documents, booked }, [documents, booked]);
  const [done, setDone] = useState<Done>({ of: undefined, check: undefined, times: 0 });
  const checker = useRef<Worker>(undefined);
  useEffect(() => {
    if (task === undefined) return undefined;
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const note = (check: Check) => {
      setDone((before) => ({ of: task, check, times: before.of === task ? before.times + 1 : 1 }));
    };
    worker.onmessage = ({ data }: MessageEvent<Report>) => { note(data); };
    worker.onerror = () => { note("failed"); };
    worker.postMessage(task);
    checker.current = worker;
    return () => { worker.terminate(); };
  }, [task]);
  const { check, times } = done.of === task ? done : { check: undefined, times: 0 };
  const onAgain = () => {
    setDone((before) => ({ ...before, check: undefined }));
    checker.current?.postMessage(task);
  };
  return { check, times, onAgain };
}
