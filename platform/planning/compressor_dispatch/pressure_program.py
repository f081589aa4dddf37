"""The continuous part of running stations: pressures and loop flow, configurations given.

The variables are the root's pressure, the pressure behind each running station and each regulator as seen
from the root, and the chord's flow, each unless it is held; all else follows by `station_networks`. The
program is solved by sequential quadratic programming (scipy's SLSQP) from a start that the caller gives, with
derivatives by central differences, a whole batch of points being evaluated at once. A solution is a local
optimum; it counts only if `station_networks.operating_faults` finds nothing wrong with it.

Units: bar, kg/s, MW. A *batch* is an array of float64 (points, variables).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from planning.compressor_dispatch.machines import BYPASS, Configuration, duty
from planning.compressor_dispatch.station_networks import (
    Branch,
    Element,
    OperatingState,
    PipeSection,
    Regulator,
    Station,
    StationNetwork,
    operating_faults,
    station_power_mw,
)

Reals = NDArray[np.float64]

POTENTIAL_SCALE_BAR2: Final = 100.0
FLOW_SCALE_KG_PER_S: Final = 100.0
POTENTIAL_FLOOR_BAR2: Final = 1.0
"""The search may pass through points without pressure; formulas are evaluated no lower than here."""
DIFFERENCE: Final = 1e-5
"""Step of the central differences, in bar and kg/s."""
SCANNED_FLOWS: Final = 201
"""Chord flows tried to start from where none is known."""
FAULT_WEIGHT: Final = 1e4
TOLERANCE: Final = 1e-7
ITERATIONS: Final = 25
STARTS: Final = 6
"""A search that takes long has a poor idea of the curvature: it starts again from where it is."""
ITERATION_LIMIT_REACHED: Final = 9
"""SLSQP's word for a search cut short."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A batch evaluated: squared pressures by joint and power, float64 (points,), and constraints.

    equal : (points, ·), zero where the ring closes; slack : (points, ·), not negative where limits hold
    """

    potentials_bar2: Mapping[str, Reals]
    power_mw: Reals
    equal: Reals
    slack: Reals


class PressureProgram:
    """Pressures and chord flow of a network whose stations run given configurations."""

    def __init__(
        self,
        network: StationNetwork,
        configurations: Mapping[str, Configuration],
        chord_flow_kg_per_s: float | None = None,
    ) -> None:
        """Hold the chord's flow if it is given."""
        self._network = network
        self._configurations = configurations
        root = network.joint[network.root]
        self._root_bar = root.pressure_min_bar if root.pressure_min_bar == root.pressure_max_bar else None
        self._held_flow = 0.0 if network.chord is None else chord_flow_kg_per_s
        names = [] if self._root_bar is not None else [network.root]
        names += [branch.child for branch in network.branches if self._is_free(branch)]
        self._place = {joint_id: place for place, joint_id in enumerate(names)}
        self._count = len(names) + (self._held_flow is None)
        self._slope_kg_per_s = self._flow_slopes()

    def start(self, pressures_bar: Mapping[str, float], chord_flow_kg_per_s: float = 0.0) -> Reals:
        """Return the point with the given pressures, float64 (variables,); others as before the element."""
        at = dict(pressures_bar)
        root = self._network.joint[self._network.root]
        at.setdefault(root.id, (root.pressure_min_bar + root.pressure_max_bar) / 2)
        for branch in self._network.branches:
            at.setdefault(branch.child, at[branch.parent])
        point = [at[joint_id] for joint_id in self._place]
        return np.array(point + ([chord_flow_kg_per_s] if self._held_flow is None else []))

    def scanned(self, point: Reals, distance: Callable[[Evaluation], Reals]) -> Reals:
        """Return `point` with the best chord flow of a scan over all that enters, both ways round."""
        if self._held_flow is not None:
            return point
        entering = sum(abs(joint.offtake_kg_per_s) for joint in self._network.joints)
        batch = np.repeat(point[None, :], SCANNED_FLOWS, axis=0)
        batch[:, -1] = np.linspace(-entering, entering, SCANNED_FLOWS)
        found = self.evaluate(batch)
        broken = (found.equal**2).sum(axis=1) + (np.minimum(found.slack, 0.0) ** 2).sum(axis=1)
        return np.asarray(batch[np.argmin(distance(found) + FAULT_WEIGHT * broken)])

    def minimised(self, start: Reals, objective: Callable[[Evaluation], Reals]) -> OperatingState | None:
        """Return a state that minimises `objective` near `start`.

        That of `start` if the search ends in faults and `start` has none; None if both have.
        """
        point, is_done = start, not self._count
        for _ in range(STARTS):
            if is_done:
                break
            point, is_done = self._improved(point, objective)
        states = (self.state(point), self.state(start))
        return next((state for state in states if not operating_faults(self._network, state)), None)

    def _improved(self, start: Reals, objective: Callable[[Evaluation], Reals]) -> tuple[Reals, bool]:
        """Return a better point, and whether the search ended by itself."""
        seen = _Seen(self)
        parts: dict[str, Callable[[Evaluation], Reals]] = {"ineq": lambda found: found.slack}
        if seen.at(start).equal.size:
            parts["eq"] = lambda found: found.equal
        answer = minimize(
            lambda x: float(objective(seen.at(x))[0]),
            start,
            jac=lambda x: seen.slopes(x, lambda found: objective(found)[:, None])[0],
            method="SLSQP",
            constraints=[
                {
                    "type": kind,
                    "fun": lambda x, part=part: part(seen.at(x))[0],
                    "jac": lambda x, part=part: seen.slopes(x, part),
                }
                for kind, part in parts.items()
            ],
            options={"ftol": TOLERANCE, "maxiter": ITERATIONS},
        )
        return np.asarray(answer.x), answer.status != ITERATION_LIMIT_REACHED

    def state(self, point: Reals) -> OperatingState:
        """Return the state at a point, float64 (variables,)."""
        found = self.evaluate(point[None, :])
        flows = self._network.flows_kg_per_s(self._chord_flow(point[None, :])[0])
        pressures = {name: float(np.sqrt(max(phi[0], 0.0))) for name, phi in found.potentials_bar2.items()}
        powers = {
            station.id: station_power_mw(
                self._network,
                station,
                self._configurations[station.id],
                flow_kg_per_s=flows[station.id],
                inlet_bar=pressures[station.tail],
                outlet_bar=pressures[station.head],
            )
            for station in self._network.stations
        }
        configurations = {station.id: self._configurations[station.id] for station in self._network.stations}
        return OperatingState(flows, pressures, configurations, powers)

    def evaluate(self, batch: Reals) -> Evaluation:
        """Return what a batch of points comes to."""
        network = self._network
        chord_flow = self._chord_flow(batch)
        base = network.flows_kg_per_s()
        flows = {name: base[name] + self._slope_kg_per_s[name] * chord_flow for name in base}
        root = batch[:, self._place[network.root]] if self._root_bar is None else self._root_bar
        phi = {network.root: np.broadcast_to(np.asarray(root) ** 2, len(batch)).astype(np.float64)}
        for branch in network.branches:
            if branch.child in self._place:
                phi[branch.child] = batch[:, self._place[branch.child]] ** 2
            else:
                drop = branch.sign * _drop(branch.element, flows[branch.element.id])
                phi[branch.child] = phi[branch.parent] - drop
        power = np.zeros(len(batch))
        slack = [self._within_limits(phi)]
        for element in network.elements:
            tail, head, flow = phi[element.tail], phi[element.head], flows[element.id]
            if isinstance(element, Regulator):
                slack.append(_columns((tail - head) / POTENTIAL_SCALE_BAR2, flow / FLOW_SCALE_KG_PER_S))
            elif isinstance(element, Station) and self._configurations[element.id] != BYPASS:
                needed, room = self._run(element, flow, tail, head)
                power += needed
                slack.append(room)
        return Evaluation(phi, power, self._gap(phi, chord_flow), np.concatenate(slack, axis=1))

    def _run(self, station: Station, flow: Reals, tail: Reals, head: Reals) -> tuple[Reals, Reals]:
        """Return the power of a running station and the room it has to its limits."""
        unit = station.unit
        asked = duty(
            unit,
            self._configurations[station.id],
            self._network.gas,
            flow_kg_per_s=np.maximum(flow, 0.0),
            inlet_bar=np.sqrt(np.maximum(tail, POTENTIAL_FLOOR_BAR2)),
            outlet_bar=np.sqrt(np.maximum(head, POTENTIAL_FLOOR_BAR2)),
        )
        room = [(head - tail) / POTENTIAL_SCALE_BAR2, flow / FLOW_SCALE_KG_PER_S]
        for most, used in (
            (unit.flow_max, asked.flow_share),
            (unit.ratio_max, asked.stage_ratio),
            (unit.power_max_mw, asked.unit_power_mw),
        ):
            if np.isfinite(most):
                room.append(1 - used / most)
        return asked.power_mw, _columns(*room)

    def _within_limits(self, phi: Mapping[str, Reals]) -> Reals:
        room: list[Reals] = []
        for joint in self._network.joints:
            if joint.id == self._network.root and self._root_bar is not None:
                continue
            room += [phi[joint.id] - joint.pressure_min_bar**2, joint.pressure_max_bar**2 - phi[joint.id]]
        return _columns(*room) / POTENTIAL_SCALE_BAR2

    def _gap(self, phi: Mapping[str, Reals], chord_flow: Reals) -> Reals:
        chord = self._network.element.get(self._network.chord or "")
        if not isinstance(chord, PipeSection):
            return np.empty((len(chord_flow), 0))
        gap = phi[chord.tail] - _drop(chord, chord_flow) - phi[chord.head]
        return _columns(gap / POTENTIAL_SCALE_BAR2)

    def _is_free(self, branch: Branch) -> bool:
        element = branch.element
        if isinstance(element, Station):
            return self._configurations[element.id] != BYPASS
        return isinstance(element, Regulator)

    def _chord_flow(self, batch: Reals) -> Reals:
        return batch[:, -1] if self._held_flow is None else np.full(len(batch), self._held_flow)

    def _flow_slopes(self) -> dict[str, float]:
        """Return how much each element carries for each kg/s of the chord: all, none, or all of it back."""
        base, moved = self._network.flows_kg_per_s(), self._network.flows_kg_per_s(1.0)
        return {name: round(moved[name] - base[name]) * 1.0 for name in base}


class _Seen:
    """The evaluations of the point asked for last, and of those around it: objective and constraints ask
    for the same ones in turn."""

    def __init__(self, program: PressureProgram) -> None:
        self._program = program
        self._at: tuple[bytes, Evaluation] | None = None
        self._around: tuple[bytes, Evaluation] | None = None

    def at(self, point: Reals) -> Evaluation:
        """Return the evaluation of a point, float64 (variables,)."""
        key = point.tobytes()
        if self._at is None or self._at[0] != key:
            self._at = key, self._program.evaluate(point[None, :])
        return self._at[1]

    def slopes(self, point: Reals, part: Callable[[Evaluation], Reals]) -> Reals:
        """Return the derivatives of a part of the evaluation, float64 (·, variables)."""
        key, count = point.tobytes(), len(point)
        if self._around is None or self._around[0] != key:
            steps = DIFFERENCE * np.eye(count)
            self._around = key, self._program.evaluate(np.concatenate([point + steps, point - steps]))
        found = part(self._around[1])
        return np.asarray((found[:count] - found[count:]).T / (2 * DIFFERENCE))


def _drop(element: Element, flow: Reals) -> Reals:
    resistance = element.resistance_bar2_s2_per_kg2 if isinstance(element, PipeSection) else 0.0
    return np.asarray(resistance * flow * np.abs(flow))


def _columns(*values: Reals) -> Reals:
    return np.stack(values, axis=1)
