"""The mixed-integer nonlinear program (MINLP): a hydraulic problem written for a global solver.

Every law of `capacity.hydraulics.physics.network` without relaxation, q |q| included, with one binary per
setting, given our bounds on flows from the balance. A resistor with a constant loss loses it without flow as
well. SCIP solves it as a primal heuristic of the portfolio: only its modes and points are used, never its
verdicts.

Potentials in units of `SCALE` bar², pressures in bar, flows in kg/s.
"""

from typing import Any, Final, Protocol

import numpy as np

from capacity.hydraulics.physics.network import RATIO_UNBOUNDED, ElementKind, Reals
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.search.flow_bounds import WIDE_ENOUGH, FlowBounds
from capacity.hydraulics.search.milp_relaxation import CandidatePoint, missed_laws
from capacity.hydraulics.search.modes import ACTIVE_KINDS, Setting
from capacity.hydraulics.search.nlp_laws import SCALE
from capacity.solvers.deadline import Deadline
from capacity.solvers.engines import Engine, note
from capacity.solvers.port import SolverRefused

FEASIBILITY: Final = 1e-6
"""SCIP's tolerance on rows, in their own units."""
CHOSEN: Final = 0.5
"""A binary above this counts as 1."""
OUT_OF_TIME: Final = "timelimit"
"""SCIP's word for a run that may go on."""


class GlobalSolver(Protocol):
    """A solver that takes products of variables."""

    def variable(self, low: float, high: float, *, is_binary: bool = False) -> Any:
        """Add a variable."""

    def row(self, comparison: Any) -> None:
        """Add a comparison of two expressions."""

    def signed_square(self, flow: Any) -> Any:
        """Return the expression q |q|."""


class Scip:
    """One model in SCIP; raises SolverRefused where pyscipopt cannot be loaded."""

    def __init__(self) -> None:
        try:
            # An extra that an installation may do without.
            import pyscipopt  # noqa: PLC0415
        except ImportError as error:
            raise SolverRefused(f"SCIP cannot be loaded (pip install linepack[scip]): {error}") from error
        self._model = pyscipopt.Model()
        self.engine = Engine("SCIP", self._version())
        self._model.hideOutput()
        self._model.setParam("numerics/feastol", FEASIBILITY)

    def _version(self) -> str:
        model = self._model
        return f"{model.getMajorVersion()}.{model.getMinorVersion()}.{model.getTechVersion()}"

    def variable(self, low: float, high: float, *, is_binary: bool = False) -> Any:
        """Add a variable."""
        return self._model.addVar(lb=low, ub=high, vtype="B" if is_binary else "C")

    def row(self, comparison: Any) -> None:
        """Add a comparison of two expressions."""
        self._model.addCons(comparison)

    def signed_square(self, flow: Any) -> Any:
        """Return the expression q |q|."""
        return flow * abs(flow)

    def run(self, seconds: float, cost: Any = None) -> str:
        """Look for any point, or for the cheapest; return SCIP's word for how it ended.

        A run that only time has ended goes on when it is called again.
        """
        self._model.setParam("limits/time", self._model.getSolvingTime() + seconds)
        if cost is None:
            self._model.setParam("limits/solutions", 1)
        else:
            self._model.setObjective(cost)
        try:
            # Other threads go on meanwhile: the event loop's above all.
            self._model.optimizeNogil()
        except Exception as error:
            # pyscipopt has no exceptions of its own.
            raise SolverRefused(f"SCIP failed: {error}") from error
        note(self.engine)
        return str(self._model.getStatus())

    def has_values(self) -> bool:
        """Return whether a point was found."""
        return bool(self._model.getNSols())

    def cost(self) -> float:
        """Return the cost of the point found."""
        return float(self._model.getObjVal())

    def values(self, variables: list[Any]) -> Reals:
        """Return what the point found gives these variables."""
        return np.array([self._model.getVal(variable) for variable in variables], dtype=np.float64)


class ScipHeuristic:
    """SCIP as a heuristic."""

    def find(self, problem: HydraulicProblem, bounds: FlowBounds) -> "ScipRun":
        """Begin with a problem; raises SolverRefused where pyscipopt cannot be loaded."""
        return ScipRun(problem, bounds.of(problem), Scip())


class ScipRun:
    """SCIP at work on one problem, until its first point."""

    def __init__(self, problem: HydraulicProblem, bounds: tuple[Reals, Reals], solver: "Scip") -> None:
        network, (low, high) = problem.network, bounds
        self._solver = solver
        self.is_over = bool((low > high).any() or (network.potential_min > network.potential_max).any())
        self._program = None if self.is_over else MinlpModel(problem, bounds, solver)

    def next(self, deadline: Deadline) -> CandidatePoint | None:
        """Return the first point that SCIP finds; raises LimitReached after the deadline, and
        SolverRefused."""
        if self.is_over or self._program is None:
            return None
        self.is_over = self._solver.run(deadline.left()) != OUT_OF_TIME
        return self._program.read(self._solver) if self._solver.has_values() else None


class MinlpModel:
    """One problem written for a global solver.

    leaving : by node, the expression of what its elements take away, kg/s; 0.0 where there are none
    """

    def __init__(self, problem: HydraulicProblem, bounds: tuple[Reals, Reals], solver: GlobalSolver) -> None:
        self._problem, self._network, self._solver = problem, problem.network, solver
        network = self._network
        self._low, self._high = (bound.tolist() for bound in bounds)
        self._y_low = (network.potential_min / SCALE).tolist()
        self._y_high = (network.potential_max / SCALE).tolist()
        self._y = [solver.variable(*ends) for ends in zip(self._y_low, self._y_high, strict=True)]
        self._q = [solver.variable(*ends) for ends in zip(self._low, self._high, strict=True)]
        self._step: Any = problem.step_min
        if problem.step_min < problem.step_max:
            self._step = solver.variable(problem.step_min, problem.step_max)
        self._pressures: dict[int, Any] = {}
        self._choices: dict[int, dict[int, Any]] = {}
        self.leaving = self._balances()
        for element in range(len(network.kind)):
            self._element(element)
        if problem.gap is not None:
            gap = problem.gap
            solver.row(self._y[gap.high] - self._y[gap.low] >= gap.least / SCALE)

    def read(self, solver: Scip) -> CandidatePoint:
        """Return the point that the solver found."""
        modes = [int(Setting.OPEN)] * len(self._q)
        for element, choices in self._choices.items():
            values = solver.values(list(choices.values()))
            best = int(np.argmax(values))
            modes[element] = list(choices)[best] if values[best] > CHOSEN else int(Setting.CLOSED)
        flow, potential = solver.values(self._q), solver.values(self._y) * SCALE
        is_free = self._problem.step_min < self._problem.step_max
        step = float(solver.values([self._step])[0]) if is_free else self._problem.step_min
        missed = missed_laws(self._network, modes, flow, potential)
        return CandidatePoint(tuple(modes), flow, potential, step, missed)

    def _balances(self) -> list[Any]:
        problem, network = self._problem, self._network
        leaving: list[Any] = [0.0] * network.size
        for element, (tail, head) in enumerate(zip(network.tail, network.head, strict=True)):
            leaving[tail] = leaving[tail] + self._q[element]
            leaving[head] = leaving[head] - self._q[element]
        joined = np.unique(np.concatenate([network.tail, network.head]))
        for node in joined.tolist():
            amount = leaving[node]
            least, most = float(problem.injection_min[node]), float(problem.injection_max[node])
            chosen = amount - float(problem.direction[node]) * self._step
            if least == most:
                self._solver.row(chosen == least)
            else:
                self._solver.row(chosen >= least)
                self._solver.row(chosen <= most)
        return leaving

    def _element(self, element: int) -> None:
        kind = self._network.kind[element]
        if kind == ElementKind.PIPE:
            self._solver.row(self._drop(element)[0] == self._lost(element))
        elif kind == ElementKind.RESISTOR:
            self._resistor(element)
        elif kind in ACTIVE_KINDS:
            self._active(element)
        else:
            is_open = self._choice(element, Setting.OPEN)
            self._solver.row(self._q[element] <= max(self._high[element], 0.0) * is_open)
            self._solver.row(self._q[element] >= min(self._low[element], 0.0) * is_open)
            self._passes(element, is_open)

    def _ends(self, element: int) -> tuple[int, int]:
        return int(self._network.tail[element]), int(self._network.head[element])

    def _choice(self, element: int, setting: int) -> Any:
        """Add the binary of a setting; an element that can be closed is where none is chosen."""
        binary = self._solver.variable(0, 1, is_binary=True)
        self._choices.setdefault(element, {})[int(setting)] = binary
        return binary

    def _drop(self, element: int) -> tuple[Any, float, float]:
        """Return the drop of potential and its least and largest value."""
        tail, head = self._ends(element)
        least, most = self._y_low[tail] - self._y_high[head], self._y_high[tail] - self._y_low[head]
        return self._y[tail] - self._y[head], least, most

    def _reach(self, element: int) -> float:
        """Return the most that can be lost on the way, β q²."""
        largest = float(max(abs(self._low[element]), abs(self._high[element])))
        return float(self._network.resistance[element]) / SCALE * largest**2

    def _lost(self, element: int) -> Any:
        """Return β q |q|."""
        beta, flow = float(self._network.resistance[element]) / SCALE, self._q[element]
        low, high = self._low[element], self._high[element]
        if beta == 0:
            return 0.0
        if high - low < WIDE_ENOUGH:
            return beta * low * abs(low)
        if low >= 0:
            return beta * flow * flow
        return -beta * flow * flow if high <= 0 else beta * self._solver.signed_square(flow)

    def _passes(self, element: int, is_open: Any) -> None:
        """Hold the drop at what is lost on the way, where the binary is one."""
        drop, least, most = self._drop(element)
        room, lost = self._reach(element), self._lost(element)
        self._solver.row(drop - lost <= (most + room) * (1 - is_open))
        self._solver.row(drop - lost >= (least - room) * (1 - is_open))

    def _resistor(self, element: int) -> None:
        forwards, backwards = self._choice(element, Setting.OPEN), self._choice(element, Setting.BACKWARD)
        tail, head = self._ends(element)
        flow, loss = self._q[element], float(self._network.loss_bar[element])
        self._solver.row(forwards + backwards == 1)
        self._solver.row(flow <= max(self._high[element], 0.0) * forwards)
        self._solver.row(flow >= min(self._low[element], 0.0) * backwards)
        drop = self._pressure_at(tail) - self._pressure_at(head)
        self._solver.row(drop == loss * (forwards - backwards))

    def _pressure_at(self, node: int) -> Any:
        """Return the variable of a node's pressure, in bar."""
        if node not in self._pressures:
            network = self._network
            ends = float(network.pressure_min_bar[node]), float(network.pressure_max_bar[node])
            pressure = self._solver.variable(*ends)
            scale = float(network.elevation[node]) / SCALE
            self._solver.row(scale * pressure * pressure == self._y[node])
            self._pressures[node] = pressure
        return self._pressures[node]

    def _active(self, element: int) -> None:
        network, flow = self._network, self._q[element]
        ranges = network.ranges.get(element, ())
        machines = [self._choice(element, Setting.ACTIVE + k) for k in range(max(len(ranges), 1))]
        works = sum(machines[1:], start=machines[0])
        passes = self._choice(element, Setting.OPEN)
        self._solver.row(works + passes <= 1)
        if not network.has_bypass[element]:
            self._solver.row(passes == 0)
        self._solver.row(flow <= max(self._high[element], 0.0) * (works + passes))
        self._solver.row(flow >= min(self._low[element], 0.0) * passes)
        self._passes(element, passes)
        self._limits(element, works)
        if ranges:
            self._configurations(element, machines)
            return
        self._ratios(element, works)
        if network.kind[element] == ElementKind.CONTROL_VALVE:
            self._differences(element, works)

    def _limits(self, element: int, works: Any) -> None:
        network, (tail, head) = self._network, self._ends(element)
        lowest = float(network.elevation[tail] * network.inlet_min_bar[element] ** 2) / SCALE
        highest = float(network.elevation[head] * network.outlet_max_bar[element] ** 2) / SCALE
        if lowest > self._y_low[tail]:
            self._solver.row(self._y[tail] >= lowest * works)
        if highest < self._y_high[head]:
            self._solver.row(self._y[head] <= highest + (self._y_high[head] - highest) * (1 - works))

    def _behind(self, element: int) -> tuple[Any, float]:
        """Return the potential behind the machines, at the height of the head, and its largest value."""
        head = self._ends(element)[1]
        beta, flow = float(self._network.resistance[element]) / SCALE, self._q[element]
        if beta == 0:
            return self._y[head], self._y_high[head]
        return self._y[head] + beta * flow * flow, self._y_high[head] + self._reach(element)

    def _ratios(self, element: int, works: Any) -> None:
        network, (tail, head) = self._network, self._ends(element)
        uphill = float(network.elevation[head] / network.elevation[tail])
        behind, room = self._behind(element)
        least = float(network.ratio_min[element]) ** 2 * uphill
        if least:
            self._solver.row(least * self._y[tail] - behind <= least * self._y_high[tail] * (1 - works))
        if network.ratio_max[element] < RATIO_UNBOUNDED:
            most = float(network.ratio_max[element]) ** 2 * uphill
            self._solver.row(behind - most * self._y[tail] <= room * (1 - works))

    def _differences(self, element: int, works: Any) -> None:
        network, (tail, head) = self._network, self._ends(element)
        least, most = float(network.difference_min_bar[element]), float(network.difference_max_bar[element])
        if least <= 0 and not np.isfinite(most):
            return
        drop = self._pressure_at(tail) - self._pressure_at(head)
        lowest = float(network.pressure_min_bar[tail] - network.pressure_max_bar[head])
        highest = float(network.pressure_max_bar[tail] - network.pressure_min_bar[head])
        self._solver.row(drop >= least * works + lowest * (1 - works))
        if np.isfinite(most):
            self._solver.row(drop <= most * works + highest * (1 - works))

    def _configurations(self, element: int, machines: list[Any]) -> None:
        """Hold flow and pressures within the range of the configuration that works."""
        network, (tail, head) = self._network, self._ends(element)
        inlet, outlet = self._pressure_at(tail), self._pressure_at(head)
        highest = float(network.pressure_max_bar[head])
        behind, room = self._behind(element)
        if network.resistance[element]:
            scale = float(network.elevation[head]) / SCALE
            highest = (room / scale) ** 0.5
            outlet = self._solver.variable(float(network.pressure_min_bar[head]), highest)
            self._solver.row(scale * outlet * outlet == behind)
        lower = [self._low[element], network.pressure_min_bar[tail], network.pressure_min_bar[head]]
        upper = [self._high[element], network.pressure_max_bar[tail], highest]
        for works, operating in zip(machines, network.ranges[element], strict=True):
            reach = np.maximum(operating.normals * lower, operating.normals * upper).sum(axis=1)
            for normal, offset, most in zip(
                operating.normals.tolist(), operating.offsets.tolist(), reach.tolist(), strict=True
            ):
                if most > offset:
                    place = normal[0] * self._q[element] + normal[1] * inlet + normal[2] * outlet
                    self._solver.row(place <= offset * works + most * (1 - works))
