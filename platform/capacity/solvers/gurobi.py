"""Gurobi: the solver of those who have a licence of it.

Gurobi is loaded, and its licence opened, with the first model: loading takes a tenth of a second, and a
licence given out over the network may take seconds. The licence inside the `gurobipy` wheel is limited to
2,000 variables and 2,000 constraints, has an end, and is not for production: an installation in production
refuses any licence with that limit, wherever it lies.

Environments are not safe between threads, so models are loaded one at a time; each then has a copy of its
own.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from capacity.solvers.engines import Engine, note
from capacity.solvers.licence import Licence, LicenceKind, users_licence, wheels_licence
from capacity.solvers.port import (
    AddedRows,
    LinearModel,
    LiveModel,
    Numbers,
    Reals,
    SolverRefused,
    Status,
)

TOLERANCE: Final = 1e-9
"""Feasibility and optimality tolerance, the tightest Gurobi takes."""
SIZE_LIMIT: Final = 2_000
"""Variables, and linear constraints, that the licence inside the wheel allows."""
SERVER_TIMEOUT_S: Final = 5
"""How long a token server or the web licence service may take to answer."""
ENDLESS: Final = 99_990_000
"""Licences that end on this date (as YYYYMMDD) or later have no end."""


class Gurobi:
    """Gurobi behind the port; raises SolverRefused from `load` where there is no licence for the model."""

    name = "Gurobi"

    def __init__(self, licence: Licence | None = None, *, allows_size_limited: bool = True) -> None:
        self.licence = licence or users_licence() or wheels_licence()
        self._allows_size_limited = allows_size_limited
        self._environment: Any = None
        self._opening = threading.Lock()
        self.is_size_limited = self.licence.kind is LicenceKind.SIZE_LIMITED
        self.ends_on: date | None = None
        """The last day of the licence, once it has been opened; None where it has no end."""

    @property
    def version(self) -> str:
        """The version of the library installed."""
        return engine().version

    @property
    def is_open(self) -> bool:
        """Whether the licence has been opened."""
        return self._environment is not None

    def open(self) -> None:
        """Open the licence, if it is not open yet; raises SolverRefused."""
        with self._opening:
            if self._environment is None:
                self._environment = self._opened()

    def close(self) -> None:
        """Forget the licence opened: the next model opens it anew. Models loaded before stay as they are."""
        self._environment = None

    def fits(self, model: LinearModel) -> bool:
        """Return whether the licence allows a model of this size; a row takes a variable of ours too."""
        rows = len(model.row_lower)
        return not self.is_size_limited or rows + len(model.costs) <= SIZE_LIMIT

    def load(self, model: LinearModel) -> LiveModel:
        """Return `model`, held by Gurobi."""
        self.open()
        with self._opening, _refusing():
            environment = self._environment or self._opened()
            return _LiveGurobi(environment, model)

    def _opened(self) -> Any:
        parameters: dict[str, Any] = {
            **self.licence.parameters,
            "OutputFlag": 0,
            "Threads": 1,
            "FeasibilityTol": TOLERANCE,
            "OptimalityTol": TOLERANCE,
            "IntFeasTol": TOLERANCE,
            "DualReductions": 0,
            "InfUnbdInfo": 1,
        }
        if self.licence.kind is LicenceKind.NETWORKED:
            parameters["ServerTimeout"] = SERVER_TIMEOUT_S
        try:
            gurobipy = _library()
        except ImportError as error:
            raise SolverRefused(f"Gurobi cannot be loaded: {error}") from error
        with _refusing():
            environment = gurobipy.Env(params=parameters)
            self.is_size_limited, self.ends_on = _limits_of(environment)
        if self.is_size_limited and not self._allows_size_limited:
            environment.dispose()
            raise SolverRefused(f"the Gurobi licence ({self.licence.place}) is limited in size")
        return environment


class _LiveGurobi:
    def __init__(self, environment: Any, model: LinearModel) -> None:
        import scipy.sparse  # noqa: PLC0415  (loaded with this solver only)

        matrix = scipy.sparse.csc_array(
            (model.values, model.rows, model.starts), shape=(len(model.row_lower), len(model.costs))
        )
        self._model = _library().Model(env=environment)
        if model.relative_gap is not None:
            self._model.Params.MIPGap = model.relative_gap
        self._columns: Any = self._model.addMVar(
            len(model.costs),
            lb=model.column_lower,
            ub=model.column_upper,
            obj=model.costs,
            vtype=_kinds(model),
        )
        # A row with a range is A x - s = 0 with bounds on s, so that a change of bounds stays warm.
        self._rows: Any = self._model.addMVar(len(model.row_lower), lb=model.row_lower, ub=model.row_upper)
        links = self._model.addConstr(matrix @ self._columns - self._rows == 0)
        self._model.update()
        self._links: list[Any] = links.tolist()

    def set_row_bounds(self, rows: Numbers, lower: Reals, upper: Reals) -> None:
        """See the port."""
        chosen = self._rows[rows]
        with _refusing():
            chosen.LB, chosen.UB = lower, upper

    def set_column_bounds(self, columns: Numbers, lower: Reals, upper: Reals) -> None:
        """See the port."""
        chosen = self._columns[columns]
        with _refusing():
            chosen.LB, chosen.UB = lower, upper

    def set_costs(self, columns: Numbers, costs: Reals) -> None:
        """See the port."""
        with _refusing():
            self._columns[columns].Obj = costs

    def set_coefficients(self, rows: Numbers, columns: Numbers, values: Reals) -> None:
        """See the port."""
        with _refusing():
            for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
                self._model.chgCoeff(self._links[row], self._columns[column].item(), value)

    def add_rows(self, added: AddedRows) -> None:
        """See the port."""
        import scipy.sparse  # noqa: PLC0415  (loaded with this solver only)

        matrix = scipy.sparse.csr_array(
            (added.values, added.columns, added.starts), shape=(len(added.row_lower), self._columns.size)
        )
        with _refusing():
            rows = self._model.addMVar(len(added.row_lower), lb=added.row_lower, ub=added.row_upper)
            links = self._model.addConstr(matrix @ self._columns - rows == 0)
            self._model.update()
            self._rows = _library().concatenate((self._rows, rows))
            self._links += links.tolist()

    def run(self, seconds: float) -> Status:
        """See the port."""
        with _refusing():
            self._model.Params.TimeLimit = max(seconds, 0.0)
            self._model.optimize()
            ended = self._model.Status
        note(engine())
        if ended not in _statuses():
            raise SolverRefused(f"Gurobi ended with status {ended}")
        return _statuses()[ended]

    def values(self) -> Reals:
        """See the port."""
        with _refusing():
            return np.asarray(self._columns.X, dtype=np.float64)

    def row_duals(self) -> Reals:
        """See the port."""
        with _refusing():
            return np.array(self._model.getAttr("Pi", self._links), dtype=np.float64)

    def objective(self) -> float:
        """See the port."""
        with _refusing():
            return float(self._model.ObjVal)

    def bound(self) -> float:
        """See the port."""
        with _refusing():
            return float(self._model.ObjBound)

    def has_values(self) -> bool:
        """See the port."""
        return bool(self._model.SolCount)

    def ray(self) -> Reals | None:
        """See the port."""
        try:
            with _refusing():
                # Gurobi's weights prove by the opposite sign: they demand what the columns exceed.
                weights: Reals = -np.array(self._model.getAttr("FarkasDual", self._links), dtype=np.float64)
        except SolverRefused:
            return None
        return weights if np.isfinite(weights).all() and weights.any() else None


@cache
def engine() -> Engine:
    """Return Gurobi as it is installed; the library is not loaded for that."""
    return Engine(Gurobi.name, version("gurobipy"))


def _library() -> Any:
    """Load Gurobi, a tenth of a second that only those pay who use it."""
    import gurobipy  # noqa: PLC0415

    return gurobipy


@contextmanager
def _refusing() -> Iterator[None]:
    """Raise SolverRefused for what Gurobi or its licence declines."""
    try:
        yield
    except (_library().GurobiError, AttributeError) as error:
        raise SolverRefused(f"Gurobi: {error}") from error


@cache
def _statuses() -> dict[int, Status]:
    names = _library().GRB
    return {
        names.OPTIMAL: Status.OPTIMAL,
        names.INFEASIBLE: Status.INFEASIBLE,
        names.TIME_LIMIT: Status.UNFINISHED,
    }


def _limits_of(environment: Any) -> tuple[bool, date | None]:
    """Return whether the licence is limited in size, by trying, and its last day."""
    gurobipy = _library()
    with gurobipy.Model(env=environment) as model:
        ends = int(model.LicenseExpiration)
        model.addMVar(SIZE_LIMIT + 1, ub=1.0)
        try:
            model.optimize()
            is_limited = False
        except gurobipy.GurobiError as error:
            if error.errno != gurobipy.GRB.Error.SIZE_LIMIT_EXCEEDED:
                raise
            is_limited = True
    is_endless = not 0 < ends < ENDLESS
    return is_limited, None if is_endless else datetime.strptime(str(ends), "%Y%m%d").date()


def _kinds(model: LinearModel) -> Any:
    names = _library().GRB
    if model.is_integer is None:
        return names.CONTINUOUS
    return np.where(model.is_integer, names.INTEGER, names.CONTINUOUS)
