"""The mixed-integer linear relaxation (MILP): modes that might carry a problem.

Every law is replaced by linear rows that it implies, given bounds on flows and potentials: a pipe by the
secant and tangents of β q |q| over each of its segments (one binary per segment where there are several), an
active element by one binary per mode. The modes of a solution go to the nonlinear program; where the
solution violates a pipe's law, the pipe gets another segment. An infeasible relaxation suggests that no state
exists; only the infeasibility prover proves it, since the relaxation depends on a solver's tolerances.

Potentials are in units of `SCALE` bar², flows in kg/s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Final

import numpy as np
import scipy.sparse

from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Reals
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.search.flow_bounds import WIDE_ENOUGH, FlowBounds
from capacity.hydraulics.search.modes import ACTIVE_KINDS, Modes, Setting
from capacity.hydraulics.search.nlp_laws import SCALE
from capacity.solvers.deadline import Deadline
from capacity.solvers.port import LinearModel, Solver, Status

TANGENTS: Final = 4
"""Tangents per segment."""
SLACK: Final = 1e-7
"""Rows give way by this much, so that rounding makes nothing infeasible."""
LAW_KEPT: Final = 0.02
"""A pipe whose law is missed by less, in units of `SCALE` bar², gets no further segment."""
EDGE_SHARE: Final = 0.02
"""A segment is not cut nearer to its ends than this share of its width, but in the middle."""


@dataclass(frozen=True, slots=True, eq=False)
class CandidatePoint:
    """Modes that the relaxation allows, and where: flows float64 (elements,), potentials float64 (nodes,)."""

    modes: Modes
    flow: Reals
    potential: Reals
    step: float
    missed: Reals
    """By how much the law of each element is missed, in units of `SCALE` bar², float64 (elements,)."""


class NoCandidate(Enum):
    """Why there is no candidate: the relaxation allows no modes, or the solver found none in time."""

    INFEASIBLE = "infeasible"
    TIME_LIMIT = "time limit"


def missed_laws(network: HydraulicNetwork, modes: Sequence[int], flow: Reals, potential: Reals) -> Reals:
    """Return by how much the law of each pipe is missed, in units of `SCALE` bar², float64 (elements,).

    flow : float64 (elements,), kg/s; potential : float64 (nodes,), bar²
    """
    drop = potential[network.tail] - potential[network.head]
    missed = np.abs(drop - network.resistance * flow * np.abs(flow)) / SCALE
    missed[(network.kind != ElementKind.PIPE) | (np.array(modes) != Setting.OPEN)] = 0.0
    return np.asarray(missed)


class MilpRelaxation:
    """The relaxation of one problem, refined from round to round."""

    def __init__(self, problem: HydraulicProblem, solver: Solver, flow_bounds: FlowBounds) -> None:
        self._problem, self._solver = problem, solver
        self._low, self._high = flow_bounds.of(problem)
        self._cuts: dict[int, list[float]] = {}
        self._excluded: list[Modes] = []
        self.step_bound = problem.step_max

    def exclude(self, modes: Modes) -> None:
        """Suggest these modes no more."""
        self._excluded.append(modes)

    def next_candidate(self, deadline: Deadline) -> "CandidatePoint | NoCandidate":
        """Return modes that the relaxation allows, those of the largest step, or why there are none.

        Raises LimitReached if the deadline has passed already, and SolverRefused where the solver declines.
        """
        sheet = _Sheet(self._problem, self._low, self._high, self._cuts, self._excluded)
        if sheet.is_impossible:
            return NoCandidate.INFEASIBLE
        live = self._solver.load(sheet.model())
        status = live.run(deadline.left())
        if status is Status.INFEASIBLE:
            return NoCandidate.INFEASIBLE
        self.step_bound = min(self.step_bound, -live.bound())
        if not live.has_values():
            return NoCandidate.TIME_LIMIT
        return sheet.read(live.values())

    def refine(self, candidate: CandidatePoint) -> bool:
        """Cut the segments of the pipes that miss their laws most; False if none misses it by much."""
        worst = np.argsort(-candidate.missed)[: max(8, len(candidate.missed) // 10)]
        found = False
        for element in worst[candidate.missed[worst] > LAW_KEPT / 2].tolist():
            low, high, flow = self._low[element], self._high[element], candidate.flow[element]
            edge = EDGE_SHARE * (high - low)
            cut = flow if low + edge < flow < high - edge else (low + high) / 2
            self._cuts.setdefault(element, []).append(float(cut))
            found = True
        return found


Terms = list[tuple[int, float]]


class _Sheet:
    """The relaxation as a mixed-integer model."""

    def __init__(
        self,
        problem: HydraulicProblem,
        low: Reals,
        high: Reals,
        cuts: dict[int, list[float]],
        excluded: list[Modes],
    ) -> None:
        self._problem, self._network = problem, problem.network
        self._low, self._high, self._cuts = low.copy(), high.copy(), cuts
        self._columns: list[tuple[float, float, bool, float]] = []
        self._rows: list[tuple[float, float]] = []
        self._entries: list[tuple[int, int, float]] = []
        self._choices: dict[int, dict[int, int]] = {}
        self.is_impossible = False
        network = self._network
        self._y_min, self._y_max = network.potential_min / SCALE, network.potential_max / SCALE
        self.is_impossible = bool((self._y_min > self._y_max).any())
        self._potential = [
            self._column(lo, max(lo, hi))
            for lo, hi in zip(self._y_min.tolist(), self._y_max.tolist(), strict=True)
        ]
        self._pressure: dict[int, int] = {}
        self._tighten()
        if self.is_impossible:
            return
        self._flow = [self._column(lo, hi) for lo, hi in zip(self._low, self._high, strict=True)]
        self._step = self._column(problem.step_min, problem.step_max, cost=-1.0)
        self._balances()
        for element in range(len(network.kind)):
            self._element(element)
        for modes in excluded:
            self._exclude(modes)

    def model(self) -> LinearModel:
        """Return it as the solvers take it."""
        rows, columns, values = (np.array(part) for part in zip(*self._entries, strict=True))
        shape = len(self._rows), len(self._columns)
        matrix = scipy.sparse.csc_array((values, (rows.astype(int), columns.astype(int))), shape=shape)
        lower, upper, is_integer, costs = (np.array(part) for part in zip(*self._columns, strict=True))
        return LinearModel(
            costs=costs.astype(np.float64),
            column_lower=lower,
            column_upper=upper,
            row_lower=np.array([row[0] for row in self._rows]),
            row_upper=np.array([row[1] for row in self._rows]),
            starts=matrix.indptr.astype(np.int32),
            rows=matrix.indices.astype(np.int32),
            values=matrix.data,
            is_integer=is_integer.astype(np.bool_),
        )

    def read(self, values: Reals) -> CandidatePoint:
        """Return what a solution says."""
        network = self._network
        flow, potential = values[self._flow], values[self._potential]
        modes = [int(Setting.OPEN)] * len(flow)
        for element, choices in self._choices.items():
            modes[element] = max(choices, key=lambda setting: values[choices[setting]])
        potential = potential * SCALE
        missed = missed_laws(network, modes, flow, potential)
        return CandidatePoint(tuple(modes), flow, potential, float(values[self._step]), missed)

    def _column(self, low: float, high: float, *, whole: bool = False, cost: float = 0.0) -> int:
        self._columns.append((low, high, whole, cost))
        return len(self._columns) - 1

    def _row(self, low: float, terms: Terms, high: float) -> None:
        self._rows.append((low, high))
        number = len(self._rows) - 1
        self._entries += [(number, column, value) for column, value in terms]

    def _tighten(self) -> None:
        """Narrow the flows of pipes by the largest and the smallest drop of potential."""
        network = self._network
        pipes = np.flatnonzero((network.kind == ElementKind.PIPE) & (network.resistance > 0))
        beta = network.resistance[pipes] / SCALE
        tail, head = network.tail[pipes], network.head[pipes]
        most, least = self._y_max[tail] - self._y_min[head], self._y_min[tail] - self._y_max[head]
        self._high[pipes] = np.minimum(self._high[pipes], np.sign(most) * np.sqrt(np.abs(most) / beta))
        self._low[pipes] = np.maximum(self._low[pipes], np.sign(least) * np.sqrt(np.abs(least) / beta))
        self.is_impossible |= bool((self._low > self._high + 1e-9).any())
        self._high = np.maximum(self._high, self._low)

    def _balances(self) -> None:
        problem, network = self._problem, self._network
        terms: list[Terms] = [[] for _ in range(network.size)]
        for element, column in enumerate(self._flow):
            terms[network.tail[element]].append((column, 1.0))
            terms[network.head[element]].append((column, -1.0))
        for node, row in enumerate(terms):
            if problem.direction[node]:
                row.append((self._step, -float(problem.direction[node])))
            self._row(float(problem.injection_min[node]), row, float(problem.injection_max[node]))

    def _element(self, element: int) -> None:
        network = self._network
        kind, tail, head = network.kind[element], int(network.tail[element]), int(network.head[element])
        drop = [(self._potential[tail], 1.0), (self._potential[head], -1.0)]
        if kind == ElementKind.PIPE:
            self._pipe(element, drop)
        elif kind == ElementKind.RESISTOR:
            self._resistor(element, tail, head)
        else:
            self._choose(element, tail, head, drop)

    def _pipe(self, element: int, drop: Terms) -> None:
        beta = float(self._network.resistance[element]) / SCALE
        low, high = float(self._low[element]), float(self._high[element])
        column = self._flow[element]
        if beta == 0:
            self._row(0.0, drop, 0.0)
            return
        if high - low < WIDE_ENOUGH:
            self._row(beta * low * abs(low), drop, beta * high * abs(high))
            return
        inner = {cut for cut in self._cuts.get(element, []) if low + WIDE_ENOUGH < cut < high - WIDE_ENOUGH}
        if low < 0 < high:
            inner.add(0.0)
        points = [low, *sorted(inner), high]
        segments = list(pairwise(points))
        if len(segments) == 1:
            self._segment(beta, segments[0], column, drop, None)
            return
        chosen, flows, drops = [], [], []
        for start, end in segments:
            binary = self._column(0.0, 1.0, whole=True)
            part = self._column(min(0.0, start), max(0.0, end))
            lost = self._column(min(0.0, beta * start * abs(start)), max(0.0, beta * end * abs(end)))
            self._row(0.0, [(part, 1.0), (binary, -start)], np.inf)
            self._row(-np.inf, [(part, 1.0), (binary, -end)], 0.0)
            self._segment(beta, (start, end), part, [(lost, 1.0)], binary)
            chosen.append((binary, 1.0))
            flows.append((part, 1.0))
            drops.append((lost, 1.0))
        self._row(1.0, chosen, 1.0)
        self._row(0.0, [(column, -1.0), *flows], 0.0)
        self._row(0.0, [(tail, -sign) for tail, sign in drop] + drops, 0.0)

    def _segment(
        self, beta: float, ends: tuple[float, float], flow: int, drop: Terms, binary: int | None
    ) -> None:
        """Bound β q |q| on one side of zero by its secant and by tangents."""
        start, end = ends
        sign = 1.0 if start >= 0 else -1.0
        values = beta * start * abs(start), beta * end * abs(end)
        slope = (values[1] - values[0]) / (end - start)
        self._line(slope, values[0] - slope * start, -sign, (flow, drop, binary))
        for place in np.linspace(start, end, TANGENTS).tolist():
            slope = 2 * beta * abs(place)
            self._line(slope, beta * place * abs(place) - slope * place, sign, (flow, drop, binary))

    def _line(self, slope: float, constant: float, sign: float, where: tuple[int, Terms, int | None]) -> None:
        """Hold the drop above (sign 1) or below slope · flow + constant, where the binary is one."""
        flow, drop, binary = where
        terms = [*drop, (flow, -slope)]
        if binary is not None:
            terms.append((binary, -constant))
            constant = 0.0
        if sign > 0:
            self._row(constant - SLACK, terms, np.inf)
        else:
            self._row(-np.inf, terms, constant + SLACK)

    def _resistor(self, element: int, tail: int, head: int) -> None:
        """Take a constant loss off the pressure, whichever way the gas goes."""
        forwards = self._column(0.0, 1.0, whole=True)
        backwards = self._column(0.0, 1.0, whole=True)
        flow, loss = self._flow[element], float(self._network.loss_bar[element])
        self._row(1.0, [(forwards, 1.0), (backwards, 1.0)], 1.0)
        self._row(-np.inf, [(flow, 1.0), (forwards, -max(float(self._high[element]), 0.0))], 0.0)
        self._row(0.0, [(flow, 1.0), (backwards, -min(float(self._low[element]), 0.0))], np.inf)
        drop = [(self._pressure_at(tail), 1.0), (self._pressure_at(head), -1.0)]
        self._row(0.0, [*drop, (forwards, -loss), (backwards, loss)], 0.0)
        self._choices[element] = {Setting.OPEN: forwards, Setting.BACKWARD: backwards}

    def _pressure_at(self, node: int) -> int:
        """Return the column of a node's pressure in bar, held to its potential by secant and tangents."""
        if node not in self._pressure:
            low, high = (
                float(self._network.pressure_min_bar[node]),
                float(self._network.pressure_max_bar[node]),
            )
            scale = float(self._network.elevation[node]) / SCALE
            column, potential = self._column(low, high), self._potential[node]
            # y = scale p²: below the secant, above the tangents
            self._row(
                -np.inf, [(potential, 1.0), (column, -scale * (low + high))], -scale * low * high + SLACK
            )
            for place in np.linspace(low, high, TANGENTS).tolist():
                self._row(-scale * place**2 - SLACK, [(potential, 1.0), (column, -2 * scale * place)], np.inf)
            self._pressure[node] = column
        return self._pressure[node]

    def _choose(self, element: int, tail: int, head: int, drop: Terms) -> None:
        """Add one binary per mode, and the rows that it switches on."""
        network, flow = self._network, self._flow[element]
        most, least = max(float(self._high[element]), 0.0), min(float(self._low[element]), 0.0)
        is_active = network.kind[element] in ACTIVE_KINDS
        choices = {int(Setting.CLOSED): self._column(0.0, 1.0, whole=True)}
        if network.has_bypass[element] or not is_active:
            choices[Setting.OPEN] = self._column(0.0, 1.0, whole=True)
        ranges = network.ranges.get(element, ())
        working = range(Setting.ACTIVE, Setting.ACTIVE + max(len(ranges), 1)) if is_active else ()
        for setting in working:
            choices[setting] = self._column(0.0, 1.0, whole=True)
        self._choices[element] = choices
        self._row(1.0, [(column, 1.0) for column in choices.values()], 1.0)
        closed = choices[Setting.CLOSED]
        self._row(-np.inf, [(flow, 1.0), (closed, most)], most)
        backwards = [(choices[Setting.OPEN], -least)] if Setting.OPEN in choices else []
        self._row(0.0, [(flow, 1.0), *backwards], np.inf)
        if Setting.OPEN in choices:
            beta = float(network.resistance[element]) / SCALE
            lost = beta * most**2, -beta * least**2
            self._when(choices[Setting.OPEN], drop, -np.inf, lost[0])
            self._when(choices[Setting.OPEN], drop, lost[1], np.inf)
        for setting in working:
            self._working(element, choices[setting], (tail, head), setting)

    def _working(self, element: int, binary: int, ends: tuple[int, int], setting: int) -> None:
        network = self._network
        tail, head = ends
        inlet, outlet = self._potential[tail], self._potential[head]
        lowest = network.elevation[tail] * network.inlet_min_bar[element] ** 2 / SCALE
        highest = network.elevation[head] * network.outlet_max_bar[element] ** 2 / SCALE
        self._when(binary, [(inlet, 1.0)], lowest, np.inf)
        self._when(binary, [(outlet, 1.0)], -np.inf, highest)
        lost = float(network.resistance[element]) / SCALE * max(float(self._high[element]), 0.0) ** 2
        ranges = network.ranges.get(element, ())
        if ranges:
            operating = ranges[setting - Setting.ACTIVE]
            columns = (self._flow[element], self._pressure_at(tail), self._pressure_at(head))
            for normal, offset in zip(operating.normals.tolist(), operating.offsets.tolist(), strict=True):
                self._when(binary, list(zip(columns, normal, strict=True)), -np.inf, offset)
            return
        uphill = float(network.elevation[head] / network.elevation[tail])
        ratios = network.ratio_min[element] ** 2 * uphill, network.ratio_max[element] ** 2 * uphill
        self._when(binary, [(outlet, 1.0), (inlet, -ratios[0])], -lost, np.inf)
        self._when(binary, [(outlet, 1.0), (inlet, -ratios[1])], -np.inf, 0.0)
        least, most = network.difference_min_bar[element], network.difference_max_bar[element]
        if network.kind[element] == ElementKind.CONTROL_VALVE and (least > 0 or np.isfinite(most)):
            pressures = [(self._pressure_at(tail), 1.0), (self._pressure_at(head), -1.0)]
            self._when(binary, pressures, least, np.inf)
            self._when(binary, pressures, -np.inf, most)

    def _when(self, binary: int, terms: Terms, low: float, high: float) -> None:
        """Hold low ≤ terms ≤ high where the binary is one; one of the two is infinite."""
        ends = [
            (value * self._columns[column][0], value * self._columns[column][1]) for column, value in terms
        ]
        if np.isfinite(low):
            give = low - sum(min(pair) for pair in ends)
            if give > 0:
                self._row(low - give - SLACK, [*terms, (binary, -give)], np.inf)
        if np.isfinite(high):
            give = sum(max(pair) for pair in ends) - high
            if give > 0:
                self._row(-np.inf, [*terms, (binary, give)], high + give + SLACK)

    def _exclude(self, modes: Modes) -> None:
        """Ask for at least one element to be set otherwise."""
        chosen = [
            (choices[modes[element]], 1.0)
            for element, choices in self._choices.items()
            if modes[element] in choices
        ]
        if len(chosen) == len(self._choices):
            self._row(-np.inf, chosen, len(chosen) - 1.0)
