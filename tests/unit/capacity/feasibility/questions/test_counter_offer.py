"""What is offered instead of a refused request where pressures allow less, over several kinds of day.

Time passes only when the clock is read, which work does as it goes: a busy machine changes nothing here.
"""

from datetime import timedelta

from tests.unit.capacity.feasibility.samples import NOON, REVISION, days, rights

from capacity.feasibility.levels import Levels
from capacity.feasibility.questions.counter_offer import counter_offer
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import LimitKind
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks.policy import Level, Policy
from capacity.publication import catalogue
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.highs import Highs
from linepack.gasday import Period

NETWORK = catalogue.load("gaslib-40")
WINTER = days(1, 9)
ASKED = Route(None, "sink_12")
SHARE = 0.6
"""Of the published nomination that is sold: capacities leave more beside it than pressures do."""


class ReadingClock:
    """A clock that moves on by as much at every reading."""

    def __init__(self, seconds_a_reading: float) -> None:
        self._step = seconds_a_reading
        self._now = 0.0

    def __call__(self) -> float:
        self._now += self._step
        return self._now


def booked() -> RightsSnapshot:
    """Return rights of which each of eight days has others."""
    sold = []
    for node in NETWORK.nodes:
        quantity = int(abs(node.nomination or 0) * SHARE)
        if quantity:
            route = Route(node.id, None) if node.role.may_enter else Route(None, node.id)
            sold.append((route, 2 * quantity if node.role.may_enter else quantity, WINTER))
    for number, day in enumerate(WINTER):
        one = Period(day, day + timedelta(days=1))
        sold.append((Route(None, "sink_1"), 1_000 * (number + 1), one))
    return rights(*sold)


def refused(*, seconds_a_reading: float) -> Verdict:
    """Return the verdict on more than eight kinds of day can give."""
    own = Verifier(
        NETWORK,
        (),
        Policy(Level.HYDRAULIC),
        Highs(),
        revision_id=REVISION,
        clock=ReadingClock(seconds_a_reading),
    )
    verdict = own.verify(booked(), Request(ASKED, 6_000_000, WINTER), NOON)
    assert verdict.outcome is Outcome.INFEASIBLE
    assert {one.limit.kind for one in verdict.largest if one.limit} == {LimitKind.PRESSURE}
    return verdict


def test_what_is_verified_throughout_is_the_least_of_what_is_verified_for_single_days() -> None:
    verdict = refused(seconds_a_reading=0.001)
    quantities = {one.quantity for one in verdict.largest}

    assert len(quantities) == WINTER.days  # each of the eight days sells something else
    assert verdict.largest_throughout == min(quantities) < verdict.bound_throughout
    assert max(quantities) - min(quantities) < WINTER.days * 1_000


def test_on_a_slow_machine_something_is_verified_throughout_before_time_goes_into_curtailments() -> None:
    verdict = refused(seconds_a_reading=0.003)

    assert 0 < verdict.largest_throughout < verdict.bound_throughout


def test_whenever_time_ends_what_was_found_until_then_is_said() -> None:
    levels = Levels(NETWORK, (), Policy(Level.HYDRAULIC), Highs(), clock=ReadingClock(1.0))
    question = levels.question(booked(), ASKED, WINTER, Firmness.FIRM)

    for readings in range(1, 80):
        found = counter_offer(question, 6_000_000, NETWORK.unit, levels.deadline(readings))

        assert not found.is_complete
        assert found.throughout <= min(one.quantity for one in found.by_period) <= found.bound_throughout
        assert sum(one.period.days for one in found.by_period) == WINTER.days
