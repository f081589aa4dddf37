"""What no regional plan costs less than.

A line with a tariff costs no less than a straight line from nothing to what the most that it can carry costs:
with these prices the linear programme gives a bound. No flow needs to be more than everything that there is,
as going round in a circle wins nothing. Where a unit of flow on a line would cost more by its
reduced cost than the best plan is above the bound, no better plan has so much there: the line can carry less,
its straight line is steeper, and the bound rises. That is repeated while it helps.
"""

from dataclasses import replace
from time import monotonic
from typing import Final

import numpy as np

from capacity.solvers.port import Reals, Solver, Status
from planning.programme.certificate import proved_bound, reduced_costs
from planning.regional_supply.recalculation import Recalculation
from planning.regional_supply.tariffs import STILL

ROUNDS_MAX: Final = 10
HELPS: Final = 1e-4
"""A round that raises the bound by less, relative to it, is the last."""
TOLERANCE: Final = 1e-9
"""Reduced costs that are less, relative to the largest price, are none."""


def lower_bound(asked: Recalculation, cost: float, solver: Solver, seconds: float) -> float:
    """Return a bound for a network whose best known plan has this cost; `seconds` for all of it."""
    ends_at = monotonic() + seconds
    columns = asked.columns
    upper = np.minimum(asked.model.column_upper, asked.most)
    model = replace(asked.model, column_upper=upper)
    live = solver.load(model)
    best = -np.inf
    for _ in range(ROUNDS_MAX):
        prices = asked.tariffs.secants_at(upper[columns])
        live.set_costs(columns, prices)
        live.set_column_bounds(columns, np.zeros(len(columns)), upper[columns])
        if live.run(max(ends_at - monotonic(), 0.1)) is not Status.OPTIMAL:
            break
        duals = live.row_duals()
        costs = model.costs.copy()
        costs[columns] = prices
        priced = replace(model, costs=costs)
        bound = proved_bound(priced, duals) + asked.fixed_cost
        is_last = bound <= best + HELPS * abs(best) or not len(columns)
        best = max(best, bound)
        if is_last or monotonic() > ends_at:
            break
        upper[columns] = _tightened(upper[columns], reduced_costs(priced, duals)[columns], cost - bound)
    return min(best, cost)


def _tightened(upper: Reals, reduced: Reals, room: float) -> Reals:
    """Return the most that each line carries in a plan that costs no more than the best one known."""
    least = TOLERANCE * max(1.0, float(np.abs(reduced).max(initial=0.0)))
    most = np.divide(room, reduced, out=np.full(len(upper), np.inf), where=reduced > least)
    tightened: Reals = np.minimum(upper, np.maximum(most * (1 + 1e-9), STILL))
    return tightened
