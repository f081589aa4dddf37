from datetime import date, timedelta
from uuid import UUID

import pytest

from capacity.rights.model import Firmness, Movement, MovementCause, Route, RouteKind
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId

FIRST = date(2027, 1, 1)
PATH, ENTRY, EXIT = Route("r", "d"), Route("r", None), Route(None, "d")


def days(start: int, end: int) -> Period:
    return Period(FIRST + timedelta(days=start), FIRST + timedelta(days=end))


def movement(
    route: Route, quantity: int, period: Period, sequence: int = 0, firmness: Firmness = Firmness.FIRM
) -> Movement:
    return Movement(
        NetworkId(UUID(int=1)),
        ContractId(UUID(int=2)),
        PartyId(UUID(int=3)),
        route,
        firmness,
        period,
        quantity,
        MovementCause.BOOKING,
        UUID(int=4),
        sequence,
    )


def test_equal_days_are_one_stack_with_all_their_periods() -> None:
    snapshot = RightsSnapshot().apply(
        [movement(PATH, 100, days(0, 10), 1), movement(ENTRY, 30, days(4, 6), 2)]
    )

    assert snapshot.stacks(days(0, 12)) == [
        ((days(0, 4), days(6, 10)), {PATH: 100}),
        ((days(4, 6),), {ENTRY: 30, PATH: 100}),
        ((days(10, 12),), {}),
    ]
    assert snapshot.version == 2


def test_a_snapshot_does_not_change_when_another_is_made_from_it() -> None:
    before = RightsSnapshot().apply([movement(PATH, 100, days(0, 10), 1)])
    after = before.apply([movement(PATH, -40, days(2, 4), 2), movement(EXIT, 5, days(0, 1), 3)])

    assert before.stacks(days(0, 10)) == [((days(0, 10),), {PATH: 100})]
    assert after.stack(FIRST + timedelta(days=3)) == {PATH: 60}
    assert (before.version, after.version) == (1, 3)


def test_a_movement_that_is_only_tried_leaves_the_version_alone() -> None:
    snapshot = RightsSnapshot(7).apply([movement(PATH, 1, days(0, 1))])

    assert snapshot.version == 7
    assert snapshot.stack(FIRST) == {PATH: 1}


def test_rights_given_back_in_full_leave_nothing_behind() -> None:
    snapshot = RightsSnapshot().apply(
        [movement(PATH, 100, days(0, 10), 1), movement(PATH, -100, days(0, 10), 2)]
    )

    assert snapshot.stacks(days(0, 10)) == [((days(0, 10),), {})]
    assert snapshot.booked(PATH, days(0, 10), Firmness.FIRM) == [(days(0, 10), 0)]


def test_firm_and_interruptible_rights_are_kept_apart() -> None:
    snapshot = RightsSnapshot().apply(
        [
            movement(PATH, 100, days(0, 10), 1),
            movement(PATH, 70, days(5, 10), 2, Firmness.INTERRUPTIBLE),
        ]
    )

    assert snapshot.stacks(days(0, 10)) == [((days(0, 10),), {PATH: 100})]
    assert snapshot.stacks(days(0, 10), Firmness.INTERRUPTIBLE) == [
        ((days(0, 5),), {}),
        ((days(5, 10),), {PATH: 70}),
    ]
    assert snapshot.booked(PATH, days(3, 7), Firmness.INTERRUPTIBLE) == [(days(3, 5), 0), (days(5, 7), 70)]


def test_routes_come_in_one_order_whatever_the_order_of_booking() -> None:
    routes = [PATH, EXIT, ENTRY, Route("a", "d")]
    snapshot = RightsSnapshot().apply([movement(route, 1, days(0, 1)) for route in routes])

    assert snapshot.table(days(0, 1)).routes == (EXIT, Route("a", "d"), ENTRY, PATH)
    assert list(snapshot.stack(FIRST)) == [EXIT, Route("a", "d"), ENTRY, PATH]


def test_a_hundred_thousand_movements_are_summed_route_by_route() -> None:
    movements = [movement(Route(f"r{i % 20}", "d"), 1, days(i % 360, i % 360 + 5), i) for i in range(100_000)]

    snapshot = RightsSnapshot().apply(movements)
    by_one = snapshot.apply([movement(PATH, 1, days(0, 5), 100_001)])

    assert sum(snapshot.stack(FIRST + timedelta(days=100)).values()) > 0
    assert by_one.version == 100_001


@pytest.mark.parametrize(
    ("route", "kind", "words"),
    [(PATH, RouteKind.PATH, "r → d"), (ENTRY, RouteKind.ENTRY, "r → hub"), (EXIT, RouteKind.EXIT, "hub → d")],
)
def test_a_route_says_what_it_is(route: Route, kind: RouteKind, words: str) -> None:
    assert (route.kind, str(route)) == (kind, words)


@pytest.mark.parametrize("ends", [(None, None), ("r", "r")])
def test_a_route_without_two_ends_is_none(ends: tuple[str | None, str | None]) -> None:
    with pytest.raises(ValueError, match="a route needs"):
        Route(*ends)
