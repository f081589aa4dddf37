"""The nonlinear program (NLP): flows and pressures with all modes fixed.

One program per mode vector, built once by casadi and solved by ipopt (interior points, exact derivatives).
Elements without resistance are contracted, so that the unknowns are

    flows q of the elements that are not closed, kg/s,
    one potential y per cluster of nodes of equal potential, in `SCALE` bar², within its limits,
    what the potential lacks, below or above its limits, in the same unit: y − below + above obeys the laws.

An element may also be left undecided, for a first guess at modes: products of its flow and its change of
potential must then not be negative (a program with complementarity, as in Pfetsch et al., OMS 30(1) 2015).

It minimises what is missing (missing above counts `ABOVE` times, so that a shortage appears as a low pressure
where gas leaves); or, with nothing missing, what an `Aim` says, which may add unknowns and rows. Nothing
missing shows the problem feasible; a local minimum above zero shows nothing. An element that closes a loop
without resistance carries nothing.
"""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from threading import Lock
from typing import Any, Final, Protocol

import casadi
import numpy as np
import scipy.sparse
import scipy.sparse.linalg
from scipy.sparse.csgraph import connected_components

from capacity.hydraulics.physics.network import ElementKind, Flags, HydraulicNetwork, Integers, Reals
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.search.aims import Aim, Sheet
from capacity.hydraulics.search.modes import Modes, Setting
from capacity.hydraulics.search.nlp_laws import SCALE, Laws
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.engines import Engine, note

ABOVE: Final = 5.0
"""What is missing above an upper limit counts so many times."""
ENOUGH: Final = 1e-8
"""What may be missing in a state that is offered to the residual checker, in units of `SCALE`."""
TOLERANCE: Final = 1e-10
"""Below the tolerances of the residual checker by orders, so that a solution passes it."""
LAWFUL: Final = 1e-8
"""By how much rows may be missed in a point that is worth looking at, in kg/s or units of `SCALE` bar²."""
LOWEST: Final = 1e-5
"""The lowest potential, however much is missing, in units of `SCALE`."""
HIGHEST: Final = 1e3
"""The most that can be missing, in units of `SCALE`: 1,000 bar squared."""
ITERATIONS: Final = 300
"""A bound on the time of one solve."""
BALANCE_ROUNDING: Final = 1e-9
"""How far a part's injections may miss a balance, relative to the largest: rounding of kg/s."""
RESISTANCE_MIN: Final = 1e-4
"""Added to resistances, bar² s²/kg², in the linear network that gives first flows, so that none is zero."""
GROUNDING: Final = 1e-6
"""Share of the largest conductance by which each node is grounded, so that the matrix can be factorised."""
LONGEST_SECONDS: Final = 5.0
"""The most that one solve may take; on the published networks they take milliseconds."""

_OPTIONS: Final[dict[str, Any]] = {
    "print_time": 0,
    "show_eval_warnings": False,
    "ipopt.print_level": 0,
    "ipopt.sb": "yes",
    "ipopt.max_iter": ITERATIONS,
    "ipopt.max_wall_time": LONGEST_SECONDS,
    "ipopt.tol": TOLERANCE,
    "ipopt.constr_viol_tol": TOLERANCE,
    "ipopt.acceptable_iter": 0,
    "ipopt.bound_relax_factor": 0.0,
    "ipopt.mu_strategy": "adaptive",
}
_WARM_OPTIONS: Final[dict[str, Any]] = _OPTIONS | {
    "ipopt.warm_start_init_point": "yes",
    "ipopt.warm_start_bound_push": 1e-7,
    "ipopt.warm_start_bound_frac": 1e-7,
    "ipopt.warm_start_slack_bound_push": 1e-7,
    "ipopt.warm_start_slack_bound_frac": 1e-7,
    "ipopt.warm_start_mult_bound_push": 1e-7,
    "ipopt.mu_init": 1e-5,
    "ipopt.mu_strategy": "monotone",
}


class Start(Protocol):
    """Where the program may begin: flows in kg/s, potentials in bar², the step; as in `Point`."""

    @property
    def flow(self) -> Reals: ...  # noqa: D102
    @property
    def potential(self) -> Reals: ...  # noqa: D102
    @property
    def step(self) -> float: ...  # noqa: D102


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """What the program ended with.

    flow : float64 (elements,), kg/s; potential : float64 (nodes,), bar²; step : that of the problem
    injection : float64 (nodes,), kg/s
    missing : float64 (nodes,), bar²: what the potential lacks (positive: it is below, negative: above)
    is_lawful : whether all but the limits on pressures is kept
    is_optimal : whether ipopt says that this is a local optimum
    reported : float64, the values of what the aim reported
    """

    modes: Modes
    flow: Reals
    potential: Reals
    step: float
    injection: Reals
    missing: Reals
    is_lawful: bool
    is_optimal: bool
    reported: Reals

    @property
    def shows_feasible(self) -> bool:
        """Whether nothing worth mentioning is missing; the residual checker has the last word."""
        return self.is_lawful and bool(np.abs(self.missing).max(initial=0.0) <= ENOUGH * SCALE)

    @property
    def total_missing(self) -> float:
        """All that is missing, bar²."""
        return float(np.abs(self.missing).sum())


class _Watch(casadi.Callback):
    """Stops ipopt between two iterations once the deadline has passed."""

    def __init__(self, unknowns: int, rows: int, parameters: int) -> None:
        casadi.Callback.__init__(self)
        self._sizes = {
            "f": 1,
            "x": unknowns,
            "lam_x": unknowns,
            "g": rows,
            "lam_g": rows,
            "lam_p": parameters,
        }
        self.deadline: Deadline | None = None
        self.construct("watch", {})

    def get_n_in(self) -> int:
        """Return how many results of the program casadi hands over."""
        return int(casadi.nlpsol_n_out())

    def get_n_out(self) -> int:
        """Return one: whether to stop."""
        return 1

    def get_name_in(self, number: int) -> str:
        """Return the name of a result."""
        return str(casadi.nlpsol_out(number))

    def get_sparsity_in(self, number: int) -> Any:
        """Return the shape of a result."""
        return casadi.Sparsity.dense(self._sizes[casadi.nlpsol_out(number)], 1)

    def eval(self, _: object) -> list[int]:
        """Return 1 after the deadline, else 0."""
        try:
            if self.deadline is not None:
                self.deadline.left()
        except LimitReached:
            return [1]
        return [0]


class NonlinearProgram:
    """The program of one mode vector; see the module docstring. A lock keeps it to one thread at a time."""

    def __init__(self, network: HydraulicNetwork, modes: Modes, aim: Aim | None = None) -> None:
        self.network, self.modes = network, modes
        self._aim = aim
        self._lock = Lock()
        self._setting = np.array(modes, dtype=np.int64)
        is_inert = _is_inert(network, self._setting)
        self._cluster, is_tree = _clusters(network, is_inert)
        self._count = int(self._cluster.max()) + 1
        self._kept = np.flatnonzero((self._setting != Setting.CLOSED) & (~is_inert | is_tree))
        self._parts = _parts(network, self._kept)
        self._incidence = _incidence(network, self._kept)
        self._first_flows: Any = None
        self._memory: dict[str, Any] | None = None
        self._limit()
        self._build()

    def _limit(self) -> None:
        """Gather the limits on the clusters' potentials, those of working stations included."""
        network = self.network
        low, high = network.potential_min.copy(), network.potential_max.copy()
        working = np.flatnonzero(self._setting >= Setting.ACTIVE)
        tail, head = network.tail[working], network.head[working]
        np.maximum.at(low, tail, network.elevation[tail] * network.inlet_min_bar[working] ** 2)
        np.minimum.at(high, head, network.elevation[head] * network.outlet_max_bar[working] ** 2)
        self._potential_min, self._potential_max = low, high
        self._low, self._high = np.zeros(self._count), np.full(self._count, np.inf)
        np.maximum.at(self._low, self._cluster, low / SCALE)
        np.minimum.at(self._high, self._cluster, high / SCALE)

    def _build(self) -> None:
        count, kept = self._count, self._kept
        within, below, above = (casadi.SX.sym(name, count) for name in ("within", "below", "above"))
        flow = casadi.SX.sym("flow", len(kept))
        step = casadi.SX.sym("step", 1 if self._aim else 0)
        direction = casadi.SX.sym("direction", self.network.size if self._aim else 0)
        leaving = casadi.mtimes(casadi.DM(self._incidence), flow)
        potential = (within - below + above)[self._cluster.tolist()]
        laws = Laws(self.network, self._setting[kept], kept)
        laws.write(flow, potential)
        objective = casadi.sum1(below) + ABOVE * casadi.sum1(above)
        elements = kept, self._setting[kept]
        sheet = self._sheet = Sheet(self.network, elements, (flow, potential, step, leaving), laws)
        if self._aim:
            objective = self._aim.objective(sheet)
            leaving -= step * direction
        self._laws_min, self._laws_max = np.concatenate(laws.lower), np.concatenate(laws.upper)
        statement = {
            "x": casadi.vertcat(flow, within, below, above, *sheet.unknowns, step),
            "p": direction,
            "f": objective,
            "g": casadi.densify(casadi.vertcat(leaving, *laws.rows)),
        }
        self._reported = casadi.Function("reported", [statement["x"]], [casadi.vertcat(*sheet.reported)])
        self._watch = _Watch(statement["x"].numel(), statement["g"].numel(), statement["p"].numel())
        watched = {"iteration_callback": self._watch}
        self._cold = casadi.nlpsol("cold", "ipopt", statement, _OPTIONS | watched)
        self._warm = casadi.nlpsol("warm", "ipopt", statement, _WARM_OPTIONS | watched)

    def solve(
        self, problem: HydraulicProblem, deadline: Deadline, start: Start | None = None
    ) -> Point | None:
        """Return the best point found; None where the modes cannot even balance the flows.

        Without an aim the step is the problem's least one. With an aim, limits are kept strictly, so that
        `start` should be a feasible point. Without `start` it begins at its own last point, if there is one.
        Raises LimitReached after the deadline.
        """
        with self._lock:
            deadline.left()
            self._watch.deadline = deadline
            bounds = self._bounds(problem)
            return None if bounds is None else self._run(problem, bounds, start)

    def _bounds(self, problem: HydraulicProblem) -> dict[str, Any] | None:
        flow_min, flow_max = self._flow_bounds(problem)
        leaving = self._leaving_bounds(problem)
        if leaving is None or (flow_min > flow_max).any() or (self._low > self._high + HIGHEST).any():
            return None
        zero, most = np.zeros(self._count), np.full(self._count, 0.0 if self._aim else HIGHEST)
        bounds = {
            "lbx": [flow_min, np.minimum(self._low, self._high), zero, zero, self._sheet.lower],
            "ubx": [
                *(flow_max, np.maximum(self._low, self._high), np.minimum(most, self._low - LOWEST), most),
                self._sheet.upper,
            ],
            "lbg": [leaving[0], self._laws_min],
            "ubg": [leaving[1], self._laws_max],
            "p": [problem.direction if self._aim else np.zeros(0)],
        }
        if self._aim:
            bounds["lbx"].append(np.array([problem.step_min]))
            bounds["ubx"].append(np.array([problem.step_max]))
        return {name: np.concatenate(parts) for name, parts in bounds.items()}

    def _flow_bounds(self, problem: HydraulicProblem) -> tuple[Reals, Reals]:
        kept, setting, most = self._kept, self._setting[self._kept], problem.supply_max
        flow_min = np.maximum(problem.flow_min[kept], -most)
        flow_max = np.minimum(problem.flow_max[kept], most)
        loses = self.network.kind[kept] == ElementKind.RESISTOR
        forwards = (setting >= Setting.ACTIVE) | (loses & (setting == Setting.OPEN))
        flow_min[forwards] = np.maximum(flow_min[forwards], 0.0)
        backwards = loses & (setting == Setting.BACKWARD)
        flow_max[backwards] = np.minimum(flow_max[backwards], 0.0)
        is_loop = self._cluster[self.network.tail[kept]] == self._cluster[self.network.head[kept]]
        is_loop &= (self.network.kind[kept] == ElementKind.PIPE) & (self.network.resistance[kept] > 0)
        flow_min[is_loop], flow_max[is_loop] = 0.0, 0.0
        return flow_min, flow_max

    def _leaving_bounds(self, problem: HydraulicProblem) -> tuple[Reals, Reals] | None:
        """Return the bounds of each node's balance, freeing the one that follows from all others."""
        fixed = 0.0 if self._aim else problem.step_min
        least = problem.injection_min + fixed * problem.direction
        most = problem.injection_max + fixed * problem.direction
        largest = max(1.0, float(np.abs(most).max(initial=0.0)), float(np.abs(least).max(initial=0.0)))
        for nodes in self._parts:
            room = BALANCE_ROUNDING * largest
            can_balance = least[nodes].sum() <= room and most[nodes].sum() >= -room
            if not can_balance and self._aim is None:
                return None
            if np.array_equal(least[nodes], most[nodes]):
                spare = nodes[np.argmax(np.abs(least[nodes]))]
                least[spare] -= 10 * largest
                most[spare] += 10 * largest
        return least, most

    def _run(self, problem: HydraulicProblem, bounds: dict[str, Any], start: Start | None) -> Point:
        function = self._cold
        if start is None and self._memory is not None:
            function = self._warm
            result = function(**bounds, **self._memory)
        if function is self._cold or not function.stats()["success"]:
            function = self._cold
            result = function(**bounds, x0=self._first(problem, start))
        note(_engine())
        is_optimal = bool(function.stats()["success"])
        rows = np.array(result["g"]).ravel()
        miss = np.maximum(bounds["lbg"] - rows, rows - bounds["ubg"]).max(initial=0.0)
        if is_optimal and Setting.UNDECIDED not in self.modes:
            self._memory = {"x0": result["x"], "lam_x0": result["lam_x"], "lam_g0": result["lam_g"]}
        return self._point(problem, np.array(result["x"]).ravel(), bool(miss <= LAWFUL), is_optimal)

    def _first(self, problem: HydraulicProblem, start: Start | None) -> Reals:
        """Return where to begin: at a point, or at the flows of a linear network and mean potentials."""
        if start is None:
            flow = self._linear_flows((problem.injection_min + problem.injection_max) / 2)
            within, step = (self._low + self._high) / 2, problem.step_min
        else:
            flow, step = start.flow[self._kept], start.step
            within = np.zeros(self._count)
            within[self._cluster] = start.potential / SCALE
        nothing = np.zeros(self._count)
        tail = np.array([step]) if self._aim else np.zeros(0)
        return np.concatenate([flow, within, nothing, nothing, self._sheet.start, tail])

    def _linear_flows(self, injection: Reals) -> Reals:
        """Return the flows that would pass if every law were linear."""
        if self._first_flows is None:
            conductance = 1 / (self.network.resistance[self._kept] + RESISTANCE_MIN)
            grounded = scipy.sparse.diags_array(
                np.full(self.network.size, GROUNDING * conductance.max(initial=1.0))
            )
            weighted = scipy.sparse.diags_array(conductance) @ self._incidence.T
            solve = scipy.sparse.linalg.factorized((self._incidence @ weighted + grounded).tocsc())
            self._first_flows = (weighted, solve)
        weighted, solve = self._first_flows
        return np.asarray(weighted @ solve(injection))

    def _point(self, problem: HydraulicProblem, found: Reals, is_lawful: bool, is_optimal: bool) -> Point:
        kept, count = len(self._kept), self._count
        flow = np.zeros(len(self.network.element_ids))
        flow[self._kept] = found[:kept]
        within, below, above = found[kept : kept + 3 * count].reshape(3, count)
        potential = ((within - below + above) * SCALE)[self._cluster]
        missing = np.maximum(self._potential_min - potential, 0)
        missing -= np.maximum(potential - self._potential_max, 0)
        step = float(found[-1]) if self._aim else problem.step_min
        leaving = self._incidence @ flow[self._kept]
        reported = np.array(self._reported(found)).ravel()
        return Point(self.modes, flow, potential, step, leaving, missing, is_lawful, is_optimal, reported)


def _is_inert(network: HydraulicNetwork, setting: Integers) -> Flags:
    """Return which elements join two nodes of one potential, bool (elements,)."""
    is_open = (setting == Setting.OPEN) | (setting == Setting.BACKWARD)
    return np.asarray(is_open & (network.resistance == 0) & (network.kind != ElementKind.RESISTOR))


def _clusters(network: HydraulicNetwork, is_inert: Flags) -> tuple[Integers, Flags]:
    """Return the cluster of each node, and which inert elements suffice to join them."""
    room = np.minimum(network.flow_max, 1e6) - np.maximum(network.flow_min, -1e6)
    root = list(range(network.size))
    is_tree = np.zeros(len(is_inert), dtype=np.bool_)

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    inert = np.flatnonzero(is_inert)
    for element in inert[np.argsort(-room[inert], kind="stable")].tolist():
        one, other = find(int(network.tail[element])), find(int(network.head[element]))
        if one != other:
            root[one] = other
            is_tree[element] = True
    _, cluster = np.unique([find(node) for node in range(network.size)], return_inverse=True)
    return cluster.astype(np.int64), is_tree


@cache
def _engine() -> Engine:
    """Return ipopt, as casadi brings it."""
    return Engine("ipopt (CasADi)", version("casadi"))


def _parts(network: HydraulicNetwork, kept: Integers) -> list[Integers]:
    """Return the nodes of each part of the network that the kept elements hold together."""
    links = np.ones(len(kept)), (network.tail[kept], network.head[kept])
    graph = scipy.sparse.coo_array(links, shape=(network.size, network.size))
    count, part = connected_components(graph, directed=False)
    return [np.flatnonzero(part == number) for number in range(count)]


def _incidence(network: HydraulicNetwork, kept: Integers) -> Any:
    """Return what leaves each node through the kept elements, as a sparse matrix (nodes, kept)."""
    places = np.arange(len(kept))
    rows = np.concatenate([network.tail[kept], network.head[kept]])
    signs = np.repeat([1.0, -1.0], len(kept))
    return scipy.sparse.csc_array(
        (signs, (rows, np.concatenate([places, places]))), shape=(network.size, len(kept))
    )
