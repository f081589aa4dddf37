"""The solver port: a linear programme kept alive, on which a check changes a few bounds.

Models minimise. A model with integer columns is a mixed-integer programme; it has no duals and no ray. A live
model belongs to one thread at a time; solvers release the interpreter lock while they run, so that several
live models may run in several threads. A run that ends notes its engine (`capacity.solvers.engines`).

An answer is a solver's word. What is made of it must not rest on that: certificates are counted again.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """Minimise costs · x with row_lower ≤ A x ≤ row_upper and column_lower ≤ x ≤ column_upper.

    costs, column_lower, column_upper : float64 (columns,)
    row_lower, row_upper : float64 (rows,)
    starts, rows, values : A by columns; int32 (columns + 1,), int32 and float64 (non-zeros,)
    is_integer : bool (columns,), the columns that take whole values only; None: none does
    relative_gap : how far from the best, as a share of it, whole values may be; None: as the solver has it
    """

    costs: Reals
    column_lower: Reals
    column_upper: Reals
    row_lower: Reals
    row_upper: Reals
    starts: Numbers
    rows: Numbers
    values: Reals
    is_integer: NDArray[np.bool_] | None = None
    relative_gap: float | None = None

    def with_rows(self, added: "AddedRows") -> "LinearModel":
        """Return this model with more rows after its own."""
        columns = np.repeat(np.arange(len(self.costs), dtype=np.int32), np.diff(self.starts))
        own = len(self.row_lower)
        rows = np.repeat(np.arange(own, own + len(added.row_lower), dtype=np.int32), np.diff(added.starts))
        of_columns = np.concatenate([columns, added.columns])
        by_column = np.argsort(of_columns, kind="stable")
        counts = np.bincount(of_columns, minlength=len(self.costs))
        return replace(
            self,
            row_lower=np.concatenate([self.row_lower, added.row_lower]),
            row_upper=np.concatenate([self.row_upper, added.row_upper]),
            starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            rows=np.concatenate([self.rows, rows])[by_column].astype(np.int32),
            values=np.concatenate([self.values, added.values])[by_column],
        )


@dataclass(frozen=True, slots=True, eq=False)
class AddedRows:
    """Rows to be added to a model: row_lower ≤ A x ≤ row_upper.

    row_lower, row_upper : float64 (rows,)
    starts, columns, values : A by rows; int32 (rows + 1,), int32 and float64 (non-zeros,)
    """

    row_lower: Reals
    row_upper: Reals
    starts: Numbers
    columns: Numbers
    values: Reals


class Status(StrEnum):
    """How a run ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNFINISHED = "unfinished"


class LiveModel(Protocol):
    """A model held by a solver between runs, warm from the last."""

    def set_row_bounds(self, rows: Numbers, lower: Reals, upper: Reals) -> None:
        """Change the bounds of the given rows."""
        ...

    def set_column_bounds(self, columns: Numbers, lower: Reals, upper: Reals) -> None:
        """Change the bounds of the given columns."""
        ...

    def set_costs(self, columns: Numbers, costs: Reals) -> None:
        """Change the costs of the given columns."""
        ...

    def set_coefficients(self, rows: Numbers, columns: Numbers, values: Reals) -> None:
        """Change single entries of A."""
        ...

    def add_rows(self, added: AddedRows) -> None:
        """Add rows after those that are there; the next run starts from the last basis all the same."""
        ...

    def run(self, seconds: float) -> Status:
        """Solve for at most `seconds`; raises SolverRefused where the solver or its licence declines."""
        ...

    def values(self) -> Reals:
        """Return the columns' values, float64 (columns,), of the last OPTIMAL run."""
        ...

    def row_duals(self) -> Reals:
        """Return the change of the least cost per unit of each row's bound, float64 (rows,), likewise."""
        ...

    def objective(self) -> float:
        """Return the least cost, likewise."""
        ...

    def bound(self) -> float:
        """Return what no solution costs less than, as far as the last run of a mixed-integer model came."""
        ...

    def has_values(self) -> bool:
        """Return whether the last run, OPTIMAL or UNFINISHED, left a feasible solution in `values`."""
        ...

    def ray(self) -> Reals | None:
        """Return why the last, INFEASIBLE run of a linear model was: weights y, float64 (rows,).

        Over the columns' bounds, y · A x stays below what y · (row bounds) demands: where y_r > 0 the row's
        lower bound counts, where y_r < 0 its upper. None where the solver gives no such weights.
        """
        ...


class Solver(Protocol):
    """A solver that can hold models."""

    @property
    def name(self) -> str:
        """The name under which verdicts cite it."""
        ...

    @property
    def version(self) -> str:
        """Its version."""
        ...

    def load(self, model: LinearModel) -> LiveModel:
        """Return `model`, held by this solver; raises SolverRefused where there is no licence for it."""
        ...


class SolverRefused(Exception):
    """The solver or its licence declined the model, or it ended in a state that proves nothing."""
