"""Recalculation of transport costs: a least-cost flow on lines whose unit cost falls with their flow.

The lines with tariffs get prices per unit, the linear programme is solved, the prices are corrected to the
flows found, and so on until two solutions in succession cost the same (Kaganovich, Korchemkin and Rooba,
1982). The problem is NP-hard and this is a heuristic, so that it is run from both ends, with prices of the
smallest and of the largest class, by two rules of correction and with two rules for lines without flow. Every
solution is valued at its true cost and the best of all is kept. A run whose prices come back to what they
were before goes round in a cycle and ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from time import monotonic
from typing import Final

import numpy as np

from capacity.solvers.port import LiveModel, Reals, Solver, SolverRefused, Status
from planning.regional_supply.network import RegionalNetwork
from planning.regional_supply.tariffs import STILL, Tariffs

ITERATIONS_MAX: Final = 40
AGREEMENT: Final = 1e-9
"""Two costs that differ by less, relative to them, agree."""


class Start(StrEnum):
    """The prices that a run begins with."""

    SMALLEST = "smallest class"
    LARGEST = "largest class"


class Rule(StrEnum):
    """How a line with flow is priced anew: at the rate of its class, or at its cost per unit of flow."""

    CLASS = "class rate"
    SECANT = "cost per unit"


class Idle(StrEnum):
    """What a line without flow costs from then on: what it did, or the rate of its smallest class."""

    KEPT = "kept"
    RESET = "reset"


class Ending(StrEnum):
    """Why a run ended."""

    AGREED = "two solutions agree"
    CYCLE = "prices came back"
    LIMIT = "40 iterations"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Variant:
    """How a run begins and corrects its prices."""

    start: Start
    rule: Rule
    idle: Idle


VARIANTS: Final = tuple(Variant(*one) for one in product(Start, Rule, Idle))


@dataclass(frozen=True, slots=True)
class Run:
    """A run: the true cost of every solution in turn, and why it ended."""

    variant: Variant
    costs: Sequence[float]
    ending: Ending


@dataclass(frozen=True, eq=False)
class Recalculated:
    """The best solution of all runs.

    values : float64 (columns,); cost : what it truly costs
    """

    values: Reals
    cost: float
    runs: Sequence[Run]


class Infeasible(Exception):
    """The demands cannot be met, whatever lines cost."""


class Recalculation:
    """The linear programme of a network, kept by the solver from one price to the next."""

    def __init__(self, network: RegionalNetwork, solver: Solver, seconds: float) -> None:
        self._ends_at = monotonic() + seconds
        with_tariff = [(line, flow) for line, flow in network.lines if line.tariff is not None]
        self.tariffs = Tariffs([line for line, _ in with_tariff])
        self.columns = np.array([flow.column for _, flow in with_tariff], dtype=np.int32)
        self.model = network.programme.model()
        self.fixed_cost = network.fixed_cost
        self.most = network.plan.supply()
        self._live: LiveModel = solver.load(self.model)
        self._known: dict[bytes, Reals] = {}

    def best(self) -> Recalculated:
        """Return the best of all runs; raises Infeasible."""
        variants = VARIANTS if len(self.columns) else VARIANTS[:1]
        best: tuple[float, Reals] | None = None
        runs = []
        for variant in variants:
            costs = []
            ending = Ending.LIMIT
            for values, cost, ended in self._iterated(variant):
                costs.append(cost)
                ending = ended or ending
                if best is None or cost < best[0]:
                    best = cost, values
            runs.append(Run(variant, tuple(costs), ending))
            if best is not None and monotonic() > self._ends_at:
                break
        if best is None:
            raise SolverRefused("no solution was found in time")
        return Recalculated(best[1], best[0], runs)

    def true_cost(self, values: Reals) -> float:
        """Return what a solution costs."""
        costs = self.model.costs.copy()
        costs[self.columns] = 0.0
        return float(costs @ values + self.tariffs.costs(values[self.columns]).sum()) + self.fixed_cost

    def _iterated(self, variant: Variant) -> Iterator[tuple[Reals, float, Ending | None]]:
        """Yield the solutions of a run, their true costs, and in the last why it ends."""
        tariffs, columns = self.tariffs, self.columns
        smallest = tariffs.class_rates(np.zeros(len(columns)))
        prices = smallest if variant.start is Start.SMALLEST else tariffs.class_rates(tariffs.largest)
        seen: set[bytes] = set()
        before = np.inf
        for _ in range(ITERATIONS_MAX):
            seen.add(prices.tobytes())
            values = self.solved(prices)
            cost, flows = self.true_cost(values), values[columns]
            rates = tariffs.class_rates if variant.rule is Rule.CLASS else tariffs.secants
            idle = prices if variant.idle is Idle.KEPT else smallest
            corrected = np.where(flows > STILL, rates(flows), idle)
            is_settled = np.array_equal(corrected, prices)
            prices, ending = corrected, None
            if is_settled or abs(cost - before) <= AGREEMENT * max(1.0, abs(cost)):
                ending = Ending.AGREED
            elif prices.tobytes() in seen:
                ending = Ending.CYCLE
            elif monotonic() > self._ends_at:
                ending = Ending.TIME
            yield values, cost, ending
            if ending is not None:
                return
            before = cost

    def solved(self, prices: Reals) -> Reals:
        """Return the cheapest flows at prices of the lines with tariffs; raises Infeasible.

        Runs often meet the same prices, the first ones above all: what was found for them is kept.
        """
        key = prices.tobytes()
        if (known := self._known.get(key)) is not None:
            return known
        self._live.set_costs(self.columns, prices)
        status = self._live.run(max(self._ends_at - monotonic(), 1.0))
        if status is Status.INFEASIBLE:
            raise Infeasible
        if status is not Status.OPTIMAL:
            raise SolverRefused("no solution was found in time")
        self._known[key] = found = np.maximum(self._live.values(), 0.0)
        return found
