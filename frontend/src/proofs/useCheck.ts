import { useEffect, useState } from "react";
import type { Documents } from "./certificates/check";
import type { Report } from "./worker";

/** What came of a check; undefined while it runs, `failed` where the checker itself could not go on. */
export type Check = Report | "failed" | undefined;

/** Check documents in a worker, once for each pair. */
export function useCheck(documents: Documents | undefined): Check {
  const [done, setDone] = useState<{ readonly of: Documents; readonly check: Check }>();
  useEffect(() => {
    if (documents === undefined) return undefined;
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Report>) => { setDone({ of: documents, check: data }); };
    worker.onerror = () => { setDone({ of: documents, check: "failed" }); };
    worker.postMessage(documents);
    return () => { worker.terminate(); };
  }, [documents]);
  return done?.of === documents ? done?.check : undefined;
}
