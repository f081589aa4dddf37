"""A linear or mixed-integer programme written down column by column and row by row, in the planner's words.

A row or an upper bound that the planner could change has words ("Bern gets 60"); a law that holds whatever is
planned, as a balance, has none. Why a programme has no solution is told in these words (`explanation`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np
from scipy.sparse import csc_array

from capacity.solvers.port import LinearModel, Reals, Solver, SolverRefused, Status

Terms = Iterable[tuple[int, float]]
"""Columns with their coefficients."""


@dataclass(frozen=True, slots=True)
class Column:
    """A quantity to be found: lower ≤ x ≤ upper, at `cost` a unit; `words` name its upper bound."""

    lower: float
    upper: float
    cost: float
    is_integer: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """lower ≤ Σ coefficient · x ≤ upper."""

    terms: Sequence[tuple[int, float]]
    lower: float
    upper: float
    words: str = ""


@dataclass(frozen=True, eq=False)
class Solution:
    """What a solver found, and what it says about it.

    values : float64 (columns,); duals : float64 (rows,), the change of the cost per unit of each row's bound,
        empty with integer columns
    bound : no solution costs less
    """

    values: Reals
    duals: Reals
    cost: float
    bound: float


@dataclass(eq=False)
class Programme:
    """Minimise the cost of the columns subject to the rows."""

    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    relative_gap: float | None = None

    def column(
        self,
        lower: float = 0.0,
        upper: float = inf,
        cost: float = 0.0,
        *,
        is_integer: bool = False,
        words: str = "",
    ) -> int:
        """Add a column and return its number."""
        self.columns.append(Column(lower, upper, cost, is_integer, words))
        return len(self.columns) - 1

    def row(self, terms: Terms, lower: float = -inf, upper: float = inf, words: str = "") -> int:
        """Add a row and return its number; terms of the same column add up."""
        self.rows.append(Row(tuple(terms), lower, upper, words))
        return len(self.rows) - 1

    def model(self) -> LinearModel:
        """Return the programme as solvers take it."""
        places = [(number, *term) for number, row in enumerate(self.rows) for term in row.terms]
        of_rows, of_columns, values = zip(*places, strict=True) if places else ((), (), ())
        matrix = csc_array(
            (np.array(values, dtype=np.float64), (np.array(of_rows, int), np.array(of_columns, int))),
            shape=(len(self.rows), len(self.columns)),
        )
        matrix.sum_duplicates()
        is_integer = np.array([column.is_integer for column in self.columns], dtype=np.bool_)
        return LinearModel(
            costs=np.array([column.cost for column in self.columns], dtype=np.float64),
            column_lower=np.array([column.lower for column in self.columns], dtype=np.float64),
            column_upper=np.array([column.upper for column in self.columns], dtype=np.float64),
            row_lower=np.array([row.lower for row in self.rows], dtype=np.float64),
            row_upper=np.array([row.upper for row in self.rows], dtype=np.float64),
            starts=matrix.indptr.astype(np.int32),
            rows=matrix.indices.astype(np.int32),
            values=matrix.data,
            is_integer=is_integer if is_integer.any() else None,
            relative_gap=self.relative_gap,
        )

    def solved(self, solver: Solver, seconds: float) -> Solution | None:
        """Return the best solution found in that time, None where there is none at all.

        Raises SolverRefused where the time ended before a solution was found.
        """
        model = self.model()
        live = solver.load(model)
        status = live.run(seconds)
        if status is Status.INFEASIBLE:
            return None
        if status is Status.UNFINISHED and (model.is_integer is None or not live.has_values()):
            raise SolverRefused(f"no solution was found within {seconds:g} seconds")
        duals = live.row_duals() if model.is_integer is None else np.empty(0)
        values = live.values()
        return Solution(values, duals, float(model.costs @ values), live.bound())

    def relaxed(self) -> "Programme":
        """Return the programme in which every column may take any value between its bounds."""
        return Programme([replace(one, is_integer=False) for one in self.columns], self.rows)
