from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from capacity.rights.balance import Segment, balance
from capacity.rights.errors import RightsExceeded
from capacity.rights.model import Firmness, Movement, MovementCause, Route
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId

CONTRACT = ContractId(UUID(int=1))
PATH = Route("r", "d")


def january(start: int, end: int) -> Period:
    return Period(date(2027, 1, start), date(2027, 1, end))


def movement(quantity: int, start: int, end: int, route: Route = PATH) -> Movement:
    return Movement(
        network_id=NetworkId(UUID(int=2)),
        contract_id=CONTRACT,
        holder_id=PartyId(UUID(int=3)),
        route=route,
        firmness=Firmness.FIRM,
        period=january(start, end),
        quantity=quantity,
        cause=MovementCause.BOOKING,
        cause_id=UUID(int=4),
    )


def held(*movements: Movement) -> Sequence[Segment]:
    return balance(movements).get((PATH, Firmness.FIRM), ())


def test_a_release_of_part_of_the_days_leaves_three_segments() -> None:
    assert held(movement(100, 1, 31), movement(-15, 10, 20)) == (
        Segment(january(1, 10), 100),
        Segment(january(10, 20), 85),
        Segment(january(20, 31), 100),
    )


def test_what_is_all_passed_on_leaves_a_gap() -> None:
    assert held(movement(100, 1, 31), movement(-100, 10, 20)) == (
        Segment(january(1, 10), 100),
        Segment(january(20, 31), 100),
    )


def test_what_comes_back_closes_the_segments() -> None:
    assert held(movement(100, 1, 31), movement(-15, 10, 20), movement(15, 10, 20)) == (
        Segment(january(1, 31), 100),
    )


def test_routes_are_kept_apart_and_in_order() -> None:
    found = balance([movement(5, 1, 2), movement(7, 1, 2, Route(None, "d"))])

    assert [route for route, _ in found] == [Route(None, "d"), PATH]


def test_the_refusal_names_route_days_and_units() -> None:
    with pytest.raises(RightsExceeded) as refused:
        raise RightsExceeded(CONTRACT, PATH, [Segment(january(1, 3), 1500)])

    assert refused.value.message == (
        f"contract {CONTRACT} does not hold that much on r → d: "
        "1,500 units are missing on 2027-01-01 to 2027-01-02"
    )
