"""The drill's own count of usage, against NetworkX and against days worked out by hand."""

import random
from datetime import date
from uuid import uuid4

import networkx
import pytest

from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from capacity.rights.model import Firmness, Movement, MovementCause, Route
from linepack.gasday import GasDayClock, Period
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.units import CommercialUnit, GasQuality
from server.drill.proofs.usage import firm_rights, untransported, usage_faults, usage_violations

FIRST, SECOND, THIRD = (date(2027, 5, day) for day in (1, 2, 3))


def network(nodes: list[Node], edges: list[tuple[str, str, int | None, int | None]]) -> Network:
    return Network(
        code="n",
        name="n",
        unit=CommercialUnit.KWH_PER_H,
        quality=GasQuality(calorific_value_kwh_per_nm3=11.0, density_kg_per_nm3=0.8),
        clock=GasDayClock("UTC", 6),
        nodes=tuple(nodes),
        edges=tuple(
            Edge(f"e{n}", EdgeKind.PIPE, tail, head, capacity_forward=there, capacity_backward=back)
            for n, (tail, head, there, back) in enumerate(edges)
        ),
    )


LINE = network(
    [Node("a", NodeRole.ENTRY, entry_capacity=80), Node("m"), Node("z", NodeRole.EXIT, exit_capacity=90)],
    [("a", "m", 100, 0), ("m", "z", 60, 0)],
)


def movement(route: Route, quantity: int, start: date, end: date, firmness: Firmness) -> Movement:
    return Movement(
        network_id=NetworkId(uuid4()),
        contract_id=ContractId(uuid4()),
        holder_id=PartyId(uuid4()),
        route=route,
        firmness=firmness,
        period=Period(start, end),
        quantity=quantity,
        cause=MovementCause.BOOKING,
        cause_id=uuid4(),
    )


@pytest.mark.parametrize(
    ("rights", "missing"),
    [
        ({Route("a", "z"): 60}, 0),
        ({Route("a", "z"): 61}, 1),
        # Entry rights without exit rights are never used at all.
        ({Route("a", None): 70}, 0),
        # The scarcer side, 50 of the exit, is used in full beside a path of 10; one more does not fit.
        ({Route("a", None): 70, Route(None, "z"): 50, Route("a", "z"): 10}, 0),
        ({Route("a", None): 70, Route(None, "z"): 51, Route("a", "z"): 10}, 1),
    ],
)
def test_a_line_carries_what_its_narrowest_pipe_does(rights: dict[Route, int], missing: int) -> None:
    assert untransported(LINE, rights) == missing


def test_points_are_held_to_what_is_published_for_them() -> None:
    [fault] = usage_faults(LINE, {Route("a", None): 81})
    assert fault == "81 enter at a, which takes 80"
    assert any("exit at z" in fault for fault in usage_faults(LINE, {Route(None, "z"): 91}))
    assert usage_faults(LINE, {Route("a", "z"): -1}) == ["a → z has -1"]


def test_one_unit_too_much_on_one_day_is_found_on_that_day_only() -> None:
    path = Route("a", "z")
    sold = [
        movement(path, 60, FIRST, THIRD, Firmness.FIRM),
        movement(path, 5, FIRST, THIRD, Firmness.INTERRUPTIBLE),
        movement(path, 1, SECOND, THIRD, Firmness.FIRM),
    ]
    assert [(str(period), rights) for period, rights in firm_rights(sold)] == [
        ("2027-05-01", {path: 60}),
        ("2027-05-02", {path: 61}),
    ]
    [violation] = usage_violations(LINE, sold)
    assert violation.detail == ("n, 2027-05-02: 1 of the firm rights cannot be transported when all are used")
    # A trade moves what is there and adds nothing.
    back = movement(path, -1, SECOND, THIRD, Firmness.FIRM)
    assert usage_violations(LINE, [*sold, back]) == []


@pytest.mark.parametrize("seed", range(150))
def test_what_can_be_transported_agrees_with_networkx(seed: int) -> None:
    """NetworkX decides the same as a circulation with demands: all of the scarcer side, paths in full."""
    chance = random.Random(seed)
    names = [f"n{number}" for number in range(chance.randint(2, 7))]
    edges: list[tuple[str, str, int | None, int | None]] = []
    for _ in range(chance.randint(1, 12)):
        tail, head = chance.sample(names, 2)
        edges.append((tail, head, chance.choice([None, *range(0, 40, 5)]), chance.randrange(0, 40, 5)))
    drawn = network([Node(name, NodeRole.STORAGE) for name in names], edges)
    rights: dict[Route, int] = {}
    for _ in range(chance.randint(1, 8)):
        start, end = chance.sample(names, 2)
        route = chance.choice([Route(start, None), Route(None, end), Route(start, end)])
        rights[route] = chance.randint(1, 25)

    assert (untransported(drawn, rights) == 0) == is_circulation(drawn, rights)


def is_circulation(drawn: Network, rights: dict[Route, int]) -> bool:
    entries = sum(quantity for route, quantity in rights.items() if route.delivery is None)
    exits = sum(quantity for route, quantity in rights.items() if route.receipt is None)
    graph = networkx.DiGraph()
    demand = {node.id: 0 for node in drawn.nodes}
    for number, edge in enumerate(drawn.edges):
        for way, (tail, head, bound) in enumerate(
            [(edge.tail, edge.head, edge.capacity_forward), (edge.head, edge.tail, edge.capacity_backward)]
        ):
            middle = f"edge {number} {way}"
            graph.add_edge(tail, middle, capacity=10**6 if bound is None else bound)
            graph.add_edge(middle, head, capacity=10**6 if bound is None else bound)
    for route, quantity in rights.items():
        if route.receipt is not None and route.delivery is not None:
            demand[route.receipt] -= quantity
            demand[route.delivery] += quantity
        elif route.delivery is None:
            if entries <= exits:
                demand[route.receipt or ""] -= quantity
            else:
                graph.add_edge("hub", route.receipt, capacity=quantity)
        elif entries <= exits:
            graph.add_edge(route.delivery, "hub", capacity=quantity)
        else:
            demand[route.delivery] += quantity
    demand["hub"] = entries if entries <= exits else -exits
    for node, wanted in demand.items():
        graph.add_node(node, demand=wanted)
    try:
        networkx.network_simplex(graph)
    except networkx.NetworkXUnfeasible:
        return False
    return True
