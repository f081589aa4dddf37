/**
 * The rows of modes: what holds of a valve or station in each of them.
 *
 * A row of an active mode, or of the bypass, is loosened by what the other modes that remain can do in the box.
 */
import type { Row } from "../document/contradiction";
import { at } from "../document/reader";
import type { Box, Columns, Terms, Written } from "./columns";
import { ACTIVE, addTo, CLOSED, eachMode, Faulty, negative, OPEN, SLACK, terms, turned } from "./columns";
import type { Element } from "./problem";
import { RATIO_UNBOUNDED } from "./problem";
import { Rational } from "./rational";
import { FACETS, RowKind, Tilt } from "./rows";

const { ZERO, ONE } = Rational;
/** The modes that a flow of the sign of an end rules out, by tilt. */
const RULED_OUT: readonly bigint[] = [0n, CLOSED, ~OPEN, CLOSED, ~OPEN];

const MACHINE_ROWS: readonly number[] = [
  RowKind.RATIO_MAX,
  RowKind.RATIO_MIN,
  RowKind.INLET,
  RowKind.OUTLET,
  RowKind.DIFFERENCE,
  RowKind.FACET,
  RowKind.BYPASS,
];
export const isOfMachine = (kind: number): boolean => MACHINE_ROWS.includes(kind);

const isActive = ({ kind }: Element): boolean => kind === "compressor" || kind === "control_valve";
const finite = (limit: number): Rational | null => (Number.isFinite(limit) ? Rational.of(limit) : null);
const row = (kind: number, number: number, part = 0): Row => ({ kind, number, point: 0, part, tilt: 0 });

export class ModeLaws {
  constructor(private readonly columns: Columns) {}

  /** Every mode that an element has, as bits. */
  of(number: number): bigint {
    const element = this.columns.element(number);
    if (isActive(element)) {
      const configurations = BigInt(Math.max(element.ranges.length, 1));
      return CLOSED | (ACTIVE * ((1n << configurations) - 1n)) | (element.hasBypass ? OPEN : 0n);
    }
    return element.kind === "valve" ? CLOSED | OPEN : OPEN;
  }

  /** The rows that one mode alone must meet. */
  rows(number: number, mode: bigint): Row[] {
    const element = this.columns.element(number);
    const found = [row(RowKind.SIGN, number)];
    if (mode === OPEN && element.kind !== "resistor") found.push(row(RowKind.LEVEL, number));
    if (mode < ACTIVE) return found;
    if (element.ranges.length > 0) {
      const configuration = configurationOf(mode);
      for (const [facet, [, , outlet]] of at(element.ranges, configuration).normals.entries()) {
        if (element.beta === 0 || outlet >= 0) found.push(row(RowKind.FACET, number, configuration * FACETS + facet));
      }
    } else {
      found.push(row(RowKind.RATIO_MAX, number), row(RowKind.RATIO_MIN, number));
    }
    return [...found, row(RowKind.INLET, number), row(RowKind.OUTLET, number), row(RowKind.DIFFERENCE, number)];
  }

  write(written: Row, box: Box): Written {
    const { number, tilt } = written;
    const { own, law } = this.ofMode(written, box);
    const isUpper = tilt === Tilt.UPPER_TOWARDS_MAX || tilt === Tilt.UPPER_TOWARDS_MIN;
    const facing = isUpper ? turned({ ...law, lower: null }) : law;
    const upperless = tilt === Tilt.NONE ? facing : { ...facing, upper: null };
    const others = at(box.modes, number) & ~own;
    const ruledOut = others & at(RULED_OUT, tilt);
    const loosened = this.loosened(upperless, number, others & ~ruledOut, box);
    const lower = ruledOut !== 0n && loosened.lower !== null ? this.tilted(written, loosened.terms, loosened.lower, ruledOut, box) : loosened.lower;
    const strengthened = { ...loosened, lower };
    return isUpper ? turned(strengthened) : strengthened;
  }

  /** The row with its bounds moved to what the other modes can do. */
  private loosened({ terms: of, lower, upper }: Written, number: number, others: bigint, box: Box): Written {
    let [low, high] = [lower, upper];
    for (const mode of eachMode(others)) {
      const least = low === null ? null : this.least(of, number, mode, box);
      if (low !== null && least !== null) low = low.least(least);
      const opposite = high === null ? null : this.least(negative(of), number, mode, box);
      if (high !== null && opposite !== null) high = high.most(opposite.negative);
    }
    return { terms: of, lower: low, upper: high };
  }

  /**
   * Strengthens the terms towards an end of the flow's interval and returns the lower bound they then have.
   *
   * In the row's own modes q / end ≤ 1, so that M (1 − q / end) ≥ 0 loosens it. In those ruled out
   * q / end ≤ slack / |end|, so that no less than M (1 − slack / |end|) is left of it.
   */
  private tilted({ number, tilt }: Row, of: Terms, lower: Rational, ruledOut: bigint, box: Box): Rational | null {
    const isUp = tilt === Tilt.LOWER_TOWARDS_MAX || tilt === Tilt.UPPER_TOWARDS_MAX;
    const end = at(isUp ? box.upper : box.lower, number);
    if ((isUp ? end : end.negative).sign <= 0) return null;
    let miss = ZERO;
    for (const mode of eachMode(ruledOut)) {
      const least = this.least(of, number, mode, box);
      if (least !== null) miss = miss.most(lower.minus(least));
    }
    addTo(of, number, miss.over(end).negative);
    return lower.minus(miss).minus(miss.over(end.absolute).times(this.columns.flowSlack));
  }

  /** The modes whose row it is, and the row as it holds in them. */
  private ofMode(written: Row, box: Box): { readonly own: bigint; readonly law: Written } {
    const { kind, number } = written;
    const element = this.columns.element(number);
    if (kind === RowKind.BYPASS) {
      if (element.kind !== "valve" && !isActive(element)) throw new Faulty(`element ${String(number)} has no bypass`);
      const [low, high] = [at(box.lower, number), at(box.upper, number)];
      const law = {
        terms: terms([this.columns.potential(element.tail), ONE], [this.columns.potential(element.head), ONE.negative]),
        lower: this.columns.loss(number, low).minus(SLACK),
        upper: this.columns.loss(number, high).plus(SLACK),
      };
      return { own: OPEN, law };
    }
    if (!isActive(element)) throw new Faulty(`element ${String(number)} has no active mode`);
    if (kind === RowKind.FACET) return { own: ACTIVE << BigInt(Math.floor(written.part / FACETS)), law: this.facet(written) };
    return { own: ~(CLOSED | OPEN), law: this.machine(written, box) };
  }

  /** A lower bound of the terms' sum in one mode; null if the flow's bounds rule the mode out. */
  private least(of: Terms, number: number, mode: bigint, box: Box): Rational | null {
    const slack = this.columns.flowSlack;
    let [low, high] = [at(box.lower, number), at(box.upper, number)];
    if (mode !== OPEN) low = low.most(slack.negative);
    if (mode === CLOSED) high = high.least(slack);
    if (low.isAbove(high)) return null;
    const narrowed = { column: number, low, high };
    const least = box.least(of, narrowed);
    if (mode !== OPEN) return least;
    const { tail, head } = this.columns.element(number);
    const [inlet, outlet] = [this.columns.potential(tail), this.columns.potential(head)];
    const fall = of.get(outlet) ?? ZERO;
    const merged = new Map([...of].filter(([column]) => column !== outlet));
    merged.set(inlet, (of.get(inlet) ?? ZERO).plus(fall));
    const loss = fall.sign > 0 ? this.columns.loss(number, high).plus(SLACK) : this.columns.loss(number, low).minus(SLACK);
    return least.most(box.least(merged, narrowed).minus(fall.times(loss)));
  }

  private machine(written: Row, box: Box): Written {
    const element = this.columns.element(written.number);
    const { tail, head } = element;
    const [inlet, outlet] = [this.columns.potential(tail), this.columns.potential(head)];
    switch (written.kind) {
      case RowKind.INLET: {
        const least = at(this.columns.sigma, tail).times(Rational.of(element.inletMinBar).square());
        return { terms: terms([inlet, ONE]), lower: least.minus(SLACK), upper: null };
      }
      case RowKind.OUTLET: {
        const most = finite(element.outletMaxBar);
        const upper = most === null ? null : at(this.columns.sigma, head).times(most.square()).plus(SLACK);
        return { terms: terms([outlet, ONE]), lower: null, upper };
      }
      case RowKind.DIFFERENCE:
        return this.difference(element);
      default:
        if (element.ranges.length > 0) throw new Faulty(`element ${String(written.number)} has operating ranges and no ratio`);
        return this.ratio(written, element, box);
    }
  }

  /** Without limits a state answers to the ratio alone, whose slack is in squares. */
  private difference({ tail, head, differenceMinBar, differenceMaxBar }: Element): Written {
    const of = terms([this.columns.pressure(tail), ONE], [this.columns.pressure(head), ONE.negative]);
    const most = finite(differenceMaxBar);
    if (most === null && differenceMinBar === 0) return { terms: of, lower: null, upper: null };
    return { terms: of, lower: Rational.of(differenceMinBar).minus(SLACK), upper: most?.plus(SLACK) ?? null };
  }

  private ratio({ kind, number, point: written }: Row, { tail, head, ratioMin, ratioMax }: Element, box: Box): Written {
    const [inlet, outlet] = [this.columns.potential(tail), this.columns.potential(head)];
    const beta = at(this.columns.beta, number);
    const uphill = at(this.columns.sigma, head).over(at(this.columns.sigma, tail));
    if (kind === RowKind.RATIO_MAX) {
      const factor = Rational.of(ratioMax).square().times(uphill);
      const point = Rational.of(written);
      const of = terms([inlet, factor], [outlet, ONE.negative], [number, Rational.of(-2).times(beta).times(point)]);
      const lower = beta.times(point.square()).negative.minus(SLACK.times(factor.most(ONE)));
      return { terms: of, lower: ratioMax < RATIO_UNBOUNDED ? lower : null, upper: null };
    }
    const factor = Rational.of(ratioMin).square().times(uphill);
    const low = at(box.lower, number).most(this.columns.flowSlack.negative);
    const high = at(box.upper, number).most(low);
    const of = terms([outlet, ONE], [inlet, factor.negative], [number, beta.times(low.plus(high))]);
    return { terms: of, lower: beta.times(low).times(high).minus(SLACK.times(factor.most(ONE))), upper: null };
  }

  private facet({ number, part }: Row): Written {
    const element = this.columns.element(number);
    const range = element.ranges[Math.floor(part / FACETS)];
    const place = part - Math.floor(part / FACETS) * FACETS;
    const normal = range?.normals[place];
    if (range === undefined || normal === undefined) throw new Faulty(`element ${String(number)} has no such operating range`);
    const [flow, inlet, outlet] = [Rational.of(normal[0]), Rational.of(normal[1]), Rational.of(normal[2])];
    if (outlet.sign < 0 && element.beta !== 0) throw new Faulty(`facet ${String(place)} of element ${String(number)} needs a pressure that is not that of a node`);
    const slack = flow.absolute.plus(inlet.absolute).plus(outlet.absolute).times(SLACK);
    const of = terms([number, flow], [this.columns.pressure(element.tail), inlet], [this.columns.pressure(element.head), outlet]);
    return { terms: of, lower: null, upper: Rational.of(at(range.offsets, place)).plus(slack) };
  }
}

const configurationOf = (mode: bigint): number => (mode / ACTIVE).toString(2).length - 1;
