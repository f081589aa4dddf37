/** The laws of the elements, which a state must keep: pipes, resistors, valves, control valves and stations. */
import type { Mode, State } from "../document/certificates";
import type { Hydraulics } from "../document/document";
import type { Edge, Network } from "../document/network";
import { attribute } from "../document/network";
import { at, named, Unfounded } from "../document/reader";
import type { Side } from "./physics";
import {
  ATMOSPHERE_BAR,
  dragResistance,
  flangesOf,
  GRAVITY,
  pipeResistance,
  PRESSURE_WITHOUT_LIMIT_BAR,
  RATIO_WITHOUT_MAP,
  RESISTANCE,
  stateOf,
  stretch,
} from "./physics";
import type { Residuals } from "./residuals";
import { checkPressure, inWords, LAW_TOLERANCE_BAR2, LINEAR_TOLERANCE, say } from "./residuals";

interface Question {
  readonly network: Network;
  readonly hydraulics: Hydraulics | null;
  readonly state: State;
  readonly flowTolerance: number;
  readonly residuals: Residuals;
}

/** An element at work: its flow in kg/s, the pressures before and behind it in bar, and S of its rise. */
interface Working {
  readonly edge: Edge;
  readonly where: string;
  readonly flow: number;
  readonly inlet: number;
  readonly outlet: number;
  readonly rise: number;
}

export function checkLaws(question: Question): void {
  const { network, state } = question;
  const flanges = state.flangePressures.values();
  const byState = stateOf(network);
  const nodeOf = (id: string): number => named(network.place, id);
  for (const [place, edge] of network.edges.entries()) {
    const [tail, head] = [nodeOf(edge.tail), nodeOf(edge.head)];
    const height = at(network.nodes, head).heightM - at(network.nodes, tail).heightM;
    const working: Working = {
      edge,
      where: inWords(edge),
      flow: at(state.flows, place),
      inlet: at(state.pressures, tail),
      outlet: at(state.pressures, head),
      rise: (2 * GRAVITY * height) / byState,
    };
    checkElement(question, working, at(state.modes, place), at(state.configurations, place), flanges);
  }
}

function checkElement(question: Question, working: Working, mode: Mode, configuration: string, flanges: Iterator<number>): void {
  const { edge, where } = working;
  switch (edge.kind) {
    case "pipe":
    case "short_pipe":
    case "resistor":
      if (mode !== "open") question.residuals.faults.push(`${where}: has the mode ${mode}`);
      checkPassive(question, working);
      return;
    case "valve":
      if (mode === "closed") checkClosed(question, working);
      else if (mode === "open") checkPipe(question, working, 0);
      else question.residuals.faults.push(`${where}: has the mode ${mode}`);
      return;
    case "compressor_station":
    case "control_valve":
      checkStation(question, working, mode, configuration, flanges);
  }
}

function checkClosed({ residuals, flowTolerance }: Question, { where, flow }: Working): void {
  residuals.note("flow", "kg/s", where, Math.abs(flow), flowTolerance, () => `${where}: is closed, but carries ${say(flow)} kg/s`);
}

function checkPassive(question: Question, working: Working): void {
  const { edge, where } = working;
  const loss = edge.kind === "resistor" ? attribute(edge, "pressure_loss_bar", 0) : 0;
  if (loss !== 0) {
    checkLoss(question, working, loss);
    return;
  }
  let resistance: number | null = 0;
  if (edge.kind === "pipe") resistance = pipeResistance(edge, question.network);
  if (edge.kind === "resistor") resistance = dragResistance(attribute(edge, "drag_factor", 0), edge.diameterMm ?? 0, question.network);
  if (resistance === null) question.residuals.faults.push(`${where}: its resistance cannot be known`);
  else checkPipe(question, working, resistance);
}

function checkPipe({ residuals }: Question, { where, flow, inlet, outlet, rise }: Working, resistance: number): void {
  const lost = resistance * stretch(rise) * flow * Math.abs(flow);
  const miss = inlet ** 2 - Math.exp(rise) * outlet ** 2 - lost;
  residuals.note("pipe", "bar²", where, Math.abs(miss), LAW_TOLERANCE_BAR2, () => `${where}: misses the law of pipes by ${say(miss)} bar²`);
}

/** A loss with the sign of the flow; without flow any up to it either way. */
function checkLoss({ residuals, flowTolerance }: Question, { where, flow, inlet, outlet }: Working, loss: number): void {
  const lost = inlet - outlet;
  const isFlowing = Math.abs(flow) > flowTolerance;
  const due = flow < 0 ? -Math.abs(loss) : Math.abs(loss);
  const [low, high] = isFlowing ? [due, due] : [-loss, loss];
  residuals.note("station", "bar", where, Math.max(low - lost, lost - high), LINEAR_TOLERANCE, () =>
    `${where}: loses ${say(lost)} bar instead of ${say(loss)} at ${say(flow)} kg/s`);
}

function checkStation(question: Question, working: Working, mode: Mode, configuration: string, flanges: Iterator<number>): void {
  const { edge, where } = working;
  const atMachines = { in: working.inlet, out: working.outlet };
  for (const side of flangesOf(edge)) {
    const next = flanges.next();
    if (next.done === true) throw new Unfounded("a pressure at a flange is missing");
    checkFlange(question, working, side, next.value);
    atMachines[side] = next.value;
  }
  const machines = { ...working, inlet: atMachines.in, outlet: atMachines.out };
  const resistance = edge.kind === "compressor_station" ? attribute(edge, RESISTANCE, 0) : 0;
  if (mode === "closed") {
    checkClosed(question, machines);
  } else if (mode === "bypass") {
    if (edge.attributes.get("internal_bypass") === "not required") question.residuals.faults.push(`${where}: has no bypass`);
    checkPipe(question, machines, resistance);
  } else if (mode === "active") {
    checkActive(question, machines, configuration);
  } else {
    question.residuals.faults.push(`${where}: has the mode ${mode}`);
  }
}

function checkFlange(question: Question, working: Working, side: Side, pressure: number): void {
  const { edge, inlet, outlet } = working;
  const where = `flange ${side} of ${working.where}`;
  const ends = side === "in" ? { inlet, outlet: pressure } : { inlet: pressure, outlet };
  const flange = { ...working, ...ends, where, rise: 0 };
  const loss = attribute(edge, `pressure_loss_${side}_bar`, 0);
  if (loss !== 0) {
    checkLoss(question, flange, loss);
  } else {
    const drag = attribute(edge, `drag_factor_${side}`, 0);
    checkPipe(question, flange, dragResistance(drag, attribute(edge, `diameter_${side}_mm`, 0), question.network));
  }
  checkPressure(where, pressure, ATMOSPHERE_BAR, PRESSURE_WITHOUT_LIMIT_BAR, question.residuals);
}

function checkActive(question: Question, working: Working, configuration: string): void {
  const { residuals, flowTolerance } = question;
  const { edge, where, flow, inlet, outlet, rise } = working;
  residuals.note("flow", "kg/s", where, -flow, flowTolerance, () => `${where}: works, but carries ${say(flow)} kg/s backwards`);
  checkPressure(`inlet of ${where}`, inlet, attribute(edge, "pressure_in_min_bar", 0), Infinity, residuals);
  checkPressure(`outlet of ${where}`, outlet, 0, attribute(edge, "pressure_out_max_bar", Infinity), residuals);
  if (edge.kind === "control_valve") {
    checkRatio(question, working, outlet, [0, 1]);
    checkDifference(question, working);
    return;
  }
  const resistance = attribute(edge, RESISTANCE, 0);
  const uphill = rise === 0 ? 1 : Math.exp(-rise) * stretch(rise);
  const behind = Math.sqrt(outlet ** 2 + resistance * uphill * flow ** 2);
  if (edge.hasStation) checkRange(question, working, configuration, behind);
  else checkRatio(question, working, behind, [1, resistance === 0 ? RATIO_WITHOUT_MAP : Infinity]);
}

function checkDifference({ residuals }: Question, { edge, where, inlet, outlet }: Working): void {
  const [low, high] = [attribute(edge, "pressure_difference_min_bar", 0), attribute(edge, "pressure_difference_max_bar", Infinity)];
  const taken = inlet - outlet;
  residuals.note("station", "bar", where, Math.max(low - taken, taken - high), LINEAR_TOLERANCE, () =>
    `${where}: takes off ${say(taken)} bar, allowed: ${say(low)} to ${say(high)}`);
}

function checkRatio({ residuals }: Question, { edge, where, inlet }: Working, behind: number, otherwise: readonly [number, number]): void {
  const low = Math.max(attribute(edge, "pressure_ratio_min", otherwise[0]), otherwise[0]);
  const high = attribute(edge, "pressure_ratio_max", otherwise[1]);
  const miss = Math.max((low * inlet) ** 2 - behind ** 2, high === Infinity ? -Infinity : behind ** 2 - (high * inlet) ** 2);
  residuals.note("station", "bar²", where, miss, LAW_TOLERANCE_BAR2, () =>
    `${where}: has the pressure ratio ${say(behind / inlet)}, allowed: ${say(low)} to ${say(high)}`);
}

function checkRange({ residuals, hydraulics }: Question, { edge, where, flow, inlet }: Working, configuration: string, behind: number): void {
  const range = hydraulics?.ranges.get(edge.id)?.find((one) => one.configuration === configuration);
  if (range === undefined) {
    residuals.faults.push(`${where}: has no configuration “${configuration}”`);
    return;
  }
  for (const [facet, [byFlow, byInlet, byOutlet]] of range.normals.entries()) {
    const reached = byFlow * flow + byInlet * inlet + byOutlet * behind - at(range.offsets, facet);
    const miss = reached / Math.hypot(byFlow, byInlet, byOutlet);
    residuals.note("station", "bar", where, miss, LINEAR_TOLERANCE, () =>
      `${where}: ${configuration} cannot bring ${say(flow)} kg/s from ${say(inlet)} to ${say(behind)} bar`);
  }
}
