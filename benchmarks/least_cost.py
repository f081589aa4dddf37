"""The economic problem: which injections within given bounds cost least, pressures included?"""

from dataclasses import dataclass
from typing import Any

import casadi

from capacity.hydraulics.physics.network import Reals
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.hydraulics.physics.state import HydraulicState
from capacity.hydraulics.search.aims import Sheet
from capacity.hydraulics.search.modes import Modes, first_guess
from capacity.hydraulics.search.nlp import NonlinearProgram
from capacity.hydraulics.search.verified import proved
from capacity.solvers.deadline import Deadline


@dataclass(frozen=True, slots=True, eq=False)
class SupplyCost:
    """The aim of the least cost of what enters; cost : float64 (nodes,), per kg/s."""

    cost: Reals

    def objective(self, sheet: Sheet) -> Any:
        """Return the cost."""
        return casadi.dot(casadi.DM(self.cost), sheet.leaving)


@dataclass(frozen=True, slots=True)
class LeastCost:
    """The cost of a verified state, in the unit of the costs times kg/s."""

    cost: float
    state: HydraulicState


def least_cost(
    problem: HydraulicProblem, cost: Reals, deadline: Deadline, modes: Modes | None = None
) -> LeastCost | None:
    """Return the injections of least cost that some flows and pressures carry with the given modes.

    cost : float64 (nodes,), per kg/s that enters. Without `modes` all stations work. The program is not
    convex and ipopt's optimum is local; None where it finds none that the residual checker passes. Raises
    LimitReached after the deadline.
    """
    chosen = first_guess(problem.network) if modes is None else modes
    start = NonlinearProgram(problem.network, chosen).solve(problem, deadline)
    if start is None or not start.is_lawful:
        return None
    point = NonlinearProgram(problem.network, chosen, SupplyCost(cost)).solve(problem, deadline, start)
    if point is None or not point.is_optimal:
        return None
    state, _ = proved(problem, point)
    return None if state is None else LeastCost(float(cost @ point.injection), state)
