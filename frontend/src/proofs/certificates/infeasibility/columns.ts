/** The columns of a problem, the boxes over them, and sums over a box: all in exact fractions. */
import { at } from "../document/reader";
import type { Element, Problem } from "./problem";
import { Rational } from "./rational";

/** A step that its weights or its rows do not justify. */
export class Faulty extends Error {}

/** Coefficients by column. */
export type Terms = Map<number, Rational>;

/** A row lower ≤ terms ≤ upper; null where it has no such bound. */
export interface Written {
  readonly terms: Terms;
  readonly lower: Rational | null;
  readonly upper: Rational | null;
}

export const CLOSED = 1n;
export const OPEN = 2n;
/** A station with characteristic maps has ACTIVE << k for its configuration k. */
export const ACTIVE = 4n;

/** How far a state may miss a law or limit: bar² in potentials, bar in pressures. */
export const SLACK = Rational.of(2e-5);
/** How far a state may miss a balance or flow limit, per kg/s of the largest injection, or of 1 kg/s. */
const FLOW_SLACK = Rational.of(3e-9);

/** Bounds of one column. */
export interface Interval {
  readonly column: number;
  readonly low: Rational;
  readonly high: Rational;
}

export class Box {
  constructor(readonly lower: Rational[], readonly upper: Rational[], readonly modes: bigint[]) {}

  copy(): Box {
    return new Box([...this.lower], [...this.upper], [...this.modes]);
  }

  /** The least that terms add up to over the box, with one column `narrowed`. */
  least(terms: Terms, narrowed?: Interval): Rational {
    let total = Rational.ZERO;
    for (const [column, coefficient] of terms) {
      if (coefficient.sign === 0) continue;
      const isLow = coefficient.sign > 0;
      const bound = column === narrowed?.column ? narrowed[isLow ? "low" : "high"] : at(isLow ? this.lower : this.upper, column);
      total = total.plus(coefficient.times(bound));
    }
    return total;
  }
}

/**
 * The columns, in this order: flows (elements), kg/s; potentials (nodes), bar²; drops (pairs a < b of nodes
 * joined by an element), bar²; injections (nodes), kg/s; the step; pressures (nodes), bar.
 */
export class Columns {
  readonly pairs: readonly (readonly [number, number])[];
  readonly count: number;
  readonly step: number;
  readonly beta: readonly Rational[];
  readonly sigma: readonly Rational[];
  readonly flowSlack: Rational;
  private readonly pairOf: ReadonlyMap<number, number>;

  constructor(readonly problem: Problem) {
    const { elements, nodes } = problem;
    const keys = [...new Set(elements.map((element) => this.key(element)))].sort((one, other) => one - other);
    this.pairs = keys.map((key) => [Math.floor(key / nodes.length), key % nodes.length]);
    this.pairOf = new Map(keys.map((key, place) => [key, place]));
    this.step = elements.length + 2 * nodes.length + this.pairs.length;
    this.count = this.step + 1 + nodes.length;
    this.beta = elements.map(({ beta }) => Rational.of(beta));
    this.sigma = nodes.map(({ elevation }) => Rational.of(elevation));
    const largest = nodes.reduce((most, { injection }) => Math.max(most, Math.abs(injection)), 1);
    this.flowSlack = FLOW_SLACK.times(Rational.of(largest));
  }

  element(number: number): Element {
    return at(this.problem.elements, number);
  }

  potential(node: number): number {
    return this.problem.elements.length + node;
  }

  drop(element: Element): number {
    return this.dropOfPair(this.pairOf.get(this.key(element)) ?? 0);
  }

  dropOfPair(pair: number): number {
    return this.problem.elements.length + this.problem.nodes.length + pair;
  }

  injection(node: number): number {
    return this.dropOfPair(this.pairs.length) + node;
  }

  pressure(node: number): number {
    return this.step + 1 + node;
  }

  /** β q |q|, in bar². */
  loss(element: number, flow: Rational): Rational {
    return at(this.beta, element).times(flow).times(flow.absolute);
  }

  private key({ tail, head }: Element): number {
    return Math.min(tail, head) * this.problem.nodes.length + Math.max(tail, head);
  }
}

/** Every mode of a set, one at a time. */
export function eachMode(modes: bigint): bigint[] {
  const found: bigint[] = [];
  for (let mode = 1n; mode <= modes; mode <<= 1n) if ((modes & mode) !== 0n) found.push(mode);
  return found;
}

export function terms(...pairs: readonly (readonly [number, Rational])[]): Terms {
  return new Map(pairs);
}

/** A row times −1. */
export function turned(row: Written): Written {
  return { terms: negative(row.terms), lower: row.upper?.negative ?? null, upper: row.lower?.negative ?? null };
}

export const negative = (of: Terms): Terms => new Map([...of].map(([column, coefficient]) => [column, coefficient.negative]));

export function addTo(of: Terms, column: number, coefficient: Rational): void {
  of.set(column, (of.get(column) ?? Rational.ZERO).plus(coefficient));
}
