/** Checks certificates away from the page, which stays responsive whatever they take. */
import type { Booked } from "./certificates/booked";
import type { Documents } from "./certificates/check";
import { checkDocuments } from "./certificates/check";
import type { Findings } from "./certificates/findings";

/** The findings, and how long they took. */
export interface Report {
  readonly findings: Findings;
  readonly milliseconds: number;
}

export interface Task {
  readonly documents: Documents;
  /** What the documents must prove. */
  readonly booked: Booked;
}

self.addEventListener("message", ({ data: { documents, booked } }: MessageEvent<Task>) => {
  const start = performance.now();
  const findings = checkDocuments(documents, booked);
  const report: Report = { findings, milliseconds: performance.now() - start };
  self.postMessage(report);
});
