import { cleanup, render, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { CheckedProof, Findings } from "../../proofs/certificates/findings";
import { Checked } from "./Checked";

const DAY = { start: 20_833, end: 20_840 };
const flow: CheckedProof = {
  periods: [DAY],
  level: "flow",
  outcome: "feasible",
  kind: "flow",
  faults: [],
  figures: {
    kind: "flow",
    edges: 45,
    nodes: 40,
    kindsOfDay: 2,
    onlyLoaded: false,
    fullest: { edge: "pipe_5", flow: 19_128_654n, capacity: 20_533_075n },
  },
};
const state: CheckedProof = {
  periods: [DAY],
  level: "hydraulic",
  outcome: "feasible",
  kind: "state",
  faults: ["pipe pipe_3: misses the law of pipes by 0.5 bar² on 2027-01-15"],
  figures: {
    kind: "state",
    residuals: [{ law: "pipe", unit: "bar²", count: 39, largest: 0.5, tolerance: 1e-5, where: "pipe pipe_3" }],
    curtailedTo: 0.93,
  },
};

function show(proofs: readonly CheckedProof[], outcome: Findings["outcome"] = "feasible") {
  const holds = proofs.every(({ faults }) => faults.length === 0);
  const findings: Findings = { holds, outcome, level: "hydraulic", faults: [], proofs };
  render(<Checked report={{ findings, milliseconds: 33.2 }} unit="KWH_PER_H" />);
}

describe("what the check found", () => {
  it("says that all certificates hold, how long it took, and by what figures", () => {
    show([flow]);
    expect(screen.getByRole("status").textContent).toMatch(/^CheckedThe certificate holds\. .* in 34 ms/);
    const fullest = screen.getByRole("row", { name: /pipe_5/ });
    expect(within(fullest).getAllByRole("cell").map(({ textContent }) => textContent)).toEqual(["19,128,654 kWh/h", "20,533,075 kWh/h"]);
  });

  it("says of documents that hold and prove no booking what they show", () => {
    show([], "undecided");
    expect(screen.getByRole("status").textContent).toMatch(/^RejectedThe documents leave open whether/);
    cleanup();
    show([{ ...flow, outcome: "infeasible" }], "infeasible");
    expect(screen.getByRole("status").textContent).toMatch(/^RejectedThe documents prove that what was asked for is not feasible/);
  });

  it("says which certificate does not hold, and why", () => {
    show([flow, state]);
    expect(screen.getByRole("status").textContent).toMatch(/^Rejected1 of 2 certificates does not hold/);
    expect(screen.getByText(/misses the law of pipes by 0\.5 bar²/)).toBeTruthy();
    expect(screen.getByRole("row", { name: /Law of pipes \(39\)/ }).textContent).toContain("0.5 bar², pipe pipe_31E-5 bar²");
    expect(screen.getByRole("row", { name: /reduced to/ }).textContent).toContain("93%");
  });
});
