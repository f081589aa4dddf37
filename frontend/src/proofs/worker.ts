/** Checks certificates away from the page, which stays responsive whatever they take. */
import type { Documents } from "./certificates/check";
import { checkDocuments } from "./certificates/check";
import type { Findings } from "./certificates/findings";

/** The findings, and how long they took. */
export interface Report {
  readonly findings: Findings;
  readonly milliseconds: number;
}

self.addEventListener("message", ({ data }: MessageEvent<Documents>) => {
  const start = performance.now();
  const findings = checkDocuments(data);
  const report: Report = { findings, milliseconds: performance.now() - start };
  self.postMessage(report);
});
