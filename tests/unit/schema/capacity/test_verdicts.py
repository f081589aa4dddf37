"""What a refusal for lack of pressure says, in words and in the API."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import FeasibleQuantity, Limit, LimitKind, PressureShortage
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.hydraulics.physics.state import Shortage
from capacity.networks.policy import Level
from capacity.rights.model import Route
from linepack.gasday import Period
from linepack.ids import RevisionId
from market.errors import CapacityExhausted
from schema.capacity import verdicts
from schema.market.booking import CapacityExhaustedProblem

MONTH = Period(date(2027, 1, 1), date(2027, 2, 1))
TEXT = "S12 would have 38.5 bar and needs 41 bar: 2.5 bar are missing, lost on pipe P7"
SHORTAGE = Shortage("S12", 38.5, 41.0, 2.5, "P7", TEXT)


def refused() -> Verdict:
    return Verdict(
        request=Request(Route(None, "S12"), 500, MONTH),
        outcome=Outcome.INFEASIBLE,
        level=Level.HYDRAULIC,
        revision_id=RevisionId(UUID(int=1)),
        rights_version=7,
        solver="HiGHS",
        solver_version="1",
        model_hash="",
        decided_at=datetime(2026, 11, 1, tzinfo=UTC),
        largest=(FeasibleQuantity(MONTH, 420, 450, Limit(LimitKind.PRESSURE, TEXT)),),
        largest_throughout=420,
        bound_throughout=450,
        shortages=(PressureShortage((MONTH,), SHORTAGE),),
    )


def test_a_refusal_for_lack_of_pressure_says_node_and_missing_bar_in_words() -> None:
    problem = CapacityExhausted(refused())
    assert problem.message == (
        f"500 of firm capacity hub → S12 is not available over {MONTH}; "
        f"420 was verified throughout in time, capacities allow 450: {TEXT}"
    )


@pytest.mark.parametrize(
    ("verified", "bound", "words"),
    [
        (0, 450, "; none was verified throughout in time, capacities allow 450: "),
        (0, 0, "; none is throughout: "),
        (420, 420, "; at most 420 throughout: "),
    ],
)
def test_a_refusal_tells_none_from_none_verified_in_time(verified: int, bound: int, words: str) -> None:
    verdict = replace(refused(), largest_throughout=verified, bound_throughout=bound)
    assert words in CapacityExhausted(verdict).message


def test_a_refusal_for_lack_of_pressure_shows_its_figures() -> None:
    problem = CapacityExhaustedProblem.of(CapacityExhausted(refused()))
    [shortage] = problem.shortages
    assert (shortage.node_code, shortage.pressure_bar, shortage.limit_bar) == ("S12", 38.5, 41.0)
    assert (shortage.missing_bar, shortage.limiting_edge, shortage.text) == (2.5, "P7", TEXT)
    assert [(period.start, period.days) for period in shortage.periods] == [(MONTH.start, 31)]
    assert (problem.bottlenecks, problem.largest_throughout) == ([], 420)
    [november] = problem.largest
    assert (november.quantity, november.bound, november.missing) == (420, 450, 80)
    assert november.limit is not None
    assert (november.limit.kind, november.limit.text) == (LimitKind.PRESSURE, TEXT)
    assert problem.verdict.shortages == problem.shortages


def test_a_verdict_below_the_level_demanded_shows_both() -> None:
    sold = replace(refused(), outcome=Outcome.FEASIBLE, level=Level.ROBUST, demanded_level=Level.HYDRAULIC)
    shown = verdicts.Verdict.of(sold)
    assert (shown.level, shown.demanded_level) == (Level.ROBUST, Level.HYDRAULIC)
