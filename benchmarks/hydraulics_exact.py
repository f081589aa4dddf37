"""The home of the exact programme: a hydraulic question as one writes it for a global solver.

Every law of `capacity.hydraulics.model` as it stands, q |q| included, one binary per mode, for stations
bounded by a pressure ratio. SCIP and Gurobi take it as it is, with our bounds on flows from the balance, one
thread each. Potentials in thousands of bar², flows in kg/s.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import gurobipy
import numpy as np
import pyscipopt

from capacity.hydraulics.model import RATIO_UNBOUNDED, ElementKind, HydraulicNetwork, Reals
from capacity.hydraulics.question import Question
from capacity.hydraulics.solving.flow_bounds import FlowBounds

SCALE = 1e3
KNOWN = 1e-6
"""Flows bounded this closely, in kg/s, are known."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a state exists (None: the solver did not say, and why), and the least cost if one was asked."""

    is_feasible: bool | None
    cost: float | None = None
    reason: str = ""


class GlobalSolver(Protocol):
    """A solver that takes products of variables."""

    def variable(self, low: float, high: float, *, is_binary: bool = False) -> Any: ...

    def row(self, comparison: Any) -> None: ...

    def signed_square(self, flow: Any) -> Any: ...

    def solve(self, cost: Any, seconds: float) -> Outcome: ...


class Scip:
    """SCIP, through pyscipopt."""

    def __init__(self) -> None:
        self._model = pyscipopt.Model()
        self._model.hideOutput()
        self._model.setParam("numerics/feastol", 1e-6)

    def variable(self, low: float, high: float, *, is_binary: bool = False) -> Any:
        return self._model.addVar(lb=low, ub=high, vtype="B" if is_binary else "C")

    def row(self, comparison: Any) -> None:
        self._model.addCons(comparison)

    def signed_square(self, flow: Any) -> Any:
        return flow * abs(flow)

    def solve(self, cost: Any, seconds: float) -> Outcome:
        self._model.setParam("limits/time", seconds)
        if cost is None:
            self._model.setParam("limits/solutions", 1)
        else:
            self._model.setObjective(cost)
        self._model.optimize()
        if self._model.getNSols():
            return Outcome(True, self._model.getObjVal())
        status = self._model.getStatus()
        return Outcome(False if status == "infeasible" else None, reason=f"none in {seconds:g} s")


class GurobiNonlinear:
    """Gurobi, with its own signed power; its licence may be too small."""

    def __init__(self) -> None:
        environment = gurobipy.Env(params={"OutputFlag": 0, "Threads": 1})
        self._model = gurobipy.Model(env=environment)

    def variable(self, low: float, high: float, *, is_binary: bool = False) -> Any:
        kind = gurobipy.GRB.BINARY if is_binary else gurobipy.GRB.CONTINUOUS
        return self._model.addVar(lb=low, ub=high, vtype=kind)

    def row(self, comparison: Any) -> None:
        self._model.addConstr(comparison)

    def signed_square(self, flow: Any) -> Any:
        square = self._model.addVar(lb=-gurobipy.GRB.INFINITY)
        self._model.addGenConstrNL(square, gurobipy.nlfunc.signpow(flow, 2))
        return square

    def solve(self, cost: Any, seconds: float) -> Outcome:
        self._model.Params.TimeLimit = seconds
        if cost is None:
            self._model.Params.SolutionLimit = 1
        else:
            self._model.setObjective(cost)
        try:
            self._model.optimize()
        except gurobipy.GurobiError as error:
            if error.errno != gurobipy.GRB.Error.SIZE_LIMIT_EXCEEDED:
                raise
            return Outcome(None, reason="beyond its licence")
        if self._model.SolCount:
            return Outcome(True, self._model.ObjVal)
        is_refused = self._model.Status == gurobipy.GRB.INFEASIBLE
        return Outcome(False if is_refused else None, reason=f"none in {seconds:g} s")


def exact(question: Question, solver: GlobalSolver, seconds: float, cost: Reals | None = None) -> Outcome:
    """Return what the solver says of the question, at the least cost per kg/s that enters, (nodes,)."""
    if question.network.ranges or question.network.loss_bar.any():
        raise ValueError("the exact programme knows stations by their ratio, and no constant losses")
    writer = _Writer(question, solver)
    for element in range(len(question.network.kind)):
        writer.element(element)
    total = (
        None
        if cost is None
        else sum(price * amount for price, amount in zip(cost, writer.leaving, strict=True))
    )
    return solver.solve(total, seconds)


class _Writer:
    """Writes one question."""

    def __init__(self, question: Question, solver: GlobalSolver) -> None:
        self._network: HydraulicNetwork = question.network
        self._solver = solver
        network = self._network
        self._low, self._high = (bound.tolist() for bound in FlowBounds(network).of(question))
        self._y_low, self._y_high = (
            (network.potential_min / SCALE).tolist(),
            (network.potential_max / SCALE).tolist(),
        )
        self._y = [solver.variable(*ends) for ends in zip(self._y_low, self._y_high, strict=True)]
        self._q = [solver.variable(*ends) for ends in zip(self._low, self._high, strict=True)]
        self.leaving: list[Any] = [0.0] * network.size
        for element, (tail, head) in enumerate(zip(network.tail, network.head, strict=True)):
            self.leaving[tail] = self.leaving[tail] + self._q[element]
            self.leaving[head] = self.leaving[head] - self._q[element]
        for node, amount in enumerate(self.leaving):
            least, most = float(question.injection_min[node]), float(question.injection_max[node])
            if least == most:
                solver.row(amount == least)
            else:
                solver.row(amount >= least)
                solver.row(amount <= most)

    def element(self, element: int) -> None:
        """Write the laws of one element."""
        kind = self._network.kind[element]
        if kind == ElementKind.PIPE:
            self._pipe(element)
        elif kind == ElementKind.VALVE:
            self._valve(element)
        else:
            self._active(element)

    def _ends(self, element: int) -> tuple[int, int]:
        return int(self._network.tail[element]), int(self._network.head[element])

    def _drop(self, element: int) -> tuple[Any, float, float]:
        """Return the drop of potential and its least and largest value."""
        tail, head = self._ends(element)
        least, most = self._y_low[tail] - self._y_high[head], self._y_high[tail] - self._y_low[head]
        return self._y[tail] - self._y[head], least, most

    def _lost(self, element: int) -> Any:
        """Return β q |q|."""
        beta, flow = float(self._network.resistance[element]) / SCALE, self._q[element]
        low, high = self._low[element], self._high[element]
        if beta == 0:
            return 0.0
        if high - low < KNOWN:
            return beta * low * abs(low)
        if low >= 0:
            return beta * flow * flow
        return -beta * flow * flow if high <= 0 else beta * self._solver.signed_square(flow)

    def _pipe(self, element: int) -> None:
        self._solver.row(self._drop(element)[0] == self._lost(element))

    def _valve(self, element: int) -> None:
        is_open = self._solver.variable(0, 1, is_binary=True)
        self._solver.row(self._q[element] <= self._high[element] * is_open)
        self._solver.row(self._q[element] >= self._low[element] * is_open)
        self._passes(element, is_open)

    def _passes(self, element: int, is_open: Any) -> None:
        """Hold the drop at what is lost on the way, where the binary is one."""
        drop, least, most = self._drop(element)
        reach = max(abs(self._low[element]), abs(self._high[element]))
        room = float(self._network.resistance[element]) / SCALE * reach**2
        lost = self._lost(element)
        self._solver.row(drop - lost <= (most + room) * (1 - is_open))
        self._solver.row(drop - lost >= (least - room) * (1 - is_open))

    def _active(self, element: int) -> None:
        network, solver, flow = self._network, self._solver, self._q[element]
        if network.difference_min_bar[element] > 0 or np.isfinite(network.difference_max_bar[element]):
            raise ValueError("the exact programme knows no limits on differences of pressure")
        works, passes = solver.variable(0, 1, is_binary=True), solver.variable(0, 1, is_binary=True)
        solver.row(works + passes <= 1)
        if not network.has_bypass[element]:
            solver.row(passes == 0)
        solver.row(flow <= max(self._high[element], 0.0) * (works + passes))
        solver.row(flow >= min(self._low[element], 0.0) * passes)
        self._passes(element, passes)
        self._limits(element, works)
        self._ratios(element, works)

    def _limits(self, element: int, works: Any) -> None:
        network, (tail, head) = self._network, self._ends(element)
        lowest = float(network.elevation[tail] * network.inlet_min_bar[element] ** 2) / SCALE
        highest = float(network.elevation[head] * network.outlet_max_bar[element] ** 2) / SCALE
        if lowest > self._y_low[tail]:
            self._solver.row(self._y[tail] >= lowest * works)
        if highest < self._y_high[head]:
            self._solver.row(self._y[head] <= highest + (self._y_high[head] - highest) * (1 - works))

    def _ratios(self, element: int, works: Any) -> None:
        network, (tail, head) = self._network, self._ends(element)
        uphill = float(network.elevation[head] / network.elevation[tail])
        beta = float(network.resistance[element]) / SCALE
        behind, room = self._y[head], self._y_high[head]
        if beta:
            behind = behind + beta * self._q[element] * self._q[element]
            room += beta * max(abs(self._low[element]), abs(self._high[element])) ** 2
        least = float(network.ratio_min[element]) ** 2 * uphill
        if least:
            self._solver.row(least * self._y[tail] - behind <= least * self._y_high[tail] * (1 - works))
        if network.ratio_max[element] < RATIO_UNBOUNDED:
            most = float(network.ratio_max[element]) ** 2 * uphill
            self._solver.row(behind - most * self._y[tail] <= room * (1 - works))
