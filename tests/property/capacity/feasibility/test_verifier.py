from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import TypeVar

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.property.capacity.feasibility.strategies import (
    WEEK,
    networks,
    overlays,
    rights_of_a_week,
    stacks,
)
from tests.unit.capacity.feasibility.samples import (
    FLOW,
    NOON,
    ONE_DAY,
    ROBUST,
    flow_is_feasible,
    node_sets,
    rights,
    robust_is_feasible,
    robust_shortfall,
    routes,
    technical,
    verifier,
)

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.certificates import CutProof, Nomination, Outcome
from capacity.feasibility.verdicts.explanation import Bottleneck
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks.model import Edge, Network, Node, Overlay
from capacity.networks.policy import Policy
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import Period

Name = TypeVar("Name")
MANY = settings(max_examples=150, deadline=None)
FEWER = settings(max_examples=60, deadline=None)
Element = TypeVar("Element", Edge, Node)
BOTH = st.sampled_from([FLOW, ROBUST])


def asked(stack: dict[Route, int], route: Route, quantity: int) -> dict[Route, int]:
    return {**stack, route: stack.get(route, 0) + quantity}


def within_technical_limits(network: Network, stack: dict[Route, int], route: Route) -> bool:
    limits = [
        Route(route.receipt, None) if route.receipt else route,
        Route(None, route.delivery) if route.delivery else route,
        route,
    ]
    return all(
        sum(
            quantity
            for own, quantity in stack.items()
            if (limit.receipt is None or own.receipt == limit.receipt)
            and (limit.delivery is None or own.delivery == limit.delivery)
        )
        <= technical(network, limit)
        for limit in limits
    )


def verdict_on(
    network: Network, policy: Policy, stack: dict[Route, int], route: Route, quantity: int
) -> Verdict:
    booked = rights(*stack.items())
    return verifier(network, policy).verify(booked, Request(route, quantity, ONE_DAY), NOON)


@MANY
@given(st.data())
def test_robust_verdicts_equal_looking_at_every_set_of_nodes(data: st.DataObject) -> None:
    network = data.draw(networks())
    stack = data.draw(stacks(network))
    route, quantity = data.draw(st.sampled_from(routes(network))), data.draw(st.integers(1, 15))
    whole = asked(stack, route, quantity)

    verdict = verdict_on(network, ROBUST, stack, route, quantity)

    expected = within_technical_limits(network, whole, route) and all(
        robust_shortfall(network, whole, inside) <= max(0, robust_shortfall(network, stack, inside))
        for inside in node_sets(network)
    )
    assert verdict.outcome is (Outcome.FEASIBLE if expected else Outcome.INFEASIBLE)


@MANY
@given(st.data())
def test_flow_verdicts_equal_the_largest_flow_of_networkx(data: st.DataObject) -> None:
    network = data.draw(networks())
    stack = data.draw(stacks(network))
    route, quantity = data.draw(st.sampled_from(routes(network))), data.draw(st.integers(1, 15))
    whole = asked(stack, route, quantity)

    verdict = verdict_on(network, FLOW, stack, route, quantity)

    expected = within_technical_limits(network, whole, route) and flow_is_feasible(network, whole)
    if expected or flow_is_feasible(network, stack):
        assert verdict.outcome is (Outcome.FEASIBLE if expected else Outcome.INFEASIBLE)


@MANY
@given(st.data())
def test_no_linear_programme_transports_the_witness_of_a_robust_refusal(data: st.DataObject) -> None:
    network = data.draw(networks())
    stack = data.draw(stacks(network))
    route, quantity = data.draw(st.sampled_from(routes(network))), data.draw(st.integers(1, 15))

    verdict = verdict_on(network, ROBUST, stack, route, quantity)

    for proof in verdict.proofs:
        if isinstance(proof.certificate, CutProof) and proof.certificate.witness is not None:
            assert not is_transported(network, proof.certificate.witness)
            assert is_within(proof.certificate.witness, asked(stack, route, quantity))


def is_transported(network: Network, nomination: Nomination) -> bool:
    """SciPy on the plain transport problem."""
    number = {node.id: i for i, node in enumerate(network.nodes)}
    balance, incidence = np.zeros(len(number)), np.zeros((len(number), len(network.edges)))
    for node, quantity in nomination.entries:
        balance[number[node]] += quantity
    for node, quantity in nomination.exits:
        balance[number[node]] -= quantity
    for route, quantity in nomination.paths:
        balance[number[route.receipt or ""]] += quantity
        balance[number[route.delivery or ""]] -= quantity
    bounds = []
    for column, edge in enumerate(network.edges):
        incidence[number[edge.tail], column], incidence[number[edge.head], column] = 1, -1
        backward = None if edge.capacity_backward is None else -edge.capacity_backward
        bounds.append((backward, edge.capacity_forward))
    answer = linprog(np.zeros(len(bounds)), A_eq=incidence, b_eq=balance, bounds=bounds)
    return bool(answer.status == 0)


def is_within(nomination: Nomination, stack: dict[Route, int]) -> bool:
    used = [(Route(node, None), quantity) for node, quantity in nomination.entries]
    used += [(Route(None, node), quantity) for node, quantity in nomination.exits]
    used += nomination.paths
    entering, leaving = sum(q for _, q in nomination.entries), sum(q for _, q in nomination.exits)
    return entering == leaving and all(quantity <= stack.get(route, 0) for route, quantity in used)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_every_extreme_nomination_within_robust_rights_can_be_transported(data: st.DataObject) -> None:
    network = data.draw(networks())
    stack = data.draw(stacks(network, largest=4))
    route = data.draw(st.sampled_from(routes(network)))

    verdict = verdict_on(network, ROBUST, stack, route, 1)

    if verdict.outcome is Outcome.FEASIBLE and robust_is_feasible(network, stack):
        whole = asked(stack, route, 1)
        assert all(is_transported(network, extreme) for extreme in extremes(whole))


def extremes(stack: dict[Route, int]) -> list[Nomination]:
    """Nominations with every right used in full or not at all, the last entry or exit making the balance."""
    entries = [(r.receipt or "", q) for r, q in stack.items() if r.delivery is None]
    exits = [(r.delivery or "", q) for r, q in stack.items() if r.receipt is None]
    paths = [(r, q) for r, q in stack.items() if r.receipt is not None and r.delivery is not None]
    return [
        Nomination(tuple(taken(some_in, total)), tuple(taken(some_out, total)), tuple(some_paths))
        for some_in in subsets(entries)
        for some_out in subsets(exits)
        for some_paths in subsets(paths)
        for total in [min(sum(q for _, q in some_in), sum(q for _, q in some_out))]
    ]


def subsets(items: list[tuple[Name, int]]) -> list[list[tuple[Name, int]]]:
    return [list(some) for size in range(len(items) + 1) for some in combinations(items, size)]


def taken(items: list[tuple[Name, int]], total: int) -> list[tuple[Name, int]]:
    """`total` from the items, first come first served."""
    kept = []
    for name, quantity in items:
        kept.append((name, min(quantity, total)))
        total -= kept[-1][1]
    return kept


@MANY
@given(st.data(), BOTH)
def test_the_counter_offer_is_feasible_and_one_unit_more_is_not(data: st.DataObject, policy: Policy) -> None:
    network = data.draw(networks())
    booked = data.draw(rights_of_a_week(network))
    route = data.draw(st.sampled_from(routes(network)))
    own = verifier(network, policy, data.draw(overlays(network)))

    largest = own.largest(booked, route, WEEK, Firmness.FIRM)
    throughout = own.largest_throughout(booked, route, WEEK, Firmness.FIRM)

    assert [day for period, _ in largest for day in period] == list(WEEK)
    for period, quantity in [*largest, (WEEK, throughout)]:
        assert is_largest(own, booked, route, period, quantity)


def is_largest(own: Verifier, booked: RightsSnapshot, route: Route, period: Period, quantity: int) -> bool:
    def outcome(asked_for: int) -> Outcome:
        return own.verify(booked, Request(route, asked_for, period), NOON).outcome

    return (not quantity or outcome(quantity) is Outcome.FEASIBLE) and (
        outcome(quantity + 1) is Outcome.INFEASIBLE
    )


@FEWER
@given(st.data(), BOTH)
def test_raising_every_relief_by_its_shortfall_is_enough_and_one_unit_less_is_not(
    data: st.DataObject, policy: Policy
) -> None:
    network = data.draw(networks())
    booked = data.draw(rights_of_a_week(network))
    request = Request(data.draw(st.sampled_from(routes(network))), data.draw(st.integers(1, 15)), WEEK)

    verdict = verifier(network, policy).verify(booked, request, NOON)

    if verdict.outcome is Outcome.INFEASIBLE:
        found = [(one, one.shortfall) for one in verdict.bottlenecks]
        is_dead_end = any(one.relief is None and one.nodes for one in verdict.bottlenecks)
        assert verdict.is_explained != is_dead_end
        if verdict.is_explained:
            assert verdict_after(found, network, policy, booked, request) is Outcome.FEASIBLE
            for place, (one, shortfall) in enumerate(found):
                less = [*found[:place], (one, shortfall - 1), *found[place + 1 :]]
                assert verdict_after(less, network, policy, booked, request) is Outcome.INFEASIBLE


def verdict_after(
    raises: list[tuple[Bottleneck, int]],
    network: Network,
    policy: Policy,
    booked: RightsSnapshot,
    request: Request,
) -> Outcome:
    """The outcome once edges, and points where it is they that limit, are raised."""
    edges, nodes = {edge.id: edge for edge in network.edges}, {node.id: node for node in network.nodes}
    for bottleneck, quantity in raises:
        relief, limit = bottleneck.relief, bottleneck.limit
        if relief is not None:
            name = "capacity_forward" if relief.tail == edges[relief.edge_id].tail else "capacity_backward"
            edges[relief.edge_id] = raised(edges[relief.edge_id], name, quantity)
        elif limit is not None and limit.receipt is not None:
            nodes[limit.receipt] = raised(nodes[limit.receipt], "entry_capacity", quantity)
        elif limit is not None and limit.delivery is not None:
            nodes[limit.delivery] = raised(nodes[limit.delivery], "exit_capacity", quantity)
    changed = replace(network, nodes=tuple(nodes.values()), edges=tuple(edges.values()))
    return verifier(changed, policy).verify(booked, request, NOON).outcome


def raised(element: Element, name: str, quantity: int) -> Element:
    return replace(element, **{name: getattr(element, name) + quantity})


@FEWER
@given(st.data(), BOTH)
def test_a_period_is_feasible_exactly_when_every_day_of_it_is(data: st.DataObject, policy: Policy) -> None:
    network = data.draw(networks())
    booked = data.draw(rights_of_a_week(network))
    changes = data.draw(overlays(network))
    route, quantity = data.draw(st.sampled_from(routes(network))), data.draw(st.integers(1, 8))

    together = verifier(network, policy, changes).verify(booked, Request(route, quantity, WEEK), NOON)
    one_by_one = [
        verifier(network, policy, changes).verify(
            booked, Request(route, quantity, Period(day, day + timedelta(days=1))), NOON
        )
        for day in WEEK
    ]

    assert together.is_feasible == all(verdict.is_feasible for verdict in one_by_one)


@MANY
@given(st.data(), BOTH)
def test_the_checker_agrees_with_every_verdict(data: st.DataObject, policy: Policy) -> None:
    network = data.draw(networks())
    booked = data.draw(rights_of_a_week(network))
    changes: tuple[Overlay, ...] = data.draw(overlays(network))
    firmness = data.draw(st.sampled_from(Firmness))
    request = Request(
        data.draw(st.sampled_from(routes(network))), data.draw(st.integers(1, 15)), WEEK, firmness
    )

    verdict = verifier(network, policy, changes).verify(booked, request, NOON)

    assert verdict.outcome is not Outcome.UNDECIDED
    assert check(network, changes, booked, Verdict.from_json(verdict.to_json())) == []
