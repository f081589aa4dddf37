/**
 * The hydraulic problem of a nomination: a network as elements and nodes, with what its laws need.
 *
 * The first elements are the network's edges in its order, the first nodes its nodes; what a station loses at
 * its flanges follows as elements and nodes of their own. Figures are floats; what is computed from them is exact.
 */
import type { Capacities } from "../document/days";
import type { Hydraulics, OperatingRange } from "../document/document";
import type { Edge, Network } from "../document/network";
import { attribute } from "../document/network";
import { at, named, Unfounded } from "../document/reader";
import type { Rights } from "../document/rights";
import type { Side } from "../pressures/physics";
import {
  ATMOSPHERE_BAR,
  dragResistance,
  GRAVITY,
  pipeResistance,
  PRESSURE_WITHOUT_LIMIT_BAR,
  RATIO_WITHOUT_MAP,
  RESISTANCE,
  stateOf,
  stretch,
} from "../pressures/physics";
import { flowLimits, nominationOf } from "../pressures/units";

export type ElementKind = "compressor" | "control_valve" | "pipe" | "resistor" | "valve";

/** A ratio that is no limit. */
export const RATIO_UNBOUNDED = 1e3;
/** By which part published figures may differ from those computed here: logarithms and powers round. */
const ROUNDING = 1e-9;

export interface Element {
  readonly kind: ElementKind;
  readonly tail: number;
  readonly head: number;
  /** β as published, bar² s²/kg². */
  readonly beta: number;
  readonly lossBar: number;
  readonly flowMin: number;
  readonly flowMax: number;
  readonly inletMinBar: number;
  readonly outletMaxBar: number;
  readonly ratioMin: number;
  readonly ratioMax: number;
  readonly differenceMinBar: number;
  readonly differenceMaxBar: number;
  readonly hasBypass: boolean;
  readonly ranges: readonly OperatingRange[];
}

export interface ProblemNode {
  readonly elevation: number;
  readonly pressureMinBar: number;
  readonly pressureMaxBar: number;
  /** kg/s, positive where gas enters. */
  readonly injection: number;
}

export interface Problem {
  readonly elements: readonly Element[];
  readonly nodes: readonly ProblemNode[];
  /** The most that enters in all, kg/s: no element carries more, because no gas circulates. */
  readonly supplyMax: number;
}

/** The problem of one kind of day; throws Unfounded where the published figures are not those of the network. */
export function problemOf(network: Network, hydraulics: Hydraulics | null, rights: Rights, capacities: Capacities): Problem {
  if (hydraulics === null) throw new Unfounded("the figures of the laws of flow are missing");
  const compiler = new Compiler(network, hydraulics);
  const nomination = nominationOf(network, rights);
  if (!nomination.every(Number.isFinite)) throw new Unfounded("the rights are no nomination");
  const limits = flowLimits(network, capacities);
  const elements = compiler.elements.map((element, place) => {
    const [flowMin, flowMax] = limits[place] ?? [-Infinity, Infinity];
    return { ...element, flowMin, flowMax };
  });
  const nodes = compiler.nodes.map((node, place) => ({ ...node, injection: nomination[place] ?? 0 }));
  const injections = nodes.map(({ injection }) => injection);
  const supplyMax = Math.min(pairwise(injections.map((one) => Math.max(one, 0))), pairwise(injections.map((one) => Math.max(-one, 0))));
  return { elements, nodes, supplyMax };
}

interface Flange {
  readonly edge: Edge;
  readonly side: Side;
  readonly tail: number;
  readonly head: number;
}

class Compiler {
  readonly nodes: Omit<ProblemNode, "injection">[] = [];
  readonly elements: Element[];
  private readonly heights: number[];
  private readonly low: number[];
  private readonly high: number[];
  private readonly flanges: Flange[] = [];

  constructor(private readonly network: Network, private readonly hydraulics: Hydraulics) {
    this.heights = network.nodes.map(({ heightM }) => heightM);
    this.low = network.nodes.map(({ pressureMinBar }) => Math.max(pressureMinBar ?? 0, ATMOSPHERE_BAR));
    this.high = network.nodes.map(({ pressureMaxBar }) => (pressureMaxBar === null || pressureMaxBar === 0 ? PRESSURE_WITHOUT_LIMIT_BAR : pressureMaxBar));
    const edges = network.edges.map((edge) => this.element(edge));
    this.elements = [...edges, ...this.flanges.map((flange) => this.flangeElement(flange))];
    this.elements = this.elements.map((element, place) => ({ ...element, beta: this.published(element, place) }));
    this.nodes = this.heights.map((_, place) => ({
      elevation: this.elevation(place),
      pressureMinBar: at(this.low, place),
      pressureMaxBar: at(this.high, place),
    }));
    if (hydraulics.resistance.length !== this.elements.length || hydraulics.elevation.length !== this.nodes.length) {
      throw new Unfounded("the figures of the laws of flow are not one for each element and node");
    }
  }

  private element(edge: Edge): Element {
    const [tail, head] = [named(this.network.place, edge.tail), named(this.network.place, edge.head)];
    const plain = { ...PLAIN, tail, head, hasBypass: edge.attributes.get("internal_bypass") !== "not required" };
    switch (edge.kind) {
      case "pipe": {
        this.narrow(edge, [tail, head]);
        const beta = pipeResistance(edge, this.network);
        if (beta === null) throw new Unfounded(`the resistance of pipe ${edge.id} cannot be known`);
        return { ...plain, beta };
      }
      case "short_pipe":
        return plain;
      case "resistor": {
        const lossBar = attribute(edge, "pressure_loss_bar", 0);
        const beta = dragResistance(attribute(edge, "drag_factor", 0), edge.diameterMm ?? 0, this.network);
        return { ...plain, beta, lossBar, kind: lossBar === 0 ? "pipe" : "resistor" };
      }
      case "valve":
        return { ...plain, kind: "valve" };
      case "control_valve":
      case "compressor_station":
        return this.station(edge, plain);
    }
  }

  /** Both ends of a pipe are held to the pipe's own limits. */
  private narrow(pipe: Edge, ends: readonly number[]): void {
    for (const node of ends) {
      this.low[node] = Math.max(at(this.low, node), attribute(pipe, "pressure_min_bar", 0));
      this.high[node] = Math.min(at(this.high, node), attribute(pipe, "pressure_max_bar", Infinity));
    }
  }

  private station(edge: Edge, plain: Element): Element {
    const isCompressor = edge.kind === "compressor_station";
    const beta = isCompressor ? attribute(edge, RESISTANCE, 0) : 0;
    const ratioOtherwise = beta === 0 ? RATIO_WITHOUT_MAP : RATIO_UNBOUNDED;
    return {
      ...plain,
      kind: isCompressor ? "compressor" : "control_valve",
      beta,
      tail: this.flange(edge, "in", plain.tail),
      head: this.flange(edge, "out", plain.head),
      inletMinBar: attribute(edge, "pressure_in_min_bar", 0),
      outletMaxBar: attribute(edge, "pressure_out_max_bar", Infinity),
      ratioMin: isCompressor ? Math.max(attribute(edge, "pressure_ratio_min", 1), 1) : attribute(edge, "pressure_ratio_min", 0),
      ratioMax: attribute(edge, "pressure_ratio_max", isCompressor ? ratioOtherwise : 1),
      differenceMinBar: isCompressor ? 0 : attribute(edge, "pressure_difference_min_bar", 0),
      differenceMaxBar: isCompressor ? Infinity : attribute(edge, "pressure_difference_max_bar", Infinity),
      ranges: isCompressor && edge.hasStation ? this.ranges(edge) : [],
    };
  }

  private ranges(edge: Edge): readonly OperatingRange[] {
    return this.hydraulics.ranges.get(edge.id) ?? unfounded(`the operating ranges of ${edge.id} are missing`);
  }

  /** The node at a station's machines: another one where gas loses pressure on the way there. */
  private flange(edge: Edge, side: Side, node: number): number {
    if (attribute(edge, `drag_factor_${side}`, 0) === 0 && attribute(edge, `pressure_loss_${side}_bar`, 0) === 0) return node;
    const number = this.heights.length;
    this.heights.push(at(this.heights, node));
    this.low.push(ATMOSPHERE_BAR);
    this.high.push(PRESSURE_WITHOUT_LIMIT_BAR);
    this.flanges.push({ edge, side, tail: side === "in" ? node : number, head: side === "in" ? number : node });
    return number;
  }

  private flangeElement({ edge, side, tail, head }: Flange): Element {
    const lossBar = attribute(edge, `pressure_loss_${side}_bar`, 0);
    const beta = dragResistance(attribute(edge, `drag_factor_${side}`, 0), attribute(edge, `diameter_${side}_mm`, 0), this.network);
    return { ...PLAIN, tail, head, kind: lossBar === 0 ? "pipe" : "resistor", beta, lossBar };
  }

  /** β of the horizontal pipe that obeys, in potentials, the law of this element, as published and as computed. */
  private published(element: Element, place: number): number {
    const [tail, head] = [this.elevation(element.tail), this.elevation(element.head)];
    const computed = element.beta * tail * stretch(Math.log(head / tail));
    return close(at(this.hydraulics.resistance, place), computed, `the resistance of element ${String(place)}`);
  }

  private elevation(node: number): number {
    const height = at(this.heights, node) - at(this.heights, 0);
    const computed = Math.exp((2 * GRAVITY * height) / stateOf(this.network));
    return close(at(this.hydraulics.elevation, node), computed, `the elevation factor of node ${String(node)}`);
  }
}

const PLAIN: Element = {
  kind: "pipe",
  tail: 0,
  head: 0,
  beta: 0,
  lossBar: 0,
  flowMin: -Infinity,
  flowMax: Infinity,
  inletMinBar: 0,
  outletMaxBar: Infinity,
  ratioMin: 0,
  ratioMax: RATIO_UNBOUNDED,
  differenceMinBar: 0,
  differenceMaxBar: Infinity,
  hasBypass: true,
  ranges: [],
};

function close(published: number, computed: number, what: string): number {
  if (!(Math.abs(published - computed) <= ROUNDING * Math.abs(computed))) {
    throw new Unfounded(`${what} is published as ${String(published)}, and the network gives ${String(computed)}`);
  }
  return published;
}

function unfounded(message: string): never {
  throw new Unfounded(message);
}

/** Adds floats in the order in which the format says: by pairs of halves, in eight sums of every eighth within 128. */
function pairwise(values: readonly number[]): number {
  const count = values.length;
  if (count < 8) return values.reduce((total, one) => total + one, 0);
  if (count > 128) {
    const middle = Math.floor(count / 2);
    const half = middle - (middle % 8);
    return pairwise(values.slice(0, half)) + pairwise(values.slice(half));
  }
  const sums = values.slice(0, 8);
  const whole = count - (count % 8);
  for (const [place, value] of values.slice(8, whole).entries()) sums[place % 8] = at(sums, place % 8) + value;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = sums;
  return values.slice(whole).reduce((total, one) => total + one, a + b + (c + d) + (e + f + (g + h)));
}
