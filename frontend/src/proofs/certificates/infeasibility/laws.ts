/** Writes rows out from the problem: balances, bridges, drops, pipes, resistors and pressures. */
import type { Row } from "../document/contradiction";
import { at } from "../document/reader";
import type { Written } from "./columns";
import { addTo, Box, CLOSED, Columns, Faulty, OPEN, SLACK, terms } from "./columns";
import { isOfMachine, ModeLaws } from "./modes";
import type { Problem } from "./problem";
import { Rational } from "./rational";
import { nameOf, RowKind } from "./rows";

const { ZERO, ONE } = Rational;
const TWO = Rational.of(2);

export class Laws {
  readonly modes: ModeLaws;
  readonly columns: Columns;
  private readonly around: readonly number[][];
  private readonly sides = new Map<string, ReadonlySet<number>>();

  constructor(private readonly problem: Problem) {
    this.columns = new Columns(problem);
    this.modes = new ModeLaws(this.columns);
    this.around = problem.nodes.map(() => []);
    for (const [number, { tail, head }] of problem.elements.entries()) {
      at(this.around, tail).push(number);
      at(this.around, head).push(number);
    }
  }

  /** Every column's bounds and every element's modes before any step. */
  firstBox(): Box {
    const { elements, nodes, supplyMax } = this.problem;
    const slack = this.columns.flowSlack;
    const flowsFrom = elements.map(({ flowMin }) => Rational.of(Math.max(flowMin, -supplyMax)).minus(slack));
    const flowsTo = elements.map(({ flowMax }) => Rational.of(Math.min(flowMax, supplyMax)).plus(slack));
    const potential = (sigma: number, bar: number) => Rational.of(sigma * (bar * bar));
    const least = nodes.map(({ elevation, pressureMinBar }) => potential(elevation, pressureMinBar).minus(SLACK));
    const most = nodes.map(({ elevation, pressureMaxBar }) => potential(elevation, pressureMaxBar).plus(SLACK));
    const { pairs } = this.columns;
    const injections = nodes.map(({ injection }) => Rational.of(injection));
    return new Box(
      [
        ...flowsFrom,
        ...least,
        ...pairs.map(([a, b]) => at(least, a).minus(at(most, b))),
        ...injections,
        ZERO,
        ...nodes.map(({ pressureMinBar }) => Rational.of(pressureMinBar).minus(SLACK)),
      ],
      [
        ...flowsTo,
        ...most,
        ...pairs.map(([a, b]) => at(most, a).minus(at(least, b))),
        ...injections,
        ZERO,
        ...nodes.map(({ pressureMaxBar }) => Rational.of(pressureMaxBar).plus(SLACK)),
      ],
      elements.map((_, number) => this.modes.of(number)),
    );
  }

  /** Write a row out over a box; throws Faulty where there is no such row. */
  write(row: Row, box: Box): Written {
    const { kind, number } = row;
    const isOfNode = kind === RowKind.BALANCE || (kind >= RowKind.SQUARE_TANGENT && kind <= RowKind.PRESSURE_ABOVE);
    const size = isOfNode ? this.problem.nodes.length : kind === RowKind.DROP ? this.columns.pairs.length : this.problem.elements.length;
    if (number < 0 || number >= size || !Number.isFinite(row.point)) throw new Faulty(`there is no row ${nameOf(kind)} of ${String(number)}`);
    if (isOfMachine(kind)) return this.modes.write(row, box);
    switch (kind) {
      case RowKind.BALANCE:
        return this.balance(number);
      case RowKind.BRIDGE_TAIL:
      case RowKind.BRIDGE_HEAD:
        return this.bridge(number, kind === RowKind.BRIDGE_TAIL);
      case RowKind.DROP:
        return this.drop(number);
      case RowKind.GAP:
        throw new Faulty("the problem demands no gap");
      case RowKind.SIGN:
        return this.sign(number, box);
      case RowKind.LOSS:
        return this.loss(number, box);
      default:
        return isOfNode ? this.pressure(row, box) : this.pipe(row, box);
    }
  }

  private balance(node: number): Written {
    const row = terms([this.columns.injection(node), ONE], [this.columns.step, ZERO]);
    for (const element of at(this.around, node)) {
      addTo(row, element, this.columns.element(element).head === node ? ONE : ONE.negative);
    }
    return { terms: row, lower: this.columns.flowSlack.negative, upper: this.columns.flowSlack };
  }

  private bridge(number: number, isTail: boolean): Written {
    const { tail, head } = this.columns.element(number);
    const side = this.reach(isTail ? tail : head, number);
    if (side.has(isTail ? head : tail)) throw new Faulty(`element ${String(number)} is not the only one between two parts`);
    const sign = isTail ? ONE.negative : ONE;
    const row = terms(...[...side].map((node) => [this.columns.injection(node), sign] as const), [number, ONE]);
    const slack = this.columns.flowSlack.times(Rational.of(side.size));
    return { terms: row, lower: slack.negative, upper: slack };
  }

  /** The nodes joined to `start` by other elements. */
  private reach(start: number, without: number): ReadonlySet<number> {
    const key = `${String(start)} ${String(without)}`;
    const known = this.sides.get(key);
    if (known !== undefined) return known;
    const seen = new Set([start]);
    const left = [start];
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      for (const element of at(this.around, node)) {
        const { tail, head } = this.columns.element(element);
        for (const next of element === without ? [] : [tail, head]) {
          if (seen.has(next)) continue;
          seen.add(next);
          left.push(next);
        }
      }
    }
    this.sides.set(key, seen);
    return seen;
  }

  private drop(pair: number): Written {
    const [first, second] = at(this.columns.pairs, pair);
    const row = terms([this.columns.dropOfPair(pair), ONE], [this.columns.potential(first), ONE.negative], [this.columns.potential(second), ONE]);
    return { terms: row, lower: ZERO, upper: ZERO };
  }

  private sign(number: number, box: Box): Written {
    const modes = at(box.modes, number);
    const lower = (modes & OPEN) === 0n ? this.columns.flowSlack.negative : null;
    return { terms: terms([number, ONE]), lower, upper: modes === CLOSED ? this.columns.flowSlack : null };
  }

  private loss(number: number, box: Box): Written {
    const element = this.columns.element(number);
    if (element.kind !== "resistor") throw new Faulty(`element ${String(number)} is no resistor`);
    const loss = Rational.of(element.lossBar);
    const slack = this.columns.flowSlack;
    const lower = at(box.lower, number).isAbove(slack) ? loss : loss.negative;
    const upper = at(box.upper, number).isBelow(slack.negative) ? loss.negative : loss;
    const row = terms([this.columns.pressure(element.tail), ONE], [this.columns.pressure(element.head), ONE.negative]);
    return { terms: row, lower: lower.minus(SLACK), upper: upper.plus(SLACK) };
  }

  /** A row of φ_i − φ_j = β q |q|. */
  private pipe({ kind, number, point: written }: Row, box: Box): Written {
    const { columns } = this;
    const element = columns.element(number);
    if (at(box.modes, number) !== OPEN || element.kind === "resistor") throw new Faulty(`element ${String(number)} need not obey the law of a pipe`);
    const [low, high] = [at(box.lower, number), at(box.upper, number)];
    const drop = columns.drop(element);
    const isAlong = element.tail < element.head;
    const sign = isAlong ? ONE : ONE.negative;
    const point = Rational.of(written);
    const atPoint = columns.loss(number, point);
    switch (kind) {
      case RowKind.LEVEL:
        return { terms: terms([drop, sign]), lower: columns.loss(number, low).minus(SLACK), upper: columns.loss(number, high).plus(SLACK) };
      case RowKind.FLOW_BELOW: {
        const most = isAlong ? at(box.upper, drop) : at(box.lower, drop).negative;
        return { terms: terms([number, ONE]), lower: null, upper: atPoint.isBelow(most.plus(SLACK)) ? null : point };
      }
      case RowKind.FLOW_ABOVE: {
        const least = isAlong ? at(box.lower, drop) : at(box.upper, drop).negative;
        return { terms: terms([number, ONE]), lower: atPoint.isAbove(least.minus(SLACK)) ? null : point, upper: null };
      }
      case RowKind.TANGENT: {
        const row = terms([drop, sign], [number, TWO.times(at(columns.beta, number)).times(point.absolute).negative]);
        if (point.sign >= 0) return { terms: row, lower: isClear(point, low, 1) ? atPoint.negative.minus(SLACK) : null, upper: null };
        return { terms: row, lower: null, upper: isClear(point, high, -1) ? atPoint.negative.plus(SLACK) : null };
      }
      default:
        return this.chord(number, terms([drop, sign]), low, high);
    }
  }

  /** Below the law where that is concave, or bends up too late to dip under; above in mirror image. */
  private chord(number: number, row: Map<number, Rational>, low: Rational, high: Rational): Written {
    if (!low.isBelow(high)) throw new Faulty(`the flow of element ${String(number)} is not open`);
    const [atLow, atHigh] = [this.columns.loss(number, low), this.columns.loss(number, high)];
    const slope = atHigh.minus(atLow).over(high.minus(low));
    const rise = atLow.minus(slope.times(low));
    const isBelow = high.sign <= 0 || (low.sign < 0 && curve(high, low).sign <= 0);
    const isAbove = low.sign >= 0 || (high.sign > 0 && curve(low, high).sign <= 0);
    addTo(row, number, slope.negative);
    return { terms: row, lower: isBelow ? rise.minus(SLACK) : null, upper: isAbove ? rise.plus(SLACK) : null };
  }

  /** A row of φ = σ p². */
  private pressure({ kind, number: node, point: written }: Row, box: Box): Written {
    const sigma = at(this.columns.sigma, node);
    const [potential, pressure] = [this.columns.potential(node), this.columns.pressure(node)];
    const point = Rational.of(written);
    const [low, high] = [at(box.lower, pressure).most(ZERO), at(box.upper, pressure)];
    const atPoint = sigma.times(point.square());
    switch (kind) {
      case RowKind.SQUARE_TANGENT:
        return { terms: terms([potential, ONE], [pressure, TWO.times(sigma).times(point).negative]), lower: atPoint.negative, upper: null };
      case RowKind.SQUARE_CHORD: {
        const row = terms([potential, ONE], [pressure, sigma.times(low.plus(high)).negative]);
        return { terms: row, lower: null, upper: sigma.times(low).times(high).negative };
      }
      case RowKind.SQUARE_LEVEL:
        return { terms: terms([potential, ONE]), lower: sigma.times(low.square()), upper: sigma.times(high.square()) };
      case RowKind.PRESSURE_BELOW: {
        const holds = point.sign >= 0 && !atPoint.isBelow(at(box.upper, potential));
        return { terms: terms([pressure, ONE]), lower: null, upper: holds ? point : null };
      }
      default: {
        const holds = point.sign <= 0 || !atPoint.isAbove(at(box.lower, potential));
        return { terms: terms([pressure, ONE]), lower: holds ? point : null, upper: null };
      }
    }
  }
}

/** one² − 2 · one · other − other² */
const curve = (one: Rational, other: Rational): Rational =>
  one.square().minus(TWO.times(one).times(other)).minus(other.square());

/** Whether the tangent at `point` stays on its side of the law as far as `end`, in the direction of `sign`. */
const isClear = (point: Rational, end: Rational, sign: number): boolean => end.sign * sign >= 0 || curve(point, end).sign >= 0;
