"""Which rights load an edge, against looking at every set of nodes and against what usage says."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.capacity.feasibility.bonds.test_tightest import day_of
from tests.property.capacity.feasibility.strategies import networks, stacks
from tests.unit.capacity.feasibility.samples import (
    ONE_DAY,
    node_sets,
    rights,
    robust_is_feasible,
    robust_shortfall,
    verifier,
)

from capacity.feasibility.bonds.tightest import TightestBonds
from capacity.feasibility.questions.element_load import ElementLoad, ElementLoads, FlowDirection
from capacity.feasibility.questions.network_usage import UNSTATED
from capacity.networks.model import Network
from capacity.rights.model import Route, RouteKind

ENDS = {FlowDirection.FORWARD: ("tail", "head"), FlowDirection.BACKWARD: ("head", "tail")}


def crossing(stack: dict[Route, int], inside: frozenset[str]) -> dict[Route, int]:
    """The rights from a set of nodes to the others, the hub on either side."""
    return {
        route: quantity
        for route, quantity in stack.items()
        if (route.receipt is None or route.receipt in inside)
        and (route.delivery is None or route.delivery not in inside)
    }


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_rights_that_count_are_those_across_a_tightest_set_of_nodes(data: st.DataObject) -> None:
    network: Network = data.draw(networks())
    stack = data.draw(stacks(network, largest=6))
    day = day_of(network, stack)
    loads = ElementLoads(day.table.network, TightestBonds(day.table.network))
    usage = verifier(network).views.usage(rights(*stack.items()), ONE_DAY)
    worst = {FlowDirection.FORWARD: usage.worst_forward, FlowDirection.BACKWARD: usage.worst_backward}

    for number, edge in enumerate(network.edges):
        found = loads.of_edge(number, day)
        assert found is not None
        by_direction = {load.direction: load for load in found}
        for direction, (start, end) in ENDS.items():
            stated = int(worst[direction][number, 0])
            load = by_direction.get(direction)
            assert stated in (UNSTATED, 0 if load is None else load.worst)
            if load is None:
                continue
            sets = [
                inside
                for inside in node_sets(network)
                if getattr(edge, start) in inside and getattr(edge, end) not in inside
            ]
            assert load.units in [crossing(stack, frozenset(inside)) for inside in sets]
            if load.capacity is not None and robust_is_feasible(network, stack):
                tightest = min(-robust_shortfall(network, stack, inside) for inside in sets)
                assert load.capacity - load.worst == tightest
            check_shares(load)


def check_shares(load: ElementLoad) -> None:
    """The shares of the rights on either side of the hub are those of all demand."""
    units = {
        kind: sum(quantity for route, quantity in load.units.items() if route.kind is kind)
        for kind in RouteKind
    }
    assert load.demand == units[RouteKind.PATH] + min(units[RouteKind.ENTRY], units[RouteKind.EXIT])
    for side in (RouteKind.ENTRY, RouteKind.EXIT):
        own = {route for route in load.units if route.kind in (RouteKind.PATH, side)}
        assert sum((load.share(route, load.units[route]) for route in own), Fraction(0)) == 1
