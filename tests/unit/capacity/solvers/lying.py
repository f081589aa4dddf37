"""A solver that lies: HiGHS behind an adapter that turns answers round or spoils them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np

from capacity.solvers.highs import Highs
from capacity.solvers.port import AddedRows, LinearModel, LiveModel, Numbers, Reals, Status


class Lie(Enum):
    """What it says."""

    INFEASIBLE = auto()
    """Of every model that there is no solution, by a ray of ones."""
    OPTIMAL = auto()
    """Of every model that nothing at all is the best solution."""
    INVERTED = auto()
    """The contrary of what HiGHS says."""
    NOISE = auto()
    """What HiGHS says, with every number off by up to a half of itself."""


@dataclass
class Lying:
    """HiGHS but for `lie`, about the models that `about` chooses."""

    lie: Lie
    about: Callable[[LinearModel], bool] = lambda model: True
    false_answers: int = field(default=0)
    name: str = "HiGHS"
    version: str = "0"

    def load(self, model: LinearModel) -> LiveModel:
        live = Highs().load(model)
        return LyingLive(live, self, len(model.costs), len(model.row_lower)) if self.about(model) else live


class LyingLive:
    def __init__(self, live: LiveModel, solver: Lying, columns: int, rows: int) -> None:
        self._live, self._solver = live, solver
        self._columns, self._rows = columns, rows
        self._random = np.random.default_rng(1)
        self._is_false = False

    def set_row_bounds(self, rows: Numbers, lower: Reals, upper: Reals) -> None:
        self._live.set_row_bounds(rows, lower, upper)

    def set_column_bounds(self, columns: Numbers, lower: Reals, upper: Reals) -> None:
        self._live.set_column_bounds(columns, lower, upper)

    def set_costs(self, columns: Numbers, costs: Reals) -> None:
        self._live.set_costs(columns, costs)

    def set_coefficients(self, rows: Numbers, columns: Numbers, values: Reals) -> None:
        self._live.set_coefficients(rows, columns, values)

    def add_rows(self, added: AddedRows) -> None:
        self._rows += len(added.row_lower)
        self._live.add_rows(added)

    def run(self, seconds: float) -> Status:
        found = self._live.run(seconds)
        says = {
            Lie.INFEASIBLE: Status.INFEASIBLE,
            Lie.OPTIMAL: Status.OPTIMAL,
            Lie.INVERTED: Status.OPTIMAL if found is Status.INFEASIBLE else Status.INFEASIBLE,
            Lie.NOISE: found,
        }[self._solver.lie]
        self._is_false = says is not found or self._solver.lie is Lie.OPTIMAL
        self._solver.false_answers += self._is_false or self._solver.lie is Lie.NOISE
        return says

    def values(self) -> Reals:
        return np.zeros(self._columns) if self._is_false else self._spoilt(self._live.values())

    def row_duals(self) -> Reals:
        return np.zeros(self._rows) if self._is_false else self._spoilt(self._live.row_duals())

    def objective(self) -> float:
        return 0.0 if self._is_false else self._live.objective()

    def bound(self) -> float:
        return 0.0 if self._is_false else self._live.bound()

    def has_values(self) -> bool:
        return True if self._is_false else self._live.has_values()

    def ray(self) -> Reals | None:
        return np.ones(self._rows) if self._is_false else self._live.ray()

    def _spoilt(self, numbers: Reals) -> Reals:
        if self._solver.lie is not Lie.NOISE:
            return numbers
        return numbers * (1 + self._random.uniform(-0.5, 0.5, len(numbers)))
