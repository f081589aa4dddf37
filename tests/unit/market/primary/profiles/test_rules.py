"""What makes a profile: parts that ask for one quantity on each gas day of a route."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from capacity.rights.model import Firmness
from linepack.ids import NetworkId
from market.primary.commands import CapacityRequest
from market.primary.profiles.rules import PARTS_MAX, profile_faults

NETWORK = NetworkId(UUID(int=1))


def part(first: int, last: int, **changes: Any) -> CapacityRequest:
    """A part from one month of 2027 up to another."""
    stated: dict[str, Any] = {"receipt": "a", "delivery": "x", "quantity": 5, **changes}
    start, end = date(2027, first, 1), date(2027, last, 1)
    return CapacityRequest(network_id=NETWORK, start=start, end=end, **stated)


@pytest.mark.parametrize(
    "other",
    [
        part(3, 4),
        part(2, 3, delivery="y"),
        part(2, 3, receipt=None),
        part(2, 3, firmness=Firmness.INTERRUPTIBLE),
    ],
)
def test_parts_may_follow_each_other_or_differ_in_route_or_firmness(other: CapacityRequest) -> None:
    assert list(profile_faults([part(1, 3), other])) == []


@pytest.mark.parametrize("other", [part(1, 3), part(2, 3), part(2, 12), part(1, 2)])
def test_a_gas_day_of_a_route_has_one_quantity(other: CapacityRequest) -> None:
    [fault] = profile_faults([part(1, 3), other])
    assert fault.path == ("parts", "1", "start")
    assert "part 0" in fault.message


def test_every_pair_that_overlaps_is_a_fault() -> None:
    assert [fault.path[1] for fault in profile_faults([part(1, 4), part(2, 5), part(3, 6)])] == [
        "1",
        "2",
        "2",
    ]


@pytest.mark.parametrize("count", [0, PARTS_MAX + 1])
def test_a_profile_has_some_parts_and_not_too_many(count: int) -> None:
    assert [fault.place for fault in profile_faults([part(1, 2)] * count)] == ["parts"]
