"""What a refused shipper is shown instead: other dates and neighbouring points."""

from datetime import date, timedelta
from typing import Any

from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from capacity.rights.model import Firmness, Route
from linepack.gasday import GasDayClock, Period
from linepack.units import CommercialUnit, GasQuality
from market.primary.alternative_search import gain_of, nearby_routes, other_dates, search, shift_window
from market.primary.model import AlternativeKind, Found

TODAY = date(2026, 11, 1)


def day(number: int) -> Any:
    return TODAY + timedelta(number)


def span(first: Any, last: Any) -> Any:
    return Period(day(first), day(last))


def line(*roles: Any) -> Any:
    """Return a network whose nodes n0, n1, … stand in a line."""
    nodes = tuple(Node(f"n{number}", role) for number, role in enumerate(roles))
    edges = tuple(
        Edge(f"e{number}", EdgeKind.PIPE, f"n{number}", f"n{number + 1}", capacity_forward=10)
        for number in range(len(roles) - 1)
    )
    clock = GasDayClock("Europe/Berlin", 6)
    return Network("line", "Line", CommercialUnit.KWH_PER_H, GasQuality(11.2, 0.8), clock, nodes, edges)


def test_other_dates_are_the_nearest_with_room_for_all_and_do_not_overlap() -> None:
    request = Request(Route("a", "b"), 50, span(30, 33))
    room = [(span(0, 20), 60), (span(20, 40), 10), (span(40, 50), 55), (span(50, 60), 40)]
    # Days 0 to 19 and 40 to 49 have room: the nearest starts are day 17, 40, then the far ends 0 and 47.
    assert other_dates(request, room) == (span(40, 43), span(17, 20), span(47, 50))


def test_stretch_that_is_too_short_is_no_alternative() -> None:
    request = Request(Route("a", "b"), 50, span(30, 33))
    assert other_dates(request, [(span(0, 2), 60), (span(2, 60), 10)]) == ()


def test_adjacent_sub_periods_with_room_are_one_stretch() -> None:
    request = Request(Route("a", "b"), 50, span(4, 8))
    assert other_dates(request, [(span(0, 2), 60), (span(2, 4), 50), (span(4, 9), 0)]) == (span(0, 4),)


def test_window_for_other_dates_stays_within_what_is_on_sale() -> None:
    assert shift_window(span(10, 12), Period(TODAY, day(1000))) == span(0, 43)
    assert shift_window(span(40, 42), Period(TODAY, day(50))) == span(9, 50)


def test_nearby_routes_move_one_end_to_the_nearest_fitting_points() -> None:
    roles = [NodeRole.ENTRY, NodeRole.ENTRY, NodeRole.JUNCTION, NodeRole.EXIT, NodeRole.EXIT, NodeRole.ENTRY]
    network = line(*roles)
    assert nearby_routes(network, Route("n0", "n3")) == [
        Route("n1", "n3"),
        Route("n5", "n3"),
        Route("n0", "n4"),
    ]
    assert nearby_routes(network, Route(None, "n4")) == [Route(None, "n3")]


class Rooms:
    """Finds 70 interruptible everywhere, 30 firm from n1, and nothing else; nothing at all out of time."""

    def __init__(self, has_time: Any = True) -> None:
        self._has_time = has_time

    def largest(self, route: Any, period: Period, firmness: Any, at_most: int) -> Any:
        return [(period, self.throughout(route, period, firmness, at_most))] if self._has_time else []

    def throughout(self, route: Any, period: Period, firmness: Any, at_most: int) -> Any:
        firm = 30 if route.receipt == "n1" else 0
        room = 70 if firmness is Firmness.INTERRUPTIBLE else firm
        return min(room, at_most) if self._has_time else 0


LINE = line(NodeRole.ENTRY, NodeRole.ENTRY, NodeRole.EXIT)
REQUEST = Request(Route("n0", "n2"), 50, span(10, 12))
ON_SALE = Period(TODAY, day(100))


def test_interruptible_is_offered_for_what_is_missing_and_other_routes_for_all() -> None:
    found = search(REQUEST, 10, LINE, Rooms(), on_sale=ON_SALE, has_interruptible=True)

    interruptible = Request(Route("n0", "n2"), 40, span(10, 12), Firmness.INTERRUPTIBLE)
    from_neighbour = Request(Route("n1", "n2"), 30, span(10, 12))
    assert found == [
        Found(AlternativeKind.INTERRUPTIBLE, interruptible, gain=40),
        Found(AlternativeKind.NEARBY_ROUTE, from_neighbour, gain=20),
    ]


def test_what_gives_no_more_than_the_request_itself_is_no_alternative() -> None:
    found = search(REQUEST, 30, LINE, Rooms(), on_sale=ON_SALE, has_interruptible=False)
    assert found == []


class Uneven:
    """Pressures are kept at 20, and above 35: more gas against the stream helps."""

    def largest(self, route: Any, period: Period, firmness: Any, at_most: int) -> Any:
        return [(period, self.throughout(route, period, firmness, at_most))]

    def throughout(self, route: Any, period: Period, firmness: Any, at_most: int) -> Any:
        return at_most if at_most > 35 else min(20, at_most)


def test_what_is_offered_was_verified_in_that_quantity() -> None:
    found = search(REQUEST, 25, LINE, Uneven(), on_sale=ON_SALE, has_interruptible=True)

    # 25 are missing, of which 20 interruptible keep the pressures; 50 of them would.
    quantities = {(one.kind, one.request.quantity) for one in found}
    assert quantities == {
        (AlternativeKind.INTERRUPTIBLE, 20),
        (AlternativeKind.OTHER_DATES, 50),
        (AlternativeKind.NEARBY_ROUTE, 50),
    }
    assert not search(REQUEST, 50, LINE, Uneven(), on_sale=ON_SALE, has_interruptible=True)


def test_search_finds_nothing_that_is_not_sold_or_not_found_in_time() -> None:
    firm_only = search(REQUEST, 0, LINE, Rooms(), on_sale=ON_SALE, has_interruptible=False)
    assert [one.kind for one in firm_only] == [AlternativeKind.NEARBY_ROUTE]
    assert search(REQUEST, 0, LINE, Rooms(has_time=False), on_sale=ON_SALE, has_interruptible=True) == []


def test_an_offer_gains_the_most_of_what_is_missing_on_a_day_it_is_for() -> None:
    missing = [(span(10, 11), 0), (span(11, 12), 25)]
    assert gain_of(span(0, 100), 40, missing) == 25
    assert gain_of(span(11, 12), 15, missing) == 15
    assert gain_of(span(0, 11), 40, missing) == 0
