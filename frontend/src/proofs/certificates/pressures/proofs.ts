/** The checks of pressures on all days of a proof: states, contradictions, and curtailments beside them. */
import type { Curtailment, DayProof } from "../document/certificates";
import type { Step } from "../document/contradiction";
import type { Capacities, KindOfDay } from "../document/days";
import { before } from "../document/days";
import type { Hydraulics } from "../document/document";
import type { Network } from "../document/network";
import type { Rights } from "../document/rights";
import { daysInWords, plus } from "../document/rights";
import type { Checked, ContradictionFigures, StateFigures } from "../findings";
import type { Contradiction } from "../infeasibility/check";
import { followSteps } from "../infeasibility/check";
import { problemOf } from "../infeasibility/problem";
import { Residuals } from "./residuals";
import { checkState } from "./state";

/** Factors of curtailments are counted in this. */
export const CURTAILMENT_SCALE = 1_000_000n;

export class PressureChecker {
  /** A contradiction of the same steps on the same rights and capacities is followed once. */
  private readonly followed = new Map<readonly Step[], { readonly nomination: string; readonly found: Contradiction }[]>();

  constructor(private readonly network: Network, private readonly hydraulics: Hydraulics | null) {}

  check(proof: DayProof, days: readonly KindOfDay[]): Checked<ContradictionFigures | StateFigures> {
    const { certificate, curtailment } = proof;
    const curtailedTo = curtailment === null ? null : Number(curtailment.factor) / Number(CURTAILMENT_SCALE);
    const faults: string[] = [];
    const residuals = new Residuals();
    const contradictions: Contradiction[] = [];
    for (const day of days) {
      const rights = curtailment === null ? day.rights : plus(curtailment.stack, day.request.route, day.request.quantity);
      const found = curtailment === null ? [] : this.curtailmentFaults(curtailment, day);
      if (certificate.kind === "state") {
        residuals.faults.length = 0;
        checkState(this.network, this.hydraulics, certificate.state, rights, day.capacities, residuals);
        found.push(...residuals.faults);
      } else if (certificate.kind === "refutation") {
        const contradiction = this.follow(certificate.steps, rights, day.capacities);
        contradictions.push(contradiction);
        found.push(...contradiction.faults);
      }
      faults.push(...found.map((fault) => `${fault} on ${daysInWords(day.period)}`));
    }
    if (certificate.kind === "refutation") return { faults, figures: figuresOf(certificate.steps, contradictions, curtailedTo) };
    return { faults, figures: { kind: "state", residuals: residuals.list, curtailedTo } };
  }

  /** What is wrong with the claim that a day had no state before the request, and what is left of its rights. */
  private curtailmentFaults({ factor, stack, steps }: Curtailment, day: KindOfDay): string[] {
    if (factor < 0n || factor >= CURTAILMENT_SCALE) return ["curtails by a factor that is none"];
    const rights = before(day);
    const left = [...rights].map(([key, { quantity }]) => [key, floored(quantity * factor)] as const).filter(([, quantity]) => quantity !== 0n);
    if (left.length !== stack.size || left.some(([key, quantity]) => stack.get(key)?.quantity !== quantity)) {
      return ["curtails to other rights than the factor says"];
    }
    return [...this.follow(steps, rights, day.capacities).faults];
  }

  private follow(steps: readonly Step[], rights: Rights, capacities: Capacities): Contradiction {
    const problem = problemOf(this.network, this.hydraulics, rights, capacities);
    const nomination = JSON.stringify([problem.nodes.map(({ injection }) => injection), problem.elements.map(({ flowMin, flowMax }) => [String(flowMin), String(flowMax)])]);
    const known = this.followed.get(steps) ?? [];
    const again = known.find((one) => one.nomination === nomination);
    if (again !== undefined) return again.found;
    const found = followSteps(problem, steps);
    this.followed.set(steps, [...known, { nomination, found }]);
    return found;
  }
}

/** A quantity in whole units, rounded down as the format says, below zero as well. */
function floored(millionths: bigint): bigint {
  const quotient = millionths / CURTAILMENT_SCALE;
  return millionths < 0n && quotient * CURTAILMENT_SCALE !== millionths ? quotient - 1n : quotient;
}

function figuresOf(steps: readonly Step[], found: readonly Contradiction[], curtailedTo: number | null): ContradictionFigures {
  const sums = found.flatMap(({ least }) => (least === null ? [] : [least]));
  const weighted = steps.map((step) => (step.kind === "tighten" || step.kind === "close" ? step.weights.length : 0));
  return {
    kind: "refutation",
    steps: steps.length,
    cases: found.reduce((most, { closed }) => Math.max(most, closed), 0),
    multipliers: weighted.reduce((total, count) => total + count, 0),
    least: sums.length === 0 ? null : Math.min(...sums),
    curtailedTo,
  };
}
