"""Bonds against looking at every set of nodes, and against what the prover decides."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.capacity.feasibility.strategies import networks, stacks
from tests.unit.capacity.feasibility.samples import (
    NOON,
    ONE_DAY,
    ROBUST,
    node_sets,
    rights,
    robust_is_feasible,
    robust_shortfall,
    routes,
    verifier,
)

from capacity.feasibility.bonds.tightest import TightestBonds
from capacity.feasibility.flow.flow_network import Capacities, compile_network
from capacity.feasibility.flow.load_cases import LoadCase, RouteTable
from capacity.feasibility.flow.max_flow import ENDLESS
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.model import Network
from capacity.networks.overlays import on_day
from capacity.rights.model import Route, RouteKind

MANY = settings(max_examples=200, deadline=None)


def day_of(network: Network, stack: dict[Route, int]) -> LoadCase:
    """One gas day with these rights, every route of the network in its table."""
    table = RouteTable.of(compile_network(network), [*stack, *routes(network)])
    quantities = np.array([stack.get(route, 0) for route in table.routes], dtype=np.int64)
    return LoadCase((ONE_DAY,), Capacities.of_day(on_day(network, (), ONE_DAY.start)), table, quantities)


@MANY
@given(st.data())
def test_what_bonds_allow_is_feasible_in_every_set_of_nodes_and_one_more_is_not(data: st.DataObject) -> None:
    network = data.draw(networks())
    stack = data.draw(stacks(network, largest=6))
    day = day_of(network, stack)
    limit = 30
    rows = np.arange(len(day.table.routes))

    found = TightestBonds(day.table.network).largest(day, rows, np.full(len(rows), limit))

    if found is None:
        assert not robust_is_feasible(network, stack)
        return
    assert robust_is_feasible(network, stack)
    for route, quantity in zip(day.table.routes, found.tolist(), strict=True):
        asked = {**stack, route: stack.get(route, 0) + quantity}
        assert robust_is_feasible(network, asked)
        more = {**asked, route: asked[route] + 1}
        assert quantity == limit or not robust_is_feasible(network, more)


@MANY
@given(st.data())
def test_headroom_is_the_least_that_a_set_of_nodes_cut_there_has_to_spare(data: st.DataObject) -> None:
    network = data.draw(networks())
    stack = data.draw(stacks(network, largest=4))
    day = day_of(network, stack)

    forward, backward = TightestBonds(day.table.network).spare(day)

    is_short = not robust_is_feasible(network, stack)
    sets = [(inside, -robust_shortfall(network, stack, inside)) for inside in node_sets(network)]
    for edge, ahead, behind in zip(network.edges, forward.tolist(), backward.tolist(), strict=True):
        if ahead == behind == ENDLESS:
            assert edge.capacity_forward is None
            assert edge.capacity_backward is None
            continue
        for spare, start, end, capacity in (
            (ahead, edge.tail, edge.head, edge.capacity_forward),
            (behind, edge.head, edge.tail, edge.capacity_backward),
        ):
            if capacity is None:
                continue
            across = [most for inside, most in sets if start in inside and end not in inside]
            if is_short:
                assert spare >= min([capacity, *across])
            else:
                assert spare == min([capacity, *across])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_route_at_once_is_what_a_booking_gets(data: st.DataObject) -> None:
    network = data.draw(networks())
    booked = rights(*data.draw(stacks(network, largest=6)).items())
    own = verifier(network, ROBUST)
    asked = own.views.routes(data.draw(st.sampled_from(RouteKind)))
    if not asked:
        return

    table = own.views.availability(booked, asked, ONE_DAY)

    for route, quantity in zip(asked, table.available[:, 0].tolist(), strict=True):
        if quantity > 0:
            assert own.decide(booked, Request(route, quantity, ONE_DAY), NOON).outcome is Outcome.FEASIBLE
        if quantity < 100:
            more = own.decide(booked, Request(route, quantity + 1, ONE_DAY), NOON)
            assert more.outcome is Outcome.INFEASIBLE
