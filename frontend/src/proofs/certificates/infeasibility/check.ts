/** The check of contradictions: step by step, in exact fractions, until every case is closed. */
import type { Row, Step, Weights } from "../document/contradiction";
import { at } from "../document/reader";
import type { Box, Terms } from "./columns";
import { addTo, eachMode, Faulty, negative } from "./columns";
import { Laws } from "./laws";
import type { Problem } from "./problem";
import { Rational } from "./rational";

export interface Contradiction {
  readonly faults: readonly string[];
  readonly closed: number;
  /** The least sum by which a case was closed; null where no case was closed by weights. */
  readonly least: number | null;
}

/** Follow the steps; without fault no state answers the problem. */
export function followSteps(problem: Problem, steps: readonly Step[]): Contradiction {
  const follower = new Follower(new Laws(problem));
  const faults = follower.follow(steps);
  return { faults, closed: follower.closed, least: follower.least?.rounded ?? null };
}

class Follower {
  closed = 0;
  least: Rational | null = null;

  constructor(private readonly laws: Laws) {}

  follow(steps: readonly Step[]): string[] {
    const open = [this.laws.firstBox()];
    for (const [number, step] of steps.entries()) {
      const box = open.pop();
      if (box === undefined) return [`${String(steps.length - number)} steps follow after the last case has closed`];
      try {
        open.push(...this.take(step, box).reverse());
      } catch (fault) {
        if (fault instanceof Faulty) return [`step ${String(number)}: ${fault.message}`];
        throw fault;
      }
    }
    return open.length > 0 ? [`step ${String(steps.length)}: missing: a case is left open`] : [];
  }

  /** Take a step; the cases that it leaves in place of this one. */
  private take(step: Step, box: Box): Box[] {
    switch (step.kind) {
      case "tighten":
        return [this.tighten(step, box)];
      case "exclude":
        return [this.exclude(step.element, step.mode, box)];
      case "close":
        this.close(step.weights, box);
        this.closed += 1;
        return [];
      case "split-flow": {
        const [below, above, value] = [box.copy(), box.copy(), exact(step.value)];
        const column = this.column(step.column, box);
        below.upper[column] = at(below.upper, column).least(value);
        above.lower[column] = at(above.lower, column).most(value);
        return [below, above];
      }
      case "split-modes":
        return this.splitModes(step.element, step.sets, box);
    }
  }

  private tighten({ column, side, bound, weights }: Extract<Step, { kind: "tighten" }>, box: Box): Box {
    const [place, limit] = [this.column(column, box), exact(bound)];
    const isLower = side === "lower";
    const proved = this.value(weights, new Map([[place, isLower ? Rational.ONE : Rational.ONE.negative]]), box);
    if (proved.isBelow(isLower ? limit : limit.negative)) throw new Faulty(`its weights do not prove the ${side} bound of column ${String(column)}`);
    if (isLower) box.lower[place] = at(box.lower, place).most(limit);
    else box.upper[place] = at(box.upper, place).least(limit);
    return box;
  }

  private close(weights: Weights, box: Box): void {
    if (weights.length > 0) {
      const sum = this.value(weights, new Map(), box);
      if (sum.sign <= 0) throw new Faulty("its weights contradict nothing");
      this.least = this.least === null ? sum : this.least.least(sum);
    } else if (!box.modes.includes(0n) && box.lower.every((low, column) => !low.isAbove(at(box.upper, column)))) {
      throw new Faulty("the case closes, but its box is not proved empty");
    }
  }

  private exclude(number: number, modes: bigint, box: Box): Box {
    const element = this.element(number, box);
    let left = at(box.modes, element);
    for (const mode of eachMode(modes & left)) {
      box.modes[element] = mode;
      if (!this.laws.modes.rows(element, mode).some((row) => this.isOutOfReach(row, box))) {
        throw new Faulty(`element ${String(element)} can be in the mode excluded`);
      }
      left &= ~mode;
    }
    box.modes[element] = left;
    return box;
  }

  private splitModes(number: number, sets: readonly bigint[], box: Box): Box[] {
    const element = this.element(number, box);
    const parts = sets.map((modes) => {
      const part = box.copy();
      part.modes[element] = at(part.modes, element) & modes;
      return part;
    });
    const covered = sets.reduce((all, modes) => all | modes, 0n);
    if ((at(box.modes, element) & ~covered) !== 0n) throw new Faulty(`the parts leave out a mode of element ${String(element)}`);
    return parts;
  }

  private isOutOfReach(row: Row, box: Box): boolean {
    const { terms, lower, upper } = this.laws.write(row, box);
    if (lower !== null && box.least(negative(terms)).negative.isBelow(lower)) return true;
    return upper !== null && box.least(terms).isAbove(upper);
  }

  /** What the weights prove `rest` to be at least. */
  private value(weights: Weights, rest: Terms, box: Box): Rational {
    let total = Rational.ZERO;
    for (const [row, float] of weights) {
      const weight = exact(float);
      if (weight.sign === 0) continue;
      const { terms, lower, upper } = this.laws.write(row, box);
      const bound = weight.sign > 0 ? lower : upper;
      if (bound === null) throw new Faulty(`a row of ${String(row.number)} has no bound on the side used`);
      total = total.plus(weight.times(bound));
      for (const [column, coefficient] of terms) addTo(rest, column, weight.times(coefficient).negative);
    }
    return total.plus(box.least(rest));
  }

  private column(column: number, box: Box): number {
    if (column < 0 || column >= box.lower.length) throw new Faulty(`there is no column ${String(column)}`);
    return column;
  }

  private element(element: number, box: Box): number {
    if (element < 0 || element >= box.modes.length) throw new Faulty(`there is no element ${String(element)}`);
    return element;
  }
}

function exact(number: number): Rational {
  if (!Number.isFinite(number)) throw new Faulty(`${String(number)} is no number`);
  return Rational.of(number);
}
