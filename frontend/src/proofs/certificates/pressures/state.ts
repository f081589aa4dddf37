/**
 * The check of a state: it uses the rights of the day at once and keeps every law and every limit.
 *
 * It works from the revision as published, in pressures, and shares nothing with what finds states.
 */
import type { State } from "../document/certificates";
import type { Capacities } from "../document/days";
import type { Hydraulics } from "../document/document";
import type { Network } from "../document/network";
import { attribute } from "../document/network";
import { at, named } from "../document/reader";
import type { Rights } from "../document/rights";
import { ATMOSPHERE_BAR, flangesOf, PRESSURE_WITHOUT_LIMIT_BAR } from "./physics";
import { checkLaws } from "./laws";
import type { Residuals } from "./residuals";
import { BALANCE_TOLERANCE, checkPressure, inWords, say } from "./residuals";
import { flowLimits, nominationOf } from "./units";

/** Check a state on one kind of day; what it finds is added to `residuals`. */
export function checkState(
  network: Network,
  hydraulics: Hydraulics | null,
  state: State,
  rights: Rights,
  capacities: Capacities,
  residuals: Residuals,
): void {
  const wrong = misshapen(network, state);
  residuals.faults.push(...wrong);
  if (wrong.length > 0) return;
  const largest = state.injections.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const flowTolerance = BALANCE_TOLERANCE * Math.max(largest, 1);
  checkBalances(network, state, nominationOf(network, rights), flowTolerance, residuals);
  checkPressures(network, state, residuals);
  checkFlows(network, state, flowLimits(network, capacities), flowTolerance, residuals);
  checkLaws({ network, hydraulics, state, flowTolerance, residuals });
}

function misshapen(network: Network, state: State): string[] {
  const flanges = network.edges.reduce((count, edge) => count + flangesOf(edge).length, 0);
  const expected: readonly (readonly [string, readonly unknown[], number])[] = [
    ["injections", state.injections, network.nodes.length],
    ["pressures", state.pressures, network.nodes.length],
    ["flows", state.flows, network.edges.length],
    ["modes", state.modes, network.edges.length],
    ["configurations", state.configurations, network.edges.length],
    ["flange pressures", state.flangePressures, flanges],
  ];
  const faults = expected
    .filter(([, values, count]) => values.length !== count)
    .map(([what, values, count]) => `the state has ${String(values.length)} ${what}, the network ${String(count)}`);
  const figures = [...state.injections, ...state.pressures, ...state.flows, ...state.flangePressures];
  if (!figures.every(Number.isFinite)) faults.push("not every figure of the state is finite");
  return faults;
}

function checkBalances(network: Network, state: State, due: readonly number[], tolerance: number, residuals: Residuals): void {
  const left = [...state.injections];
  for (const [place, edge] of network.edges.entries()) {
    const [tail, head, flow] = [named(network.place, edge.tail), named(network.place, edge.head), at(state.flows, place)];
    left[tail] = at(left, tail) - flow;
    left[head] = at(left, head) + flow;
  }
  for (const [place, { id }] of network.nodes.entries()) {
    const rest = at(left, place);
    residuals.note("balance", "kg/s", id, Math.abs(rest), tolerance, () => `node ${id}: the balance is missed by ${say(rest)} kg/s`);
    const [injection, wanted] = [at(state.injections, place), at(due, place)];
    residuals.note("balance", "kg/s", id, Math.abs(injection - wanted), tolerance, () =>
      `node ${id}: injects ${say(injection)} kg/s instead of ${say(wanted)}`);
  }
}

function checkPressures(network: Network, { pressures }: State, residuals: Residuals): void {
  for (const [place, node] of network.nodes.entries()) {
    const low = Math.max(node.pressureMinBar ?? 0, ATMOSPHERE_BAR);
    const high = node.pressureMaxBar === null || node.pressureMaxBar === 0 ? PRESSURE_WITHOUT_LIMIT_BAR : node.pressureMaxBar;
    checkPressure(`node ${node.id}`, at(pressures, place), low, high, residuals);
  }
  for (const pipe of network.edges.filter(({ kind }) => kind === "pipe")) {
    const [low, high] = [attribute(pipe, "pressure_min_bar", 0), attribute(pipe, "pressure_max_bar", Infinity)];
    for (const node of [pipe.tail, pipe.head]) {
      checkPressure(`pipe ${pipe.id} at node ${node}`, at(pressures, named(network.place, node)), low, high, residuals);
    }
  }
}

function checkFlows(
  network: Network,
  state: State,
  limits: readonly (readonly [number, number])[],
  tolerance: number,
  residuals: Residuals,
): void {
  const entering = state.injections.reduce((total, one) => total + Math.max(one, 0), 0);
  for (const [place, edge] of network.edges.entries()) {
    const [low, high] = at(limits, place);
    const flow = at(state.flows, place);
    residuals.note("flow", "kg/s", edge.id, Math.max(low - flow, flow - high), tolerance, () =>
      `${inWords(edge)}: carries ${say(flow)} kg/s, allowed: ${say(low)} to ${say(high)}`);
    residuals.note("flow", "kg/s", edge.id, Math.abs(flow) - entering, tolerance, () =>
      `${inWords(edge)}: carries ${say(flow)} kg/s of ${say(entering)} that enter`);
  }
}
