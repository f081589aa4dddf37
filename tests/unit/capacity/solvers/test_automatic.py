"""Which solver gets a model, and what happens where Gurobi fails: before, at, and in the middle of a solve.

A licence is played by a Gurobi whose opening and runs can be made to fail; where the wheel's own suffices it
is the real one.
"""

import sys
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from capacity.solvers.automatic import FIRST_WAIT_S, RETRY_S, Automatic
from capacity.solvers.choice import solver_named
from capacity.solvers.engines import cited, noted, own_engine
from capacity.solvers.gurobi import SIZE_LIMIT, Gurobi
from capacity.solvers.highs import Highs
from capacity.solvers.licence import Licence, LicenceKind, users_licence, wheels_licence
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

LONG_S = 10.0


def knapsack(columns: int = 2) -> LinearModel:
    """Minimise −Σ x_i with x_i ≤ 10 and Σ x_i ≤ 4: the least cost is −4."""
    return LinearModel(
        costs=np.full(columns, -1.0),
        column_lower=np.zeros(columns),
        column_upper=np.full(columns, 10.0),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([4.0]),
        starts=np.arange(columns + 1, dtype=np.int32),
        rows=np.zeros(columns, dtype=np.int32),
        values=np.ones(columns),
    )


class Breaking(Gurobi):
    """Gurobi under the wheel's licence whose opening or runs fail on demand."""

    def __init__(self, kind: LicenceKind = LicenceKind.LOCAL) -> None:
        super().__init__(wheels_licence())
        self.licence = Licence(kind, "a test's licence")
        self.opening_fails = False
        self.runs_fail = False
        self.reads_fail = False
        self.may_open = threading.Event()
        self.may_open.set()
        self.openings = 0

    def open(self) -> None:
        self.openings += 1
        self.may_open.wait(LONG_S)
        if self.opening_fails:
            raise SolverRefused("Gurobi: the token server is away")
        super().open()

    def load(self, model: LinearModel) -> LiveModel:
        return BreakingLive(super().load(model), self)


@dataclass
class BreakingLive:
    live: LiveModel
    gurobi: Breaking

    def set_row_bounds(self, rows: Numbers, lower: Reals, upper: Reals) -> None:
        self.live.set_row_bounds(rows, lower, upper)

    def set_column_bounds(self, columns: Numbers, lower: Reals, upper: Reals) -> None:
        self.live.set_column_bounds(columns, lower, upper)

    def set_costs(self, columns: Numbers, costs: Reals) -> None:
        self.live.set_costs(columns, costs)

    def set_coefficients(self, rows: Numbers, columns: Numbers, values: Reals) -> None:
        self.live.set_coefficients(rows, columns, values)

    def add_rows(self, added: AddedRows) -> None:
        self.live.add_rows(added)

    def run(self, seconds: float) -> Status:
        if self.gurobi.runs_fail:
            raise SolverRefused("Gurobi: the licence has ended")
        return self.live.run(seconds)

    def values(self) -> Reals:
        if self.gurobi.reads_fail:
            raise SolverRefused("Gurobi: the licence has ended")
        return self.live.values()

    def row_duals(self) -> Reals:
        return self.live.row_duals()

    def objective(self) -> float:
        return self.live.objective()

    def bound(self) -> float:
        return self.live.bound()

    def has_values(self) -> bool:
        return self.live.has_values()

    def ray(self) -> Reals | None:
        return self.live.ray()


def solved(live: LiveModel) -> tuple[float, set[str]]:
    """The least cost, and who worked on it."""
    with noted() as engines:
        assert live.run(LONG_S) is Status.OPTIMAL
    return live.objective(), {engine.name for engine in engines}


def one(number: float) -> Reals:
    return np.array([number])


FIRST = np.array([0], dtype=np.int32)


def test_without_a_licence_highs_solves() -> None:
    solver = Automatic(None)
    assert solved(solver.load(knapsack())) == (pytest.approx(-4), {"HiGHS"})
    assert solver.standing().engine.name == "HiGHS"
    assert "no licence" in solver.standing().reason


def test_the_wheels_licence_solves_what_fits_and_highs_the_rest() -> None:
    solver = Automatic(Gurobi(wheels_licence()))
    assert solver.name == "Gurobi"
    assert "next model opens" in solver.standing().reason
    assert solved(solver.load(knapsack(SIZE_LIMIT - 1))) == (pytest.approx(-4), {"Gurobi"})
    assert solved(solver.load(knapsack(SIZE_LIMIT))) == (pytest.approx(-4), {"HiGHS"})
    standing = solver.standing()
    assert (standing.engine.name, solver.name) == ("Gurobi", "Gurobi")
    assert "2,000 variables" in standing.reason
    assert standing.ends_on is not None
    assert standing.ends_on > date(2027, 1, 1)


def test_production_takes_no_licence_with_that_limit_even_as_the_users_own() -> None:
    gurobi = Gurobi(Licence(LicenceKind.LOCAL, "the wheel's, copied"), allows_size_limited=False)
    solver = Automatic(gurobi)
    assert solved(solver.load(knapsack())) == (pytest.approx(-4), {"HiGHS"})
    assert "limited in size" in solver.standing().reason
    with pytest.raises(SolverRefused, match="limited in size"):
        Gurobi(wheels_licence(), allows_size_limited=False).load(knapsack())


def test_a_users_licence_that_is_limited_takes_no_model_beyond_its_limit() -> None:
    solver = Automatic(Gurobi(Licence(LicenceKind.LOCAL, "the wheel's, copied")))
    assert solved(solver.load(knapsack(SIZE_LIMIT))) == (pytest.approx(-4), {"HiGHS"})
    assert solved(solver.load(knapsack())) == (pytest.approx(-4), {"Gurobi"})


def test_a_licence_that_cannot_be_opened_is_said_once_and_tried_again_later() -> None:
    now = [0.0]
    gurobi = Breaking()
    gurobi.opening_fails = True
    solver = Automatic(gurobi, clock=lambda: now[0])
    with capture_logs() as logs:
        for _ in range(3):
            assert solved(solver.load(knapsack()))[1] == {"HiGHS"}
        now[0] = RETRY_S + 1
        assert solved(solver.load(knapsack()))[1] == {"HiGHS"}
    assert [log["event"] for log in logs] == ["solver_replaced"]
    assert gurobi.openings == 2
    assert solver.standing().reason == "Gurobi: the token server is away"
    gurobi.opening_fails = False
    now[0] += RETRY_S + 1
    assert solved(solver.load(knapsack()))[1] == {"Gurobi"}
    assert solver.standing().engine.name == "Gurobi"
    assert "is open" in solver.standing().reason


def test_no_model_but_the_first_waits_for_a_licence_over_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("capacity.solvers.automatic.FIRST_WAIT_S", 0.01)
    assert FIRST_WAIT_S <= 2
    gurobi = Breaking(LicenceKind.NETWORKED)
    gurobi.may_open.clear()
    solver = Automatic(gurobi)
    assert [solved(solver.load(knapsack()))[1] for _ in range(3)] == [{"HiGHS"}] * 3
    assert gurobi.openings == 1
    assert "not been opened" in solver.standing().reason
    gurobi.may_open.set()
    solver.open()
    assert solved(solver.load(knapsack()))[1] == {"Gurobi"}


def test_a_model_goes_to_highs_as_it_stands_when_gurobi_fails_in_the_middle() -> None:
    gurobi = Breaking()
    solver = Automatic(gurobi)
    live = solver.load(knapsack())
    assert solved(live) == (pytest.approx(-4), {"Gurobi"})
    live.set_row_bounds(FIRST, one(-np.inf), one(12.0))
    live.set_column_bounds(FIRST, one(0.0), one(3.0))
    live.set_costs(FIRST, one(-5.0))
    live.set_coefficients(FIRST, np.array([1], dtype=np.int32), one(2.0))
    gurobi.runs_fail = True
    # x_0 ≤ 3 costs −5 each, and x_0 + 2 x_1 ≤ 12 leaves x_1 = 4.5.
    assert solved(live) == (pytest.approx(-19.5), {"HiGHS"})
    gurobi.runs_fail = False
    live.set_column_bounds(FIRST, one(0.0), one(1.0))
    assert solved(live) == (pytest.approx(-5 - 5.5), {"HiGHS"})


def at_most_one_of_the_first() -> AddedRows:
    """x_0 ≤ 1 and x_0 + x_1 ≤ 3, as rows."""
    return AddedRows(
        row_lower=np.full(2, -np.inf),
        row_upper=np.array([1.0, 3.0]),
        starts=np.array([0, 1, 3], dtype=np.int32),
        columns=np.array([0, 0, 1], dtype=np.int32),
        values=np.ones(3),
    )


@pytest.mark.parametrize("solver", [Highs(), Gurobi(wheels_licence())], ids=lambda solver: solver.name)
def test_rows_are_added_to_a_model_that_has_run(solver: Solver) -> None:
    # Minimise −2 x_0 − x_1 with x_0 + x_1 ≤ 4: (4, 0); with x_0 ≤ 1 and x_0 + x_1 ≤ 3 more, (1, 2).
    live = solver.load(knapsack())
    live.set_costs(FIRST, one(-2.0))
    assert solved(live)[0] == pytest.approx(-8)

    live.add_rows(at_most_one_of_the_first())

    assert solved(live)[0] == pytest.approx(-4)
    assert live.values() == pytest.approx(np.array([1.0, 2.0]))
    assert live.row_duals() == pytest.approx(np.array([0.0, -1.0, -1.0]))
    live.set_row_bounds(np.array([1], dtype=np.int32), one(-np.inf), one(3.0))
    live.set_coefficients(np.array([2], dtype=np.int32), np.array([1], dtype=np.int32), one(2.0))
    # x_0 + 2 x_1 ≤ 3: all of it is best given to x_0.
    assert solved(live)[0] == pytest.approx(-6)


def test_rows_added_before_gurobi_fails_are_part_of_what_highs_takes_over() -> None:
    gurobi = Breaking()
    live = Automatic(gurobi).load(knapsack())
    live.set_costs(FIRST, one(-2.0))
    live.add_rows(at_most_one_of_the_first())
    gurobi.runs_fail = True

    assert solved(live) == (pytest.approx(-4), {"HiGHS"})


def test_what_gurobi_does_not_give_after_a_run_highs_finds() -> None:
    gurobi = Breaking()
    live = Automatic(gurobi).load(knapsack())
    gurobi.reads_fail = True
    assert live.run(LONG_S) is Status.OPTIMAL
    with noted() as engines:
        assert live.values().sum() == pytest.approx(4)
    assert {engine.name for engine in engines} == {"HiGHS"}


def test_models_are_loaded_and_run_by_many_threads_at_once() -> None:
    solver = Automatic(Gurobi(wheels_licence()))
    found: list[float] = []

    def work() -> None:
        live = solver.load(knapsack())
        for most in range(1, 20):
            live.set_row_bounds(FIRST, one(-np.inf), one(float(most)))
            found.append(solved(live)[0] + most)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 * 19
    assert np.abs(found).max() < 1e-6


def test_solvers_are_chosen_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRB_LICENSE_FILE", str(tmp_path / "missing.lic"))
    assert isinstance(solver_named("highs"), Highs)
    assert isinstance(solver_named("gurobi"), Gurobi)
    automatic = solver_named("auto")
    assert solved(automatic.load(knapsack())) == (pytest.approx(-4), {"HiGHS"})
    with pytest.raises(SolverRefused, match=r"missing\.lic"):
        solver_named("gurobi").load(knapsack())
    with pytest.raises(ValueError, match="no solver"):
        solver_named("abacus")


def test_the_platform_itself_is_cited_where_no_solver_ran() -> None:
    with noted() as engines:
        pass
    assert cited(engines) == (own_engine().name, own_engine().version)
    with noted() as outer:
        live = Highs().load(knapsack())
        with noted() as inner:
            live.run(LONG_S)
    assert (len(outer), len(inner)) == (0, 1)


def test_licences_are_found_where_gurobi_looks(tmp_path: Path) -> None:
    home, installed = tmp_path / "home", tmp_path / "opt"
    for folder in (home, installed):
        folder.mkdir()
    environment = {"HOME": str(home)}
    places = (installed,)
    assert users_licence(environment, places) is None
    (home / "gurobi.lic").write_text("TYPE=NODE\nEXPIRATION=2030-01-01\n")
    found = users_licence(environment, places)
    assert found == Licence(LicenceKind.LOCAL, str(home / "gurobi.lic"))
    (installed / "gurobi.lic").write_text("# over the network\nTOKENSERVER=licences.example\n")
    found = users_licence(environment, places)
    assert found == Licence(LicenceKind.NETWORKED, str(installed / "gurobi.lic"))
    named = users_licence({**environment, "GRB_LICENSE_FILE": str(tmp_path / "none.lic")}, places)
    assert named == Licence(LicenceKind.LOCAL, str(tmp_path / "none.lic"))


def test_a_home_that_cannot_be_looked_into_has_no_licence() -> None:
    # A name too long for a file stands for another user's home, which root may look into.
    assert users_licence({"HOME": "/" + 300 * "x"}, ()) is None


def test_where_gurobi_cannot_be_loaded_highs_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gurobipy", None)
    solver = Automatic(Gurobi(wheels_licence()))
    assert solver.load(knapsack()).run(LONG_S) is Status.OPTIMAL
    assert solver.name == "HiGHS"
    assert "Gurobi cannot be loaded" in solver.standing().reason


def test_the_web_licence_service_is_found_in_the_environment_and_its_secret_never_shown() -> None:
    environment = {"GRB_WLSACCESSID": "id", "GRB_WLSSECRET": "confidential", "GRB_LICENSEID": "12"}
    found = users_licence(environment, ())
    assert found is not None
    assert found.kind is LicenceKind.NETWORKED
    assert dict(found.parameters) == {"WLSAccessID": "id", "WLSSecret": "confidential", "LicenseID": 12}
    assert "confidential" not in repr(found)
    assert users_licence({"GRB_WLSACCESSID": "id"}, ()) is None
