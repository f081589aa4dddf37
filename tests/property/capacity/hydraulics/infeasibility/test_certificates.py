"""Rows hold for every state that obeys the laws, verdicts agree with an oracle, and tampering shows.

Oracle for pipes: the flow of a nomination is unique, and so are its potentials but for their level, so that a
nomination can be transported if and only if some level keeps every potential within its limits.
"""

from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
from hypothesis import example, given, settings
from pydantic import TypeAdapter
from scipy.linalg import null_space
from scipy.optimize import root
from tests.unit.capacity.hydraulics.pipe_networks import network_of_pipes

from capacity.hydraulics.infeasibility.certificate import (
    ACTIVE,
    CLOSED,
    FACETS,
    OPEN,
    Close,
    InfeasibilityCertificate,
    Row,
    RowKind,
    SplitFlow,
    SplitModes,
    Step,
    Strengthening,
    Tighten,
)
from capacity.hydraulics.infeasibility.checker.check import certificate_faults
from capacity.hydraulics.infeasibility.checker.laws import Laws
from capacity.hydraulics.infeasibility.prover.box import Box
from capacity.hydraulics.infeasibility.prover.prover import InfeasibilityProver, Relaxed
from capacity.hydraulics.infeasibility.prover.rows import Rows
from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Integers, Reals
from capacity.hydraulics.physics.operating_ranges import OperatingRange
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.solvers.deadline import Deadline
from capacity.solvers.highs import Highs

SEEDS = st.integers(0, 2**32 - 1)
ADAPTER = TypeAdapter(InfeasibilityCertificate)


def random_pipes(random: np.random.Generator) -> HydraulicNetwork:
    size = int(random.integers(3, 9))
    tail = [int(random.integers(0, node)) for node in range(1, size)]
    head = list(range(1, size))
    for _ in range(int(random.integers(0, 4))):
        i, j = random.choice(size, 2, replace=False).tolist()
        tail.append(i)
        head.append(j)
    resistance = random.uniform(0.5, 5.0, len(tail))
    lowest, highest = random.uniform(20, 35, size), random.uniform(45, 60, size)
    return network_of_pipes(np.array(tail), np.array(head), resistance, lowest**2, highest**2)


def random_nomination(random: np.random.Generator, size: int, scale: float) -> Reals:
    injection = random.normal(0, scale, size)
    injection[random.random(size) < 0.3] = 0.0
    injection[int(random.integers(size))] -= injection.sum()
    return np.asarray(injection - injection.sum() / size)


def potentials(network: HydraulicNetwork, injection: Reals) -> Reals:
    """Return the potentials, that of node 0 being 0: Kirchhoff's laws over cycle flows, by scipy alone."""
    incidence = np.zeros((network.size, len(network.tail)))
    incidence[network.tail, np.arange(len(network.tail))] = 1.0
    incidence[network.head, np.arange(len(network.tail))] = -1.0
    some_flow = np.linalg.pinv(incidence) @ injection
    cycles = null_space(incidence)

    def loss(flow: Reals) -> Reals:
        return np.asarray(network.resistance * flow * np.abs(flow))

    def gradient(cycle_flow: Reals) -> Reals:
        return np.asarray(cycles.T @ loss(some_flow + cycles @ cycle_flow))

    def curvature(cycle_flow: Reals) -> Reals:
        flow = some_flow + cycles @ cycle_flow
        return np.asarray(cycles.T @ (2 * network.resistance * np.abs(flow) * cycles.T).T)

    flow = some_flow
    if cycles.shape[1]:
        found = root(gradient, np.full(cycles.shape[1], 1e-3), jac=curvature, tol=1e-12)
        assert np.abs(found.fun).max() < 1e-6, "the oracle found no flow"
        flow = some_flow + cycles @ found.x
    level = np.linalg.pinv(incidence.T) @ loss(flow)
    return np.asarray(level - level[0])


def room(network: HydraulicNetwork, injection: Reals) -> float:
    """Return how much the free level of the potentials may vary, in bar²; negative: not transportable."""
    level = potentials(network, injection)
    return float((network.potential_max - level).min() - (network.potential_min - level).max())


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_nominations_of_pipes_are_refuted_exactly_when_no_level_fits(seed: int) -> None:
    random = np.random.default_rng(seed)
    network = random_pipes(random)
    injection = random_nomination(random, network.size, 12.0)
    truth = room(network, injection)
    if abs(truth) < 5.0:
        return
    problem = HydraulicProblem.of_nomination(network, injection)
    found = InfeasibilityProver(network, Highs()).prove(problem, Deadline(20))
    if truth > 0:
        assert isinstance(found, Relaxed)
    else:
        assert isinstance(found, InfeasibilityCertificate)
        assert not certificate_faults(problem, found)
        assert ADAPTER.validate_json(ADAPTER.dump_json(found)) == found


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_tampering_shows(seed: int) -> None:
    random = np.random.default_rng(seed)
    network = random_pipes(random)
    injection = random_nomination(random, network.size, 14.0)
    problem = HydraulicProblem.of_nomination(network, injection)
    found = InfeasibilityProver(network, Highs()).prove(problem, Deadline(20))
    if not isinstance(found, InfeasibilityCertificate):
        return
    steps = found.steps
    number = int(random.integers(len(steps)))
    assert certificate_faults(problem, InfeasibilityCertificate((*steps[:number], *steps[number + 1 :])))
    assert certificate_faults(
        problem, InfeasibilityCertificate((*steps[:number], _tampered(steps[number]), *steps[number + 1 :]))
    )
    lighter = HydraulicProblem.of_nomination(network, injection * 0.2)
    if room(network, injection * 0.2) > 1.0:
        assert certificate_faults(lighter, found)


def _tampered(step: Step) -> Step:
    """Return a step that claims more than it can."""
    if isinstance(step, Tighten):
        shift = 1e4 if step.side == "lower" else -1e4
        weights = tuple((row, 0.0) for row, _ in step.weights)
        return replace(step, bound=step.bound + shift, weights=weights)
    if isinstance(step, Close):
        return Close(
            tuple((row, -weight) for row, weight in step.weights) or ((Row(RowKind.BALANCE, 0), 0.0),)
        )
    if isinstance(step, SplitFlow | SplitModes):
        return Close()
    return replace(step, element=-1)


class TrueState:
    """A random network of all kinds of elements and a state that obeys every law, by construction.

    Pressures are drawn first; flows follow where a law says so, and are drawn where it leaves them free.
    """

    def __init__(self, seed: int) -> None:
        self.random = random = np.random.default_rng(seed)
        pipes = random_pipes(random)
        elements = len(pipes.tail)
        kind = random.integers(0, 5, elements)
        pressure = random.uniform(30, 55, pipes.size)
        sigma = random.uniform(0.95, 1.05, pipes.size)
        for i, j, k in zip(pipes.tail.tolist(), pipes.head.tolist(), kind.tolist(), strict=True):
            if k == ElementKind.RESISTOR or random.random() < 0.3:
                pressure[j] = pressure[i] * float(np.sqrt(sigma[i] / sigma[j]))
        tail, head = pipes.tail, pipes.head
        beta = np.where(np.isin(kind, (0, 4)), pipes.resistance, 0.0)
        difference = pressure[tail] - pressure[head]
        loss = np.where(kind == ElementKind.RESISTOR, np.abs(difference), 0.0)
        potential = sigma * pressure**2
        drop = potential[tail] - potential[head]
        self.flow = np.zeros(elements)
        self.mode = np.full(elements, OPEN)
        ratio_min, ratio_max = np.zeros(elements), np.full(elements, 1.0)
        for e in range(elements):
            self._settle(e, int(kind[e]), float(drop[e]), float(beta[e]), float(difference[e]))
            if kind[e] == ElementKind.COMPRESSOR:
                ratio_min[e], ratio_max[e] = 1.0, 2.0
        machine = np.sqrt((potential[head] + beta * self.flow**2) / sigma[head])
        self._hold(pressure[tail], machine, ratio_min, ratio_max)
        # Along a chain of equal potentials heights may carry a pressure beyond what was drawn.
        lowest = np.minimum(random.uniform(20, 29, pipes.size), pressure - 1)
        highest = np.maximum(random.uniform(56, 70, pipes.size), pressure + 1)
        self.network = replace(
            pipes,
            kind=kind,
            resistance=beta,
            loss_bar=loss,
            elevation=sigma,
            ratio_min=ratio_min,
            ratio_max=ratio_max,
            difference_min_bar=np.where(self.mode == ACTIVE, np.minimum(difference, 0) - 1, 0.0),
            difference_max_bar=np.where(self.mode == ACTIVE, np.abs(difference) + 1, 30.0),
            inlet_min_bar=np.where(self.mode == ACTIVE, pressure[tail] - 1, 40.0),
            outlet_max_bar=np.where(self.mode == ACTIVE, pressure[head] + 1, 45.0),
            ranges=self._ranges(kind, beta, pressure[tail], pressure[head]),
            pressure_min_bar=lowest,
            pressure_max_bar=highest,
        )
        injection = np.zeros(pipes.size)
        np.add.at(injection, tail, self.flow)
        np.add.at(injection, head, -self.flow)
        room_for_flows = float(np.abs(self.flow).max()) + 1
        self.problem = replace(
            HydraulicProblem.of_booking(self.network, injection - room_for_flows, injection + room_for_flows),
            direction=random.normal(0, 1, pipes.size),
            step_max=1.0,
        )
        step = float(random.random())
        ends = Rows(self.problem).columns.ends
        self.values = np.concatenate(
            [
                self.flow,
                potential,
                potential[ends[:, 0]] - potential[ends[:, 1]],
                injection - step * self.problem.direction,
                [step],
                pressure,
            ]
        )

    def _settle(self, e: int, kind: int, drop: float, beta: float, difference: float) -> None:
        random = self.random
        if kind == ElementKind.PIPE:
            self.flow[e] = np.sign(drop) * np.sqrt(abs(drop) / beta)
        elif kind == ElementKind.RESISTOR:
            self.flow[e] = random.uniform(-10, 10) if abs(difference) < 1e-9 else np.sign(difference) * 5.0
        elif kind == ElementKind.VALVE:
            is_open = abs(drop) < 1e-9
            self.mode[e] = OPEN if is_open else CLOSED
            self.flow[e] = random.uniform(-10, 10) if is_open else 0.0
        else:
            choices = [CLOSED, ACTIVE, ACTIVE]
            if beta or abs(drop) < 1e-9:
                choices += [OPEN, OPEN]
            self.mode[e] = choices[int(random.integers(len(choices)))]
            if self.mode[e] == ACTIVE:
                self.flow[e] = random.uniform(0, 10)
            elif self.mode[e] == OPEN:
                self.flow[e] = np.sign(drop) * np.sqrt(abs(drop) / beta) if beta else random.uniform(-10, 10)

    def _hold(self, inlet: Reals, machine: Reals, ratio_min: Reals, ratio_max: Reals) -> None:
        """Open the ratios of active elements just so far that they hold."""
        for e in np.flatnonzero(self.mode == ACTIVE).tolist():
            ratio = float(machine[e] / inlet[e])
            ratio_min[e] = min(ratio_min[e], ratio) - float(self.random.choice([0.0, 0.1]))
            ratio_max[e] = max(ratio, 0.1) + float(self.random.choice([0.0, 0.1]))
            ratio_min[e] = max(ratio_min[e], 0.0)

    def _ranges(
        self, kind: Integers, beta: Reals, inlet: Reals, outlet: Reals
    ) -> dict[int, tuple[OperatingRange, ...]]:
        """Give some stations two configurations, the state within one of them."""
        ranges: dict[int, tuple[OperatingRange, ...]] = {}
        for e in np.flatnonzero(kind == ElementKind.COMPRESSOR).tolist():
            if beta[e] == 0 or self.random.random() < 0.5:
                continue
            point = np.array([self.flow[e], inlet[e], np.sqrt(outlet[e] ** 2 + beta[e] * self.flow[e] ** 2)])
            normals = self.random.normal(0, 1, (4, 3))
            within = OperatingRange("one", normals, normals @ point + 0.1)
            elsewhere = OperatingRange("two", normals, normals @ point + self.random.normal(0, 5, 4))
            if self.mode[e] == ACTIVE:
                is_first = self.random.random() < 0.5
                self.mode[e] = ACTIVE if is_first else ACTIVE << 1
                ranges[e] = (within, elsewhere) if is_first else (elsewhere, within)
            else:
                ranges[e] = (elsewhere, within)
        return ranges

    def box(self) -> Box:
        """Return a random box around the state, within that of the problem."""
        random, whole = self.random, Rows(self.problem).whole_box()
        reach = 10.0 ** random.uniform(-3, 2.5, (2, len(self.values)))
        lower = np.maximum(whole.lower, self.values - reach[0])
        upper = np.minimum(whole.upper, self.values + reach[1])
        fewer = random.integers(0, 1 << 10, len(whole.modes))
        return Box(lower, upper, (whole.modes & fewer) | self.mode)

    def rows(self, box: Box) -> list[Row]:
        """Return rows of every kind at random points."""
        network, random = self.network, self.random
        rows = [
            Row(kind, v)
            for kind in (RowKind.BALANCE, RowKind.SQUARE_CHORD, RowKind.SQUARE_LEVEL)
            for v in range(network.size)
        ]
        rows += [Row(RowKind.SQUARE_TANGENT, v, float(random.uniform(20, 70))) for v in range(network.size)]
        rows += [Row(RowKind.DROP, pair) for pair in range(Rows(self.problem).columns.pairs)]
        rows += [
            Row(kind, e)
            for e in Rows(self.problem).sides
            for kind in (RowKind.BRIDGE_TAIL, RowKind.BRIDGE_HEAD)
        ]
        for e, kind in enumerate(network.kind.tolist()):
            if box.modes[e] == OPEN and kind != ElementKind.RESISTOR:
                low, high = float(box.lower[e]), float(box.upper[e])
                rows += [
                    Row(RowKind.TANGENT, e, float(random.uniform(2 * low - high, 2 * high - low)))
                    for _ in range(6)
                ]
                rows += [Row(RowKind.CHORD, e), Row(RowKind.LEVEL, e)]
            if kind == ElementKind.RESISTOR:
                rows.append(Row(RowKind.LOSS, e))
            if kind >= ElementKind.VALVE:
                rows += [Row(RowKind.SIGN, e), *(Row(RowKind.BYPASS, e, tilt=tilt) for tilt in Strengthening)]
            if kind >= ElementKind.CONTROL_VALVE:
                rows += self._machine_rows(e)
        return rows

    def _machine_rows(self, e: int) -> list[Row]:
        kinds = [RowKind.INLET, RowKind.OUTLET, RowKind.DIFFERENCE]
        ranges = self.network.ranges.get(e, ())
        if not ranges:
            kinds += [RowKind.RATIO_MAX, RowKind.RATIO_MIN]
        point = float(self.random.uniform(-5, 15))
        rows = [Row(kind, e, point, tilt=tilt) for kind in kinds for tilt in Strengthening]
        for number, found in enumerate(ranges):
            facets = [f for f in range(4) if found.normals[f, 2] >= 0]
            rows += [
                Row(RowKind.FACET, e, 0.0, number * FACETS + f, tilt)
                for f in facets
                for tilt in Strengthening
            ]
        return rows


@given(SEEDS)
@settings(max_examples=100, deadline=None)
@example(137)
def test_true_states_meet_every_row_of_every_box_around_them(seed: int) -> None:
    truth = TrueState(seed)
    rows, laws = Rows(truth.problem), Laws(truth.problem)
    for _ in range(3):
        box = truth.box()
        exact_box = laws.first_box()
        exact_box.lower = [
            max(a, type(a)(b)) for a, b in zip(exact_box.lower, box.lower.tolist(), strict=True)
        ]
        exact_box.upper = [
            min(a, type(a)(b)) for a, b in zip(exact_box.upper, box.upper.tolist(), strict=True)
        ]
        exact_box.modes = box.modes.tolist()
        for row in truth.rows(box):
            terms, lower, upper = rows.write(row, box)
            total = sum(a * truth.values[column] for column, a in terms)
            size = 1 + sum(abs(a * truth.values[column]) for column, a in terms)
            assert lower - 1e-9 * size <= total <= upper + 1e-9 * size, row
            exact_terms, exact_lower, exact_upper = laws.write(row, exact_box)
            exact = float(sum(a * type(a)(truth.values[column]) for column, a in exact_terms.items()))
            assert exact_lower is None or float(exact_lower) - 1e-9 * size <= exact, row
            assert exact_upper is None or exact <= float(exact_upper) + 1e-9 * size, row


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_a_question_that_a_state_answers_is_never_refuted(seed: int) -> None:
    truth = TrueState(seed)
    found = InfeasibilityProver(truth.network, Highs()).prove(truth.problem, Deadline(0.5))
    assert not isinstance(found, InfeasibilityCertificate)
