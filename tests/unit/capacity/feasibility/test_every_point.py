"""What is shown for every point of the shipped networks is what a booking there gets, to the unit."""

import pytest
from tests.unit.capacity.feasibility.samples import NOON, ROBUST, days, rights, verifier

from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.model import Network
from capacity.publication import catalogue
from capacity.rights.model import Route, RouteKind
from capacity.rights.snapshot import RightsSnapshot

SUMMER = days(91, 274)
MAY = days(121, 152)


def booked(network: Network) -> RightsSnapshot:
    """Two thirds of the published nomination, and more of it at a few exits in May."""
    stack = {
        Route(node.id, None) if node.nomination > 0 else Route(None, node.id): abs(node.nomination) * 2 // 3
        for node in network.nodes
        if abs(node.nomination) > 1
    }
    exits = [route for route in stack if route.receipt is None][::5]
    return rights(
        *((route, quantity, SUMMER) for route, quantity in stack.items()),
        *((route, stack[route] // 4, MAY) for route in exits if stack[route] > 4),
    )


@pytest.mark.parametrize(("code", "every"), [("gaslib-40", 1), ("gaslib-135", 9), ("gaslib-582", 15)])
def test_at_every_point_the_largest_quantity_is_booked_and_one_more_is_refused(code: str, every: int) -> None:
    network = catalogue.load(code)
    own, sold = verifier(network, ROBUST), booked(network)
    for kind in (RouteKind.ENTRY, RouteKind.EXIT, RouteKind.PATH):
        asked = own.views.routes(kind)
        table = own.views.availability(sold, asked, SUMMER)
        assert len(table.stretches) == 3
        rows = range(0, len(asked), every if kind is not RouteKind.PATH else every * 7)
        for row in rows:
            most = int(table.available[row].min())
            if most:
                taken = own.decide(sold, Request(asked[row], most, SUMMER), NOON)
                assert taken.outcome is Outcome.FEASIBLE, asked[row]
            refused = own.decide(sold, Request(asked[row], most + 1, SUMMER), NOON)
            assert refused.outcome is Outcome.INFEASIBLE, asked[row]
