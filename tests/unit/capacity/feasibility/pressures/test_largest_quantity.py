"""The search for the largest verified quantity, by a clock of its own.

As measured on the demo's GasLib-40: a state is found in 4 ms where there is one, and nothing is found in the
whole time of a look where there is none.
"""

from dataclasses import dataclass, field

import pytest
from tests.unit.capacity.feasibility.samples import ONE_DAY, network

from capacity.feasibility.flow.flow_network import compile_network
from capacity.feasibility.flow.load_cases import LoadCase, RouteTable, load_cases
from capacity.feasibility.pressures.largest_quantity import largest_verified
from capacity.networks.overlays import segments
from capacity.rights.model import Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.deadline import Deadline, LimitReached

FOUND_S = 0.004
ALONG = Route("in", "out")


@dataclass
class Trials:
    """Each day has room for so many units; offers are what the programme would find, or nothing."""

    room: dict[int, int]
    has_offers: bool = True
    now: float = 0.0
    asked: list[int] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def is_verified(self, day: LoadCase, deadline: Deadline) -> bool:
        quantity = int(day.quantities[0])
        self.asked.append(quantity)
        if quantity <= self.room[day.capacities.upper[0]]:
            self.now += FOUND_S
            return True
        self.now += deadline.left()
        return False

    def offered(self, day: LoadCase, row: int, most: int, deadline: Deadline) -> int:
        self.now += deadline.left()
        left = self.room[day.capacities.upper[0]] - int(day.quantities[row])
        return min(left, most) if self.has_offers else 0


def days(*capacities: int) -> list[LoadCase]:
    """One day stack for each capacity, without rights; the capacity tells the days apart."""
    found = []
    for capacity in capacities:
        of = network({"in": "in", "out": "out"}, [("in", "out", capacity, 0)])
        compiled = compile_network(of)
        [day] = load_cases(compiled, RightsSnapshot().table(ONE_DAY), segments(of, (), ONE_DAY), [ALONG])
        assert isinstance(day.table, RouteTable)
        found.append(day)
    return found


@pytest.mark.parametrize("has_offers", [True, False])
def test_much_is_verified_on_eight_days_in_two_seconds(has_offers: bool) -> None:
    capacities = range(1, 9)
    trials = Trials({capacity: 1_500_000 + capacity for capacity in capacities}, has_offers)

    found = largest_verified(trials, days(*capacities), 0, 3_137_297, Deadline(2.0, trials.clock))

    assert found <= 1_500_001
    assert found >= 1_500_001 * (0.99 if has_offers else 0.75)


def test_all_that_was_asked_is_found_at_the_first_look() -> None:
    trials = Trials({5: 100})
    assert largest_verified(trials, days(5), 0, 80, Deadline(2.0, trials.clock)) == 80
    assert trials.asked == [80]


def test_what_is_known_is_not_looked_at_again_and_never_lost() -> None:
    trials = Trials({5: 10})
    assert largest_verified(trials, days(5), 0, 80, Deadline(0.3, trials.clock), known=10) == 10
    assert min(trials.asked) > 10


def test_out_of_time_before_any_was_verified_is_not_none() -> None:
    trials = Trials({5: 0})
    with pytest.raises(LimitReached):
        largest_verified(trials, days(5), 0, 10**9, Deadline(1.0, trials.clock))


def test_none_is_found_where_not_one_unit_is_verified() -> None:
    trials = Trials({5: 0})
    assert largest_verified(trials, days(5), 0, 3, Deadline(60.0, trials.clock)) == 0


@pytest.mark.parametrize(("room", "limit"), [(1, 2), (1, 3), (2, 3), (1, 11)])
def test_of_few_units_each_is_looked_at(room: int, limit: int) -> None:
    trials = Trials({5: room}, has_offers=False)
    assert largest_verified(trials, days(5), 0, limit, Deadline(60.0, trials.clock)) == room
