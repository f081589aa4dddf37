"""The solver that chooses: Gurobi where there is a licence for the model, HiGHS otherwise.

A licence counts that the user has (`capacity.solvers.licence`), in development also the size-limited one
inside the wheel for models that it fits. One of this machine is opened with the first model. One given out
over the network is opened in a thread of its own, and only the first model waits for it, a little: nothing
that is asked waits for a licence server that is away. What fails is said once in the log, and tried again
after `RETRY_S`.

Where Gurobi fails in the middle, its model goes to HiGHS as it stands and stays there: same question, same
checks, hence the same verdict.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

import numpy as np

from capacity.solvers.engines import Engine
from capacity.solvers.gurobi import SIZE_LIMIT, Gurobi
from capacity.solvers.highs import Highs
from capacity.solvers.licence import LicenceKind
from capacity.solvers.port import (
    AddedRows,
    LinearModel,
    LiveModel,
    Numbers,
    Reals,
    Solver,
    SolverRefused,
    Status,
)
from linepack.monitoring.logging import logger

FIRST_WAIT_S: Final = 2.0
"""How long the first model waits for a licence that is given out over the network."""
RETRY_S: Final = 60.0
"""How long a licence that could not be opened, or failed, is left alone."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Standing:
    """Which solver gets the next model, and why; `licence` and `ends_on` are Gurobi's, if it has one."""

    engine: Engine
    reason: str
    licence: str = ""
    ends_on: date | None = None


class Automatic:
    """Gurobi or HiGHS behind the port; see the module docstring. Safe between threads."""

    def __init__(
        self,
        gurobi: Gurobi | None,
        otherwise: Solver | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`gurobi` is None where there is no licence at all."""
        self._gurobi = gurobi
        self._otherwise = otherwise or Highs()
        self._clock = clock
        self._lock = threading.Lock()
        self._opening: threading.Thread | None = None
        self._has_waited = False
        self._failed_at: float | None = None
        self._failure = ""

    @property
    def name(self) -> str:
        """The solver that would get the next model."""
        return self._current.name

    @property
    def version(self) -> str:
        """Its version."""
        return self._current.version

    @property
    def _current(self) -> Solver:
        gurobi = self._gurobi
        return self._otherwise if gurobi is None or self._is_resting or self._is_awaited(gurobi) else gurobi

    @staticmethod
    def _is_awaited(gurobi: Gurobi) -> bool:
        """Return whether a licence over the network has not come yet."""
        return gurobi.licence.kind is LicenceKind.NETWORKED and not gurobi.is_open

    def load(self, model: LinearModel) -> LiveModel:
        """Return `model`, held by Gurobi if it may be, else by HiGHS; raises what HiGHS does."""
        gurobi = self._gurobi
        if gurobi is None or not gurobi.fits(model) or not self._is_ready(gurobi) or not gurobi.fits(model):
            return self._otherwise.load(model)
        try:
            live = gurobi.load(model)
        except SolverRefused as refused:
            self._rest(refused)
            return self._otherwise.load(model)
        self._failed_at, self._failure = None, ""
        return _Replaceable(live, model, self._otherwise, self._rest)

    def standing(self) -> Standing:
        """Return which solver gets the next model, without waiting for anything."""
        gurobi = self._gurobi
        otherwise = Engine(self._otherwise.name, self._otherwise.version)
        if gurobi is None:
            return Standing(otherwise, "no licence of Gurobi was found")
        place = f"{gurobi.licence.place} ({gurobi.licence.kind})"
        if self._failure:
            return Standing(otherwise, self._failure, place, gurobi.ends_on)
        if self._is_awaited(gurobi):
            return Standing(otherwise, "the licence of Gurobi has not been opened yet", place)
        reason = (
            "a licence of Gurobi is open" if gurobi.is_open else "the next model opens a licence of Gurobi"
        )
        if gurobi.is_size_limited:
            reason += f", for models up to {SIZE_LIMIT:,} variables; HiGHS solves larger ones"
        return Standing(Engine(gurobi.name, gurobi.version), reason, place, gurobi.ends_on)

    def open(self) -> None:
        """Open the licence and wait for it, as `linepack doctor` does; what fails is in `standing`."""
        if self._gurobi is not None:
            self._open(self._gurobi)

    @property
    def _is_resting(self) -> bool:
        failed_at = self._failed_at
        return failed_at is not None and self._clock() < failed_at + RETRY_S

    def _is_ready(self, gurobi: Gurobi) -> bool:
        if self._is_resting:
            return False
        if gurobi.is_open:
            return True
        if gurobi.licence.kind is not LicenceKind.NETWORKED:
            self._open(gurobi)
            return gurobi.is_open
        with self._lock:
            if self._opening is None or not self._opening.is_alive():
                self._opening = threading.Thread(target=self._open, args=(gurobi,), daemon=True)
                self._opening.start()
            opening, self._has_waited, is_first = self._opening, True, not self._has_waited
        if is_first:
            opening.join(FIRST_WAIT_S)
        return gurobi.is_open

    def _open(self, gurobi: Gurobi) -> None:
        try:
            gurobi.open()
        except SolverRefused as refused:
            self._rest(refused)

    def _rest(self, refused: SolverRefused) -> None:
        """Leave Gurobi alone for a while, and say why if it was not said before."""
        with self._lock:
            is_new = self._failure != str(refused)
            self._failed_at, self._failure = self._clock(), str(refused)
            if self._gurobi is not None:
                self._gurobi.close()
        if is_new:
            logger.warning("solver_replaced", by=self._otherwise.name, reason=str(refused))


def standing_of(solver: Solver) -> Standing:
    """Return which solver gets the next model of an installation's solver, and why."""
    if isinstance(solver, Automatic):
        return solver.standing()
    return Standing(Engine(solver.name, solver.version), "the settings name it")


class _Replaceable:
    """A model on Gurobi that goes to another solver, with all its changes, when Gurobi refuses."""

    def __init__(
        self,
        live: LiveModel,
        model: LinearModel,
        otherwise: Solver,
        report: Callable[[SolverRefused], None],
    ) -> None:
        self._live = live
        self._otherwise = otherwise
        self._report = report
        self._is_replaced = False
        self._seconds = 0.0
        self._coefficients: dict[tuple[int, int], float] = {}
        self._model = replace(
            model,
            costs=model.costs.astype(np.float64, copy=True),
            column_lower=model.column_lower.astype(np.float64, copy=True),
            column_upper=model.column_upper.astype(np.float64, copy=True),
            row_lower=model.row_lower.astype(np.float64, copy=True),
            row_upper=model.row_upper.astype(np.float64, copy=True),
        )

    def set_row_bounds(self, rows: Numbers, lower: Reals, upper: Reals) -> None:
        """See the port."""
        self._model.row_lower[rows], self._model.row_upper[rows] = lower, upper
        self._change(lambda live: live.set_row_bounds(rows, lower, upper))

    def set_column_bounds(self, columns: Numbers, lower: Reals, upper: Reals) -> None:
        """See the port."""
        self._model.column_lower[columns], self._model.column_upper[columns] = lower, upper
        self._change(lambda live: live.set_column_bounds(columns, lower, upper))

    def set_costs(self, columns: Numbers, costs: Reals) -> None:
        """See the port."""
        self._model.costs[columns] = costs
        self._change(lambda live: live.set_costs(columns, costs))

    def set_coefficients(self, rows: Numbers, columns: Numbers, values: Reals) -> None:
        """See the port."""
        for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
            self._coefficients[row, column] = value
        self._change(lambda live: live.set_coefficients(rows, columns, values))

    def add_rows(self, added: AddedRows) -> None:
        """See the port."""
        self._model = self._model.with_rows(added)
        self._change(lambda live: live.add_rows(added))

    def run(self, seconds: float) -> Status:
        """See the port."""
        if self._is_replaced:
            return self._live.run(seconds)
        self._seconds = seconds
        ends_at = time.monotonic() + seconds
        try:
            return self._live.run(seconds)
        except SolverRefused as refused:
            self._replace(refused)
        return self._live.run(max(ends_at - time.monotonic(), 0.0))

    def values(self) -> Reals:
        """See the port."""
        return self._read(lambda live: live.values())

    def row_duals(self) -> Reals:
        """See the port."""
        return self._read(lambda live: live.row_duals())

    def objective(self) -> float:
        """See the port."""
        return self._read(lambda live: live.objective())

    def bound(self) -> float:
        """See the port."""
        return self._read(lambda live: live.bound())

    def has_values(self) -> bool:
        """See the port."""
        return self._live.has_values()

    def ray(self) -> Reals | None:
        """See the port."""
        return self._live.ray()

    def _change(self, change: Callable[[LiveModel], None]) -> None:
        if self._is_replaced:
            change(self._live)
            return
        try:
            change(self._live)
        except SolverRefused as refused:
            self._replace(refused)

    def _read(self, read: Callable[[LiveModel], T]) -> T:
        """Return what is read of the last run, which is run again where Gurobi does not give it."""
        if self._is_replaced:
            return read(self._live)
        try:
            return read(self._live)
        except SolverRefused as refused:
            self._replace(refused)
        if self._live.run(self._seconds) is Status.INFEASIBLE:
            raise SolverRefused("two solvers differ")
        return read(self._live)

    def _replace(self, refused: SolverRefused) -> None:
        """Hand the model over as it stands."""
        self._report(refused)
        self._live = self._otherwise.load(self._model)
        self._is_replaced = True
        if self._coefficients:
            rows, columns = np.array(list(self._coefficients), dtype=np.int32).T
            values = np.array(list(self._coefficients.values()), dtype=np.float64)
            self._live.set_coefficients(rows, columns, values)
