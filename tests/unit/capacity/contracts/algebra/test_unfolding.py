from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from capacity.contracts.algebra.unfolding import unfolded
from capacity.contracts.model import (
    Band,
    Binding,
    ContractEdge,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
    IntegralKind,
    IntegralQuantity,
)
from capacity.contracts.pricing.price import Flat
from capacity.contracts.rules import network_faults
from linepack.gasday import Period

D = Decimal
BANDS = (Band(D(0), D(10), Flat(D(1))),)


def line(*names: str) -> ContractNetwork:
    nodes = tuple(ContractNode(name, ContractNodeKind.HUB) for name in names)
    edges = tuple(ContractEdge(f"{a}{b}", EdgeRole.ACCOUNTING, a, b, BANDS) for a, b in pairwise(names))
    return ContractNetwork(nodes, edges)


STATION = replace(
    line("in", "valve", "out"),
    integrals=(IntegralQuantity(IntegralKind.MDQ, Period(date(2027, 1, 1), date(2027, 2, 1)), maximum=D(5)),),
)


def test_an_edge_opens_into_its_sub_network() -> None:
    network = line("a", "b")
    network = replace(network, edges=(replace(network.edges[0], binding=Binding(STATION, "in", "out")),))

    opened = unfolded(network)

    assert [(e.id, e.tail, e.head) for e in opened.edges] == [
        ("ab/invalve", "a", "ab/valve"),
        ("ab/valveout", "ab/valve", "b"),
    ]
    assert opened.integrals == STATION.integrals
    assert network_faults(opened) == []


def test_a_node_opens_between_its_arriving_and_leaving_edges() -> None:
    network = line("a", "s", "b")
    bound = replace(network.node("s"), binding=Binding(STATION, "in", "out"))
    network = network.exchanged(drop_nodes=["s"], add_nodes=[bound])

    opened = unfolded(network)

    assert [(e.id, e.tail, e.head) for e in opened.edges] == [
        ("as", "a", "s/in"),
        ("s/invalve", "s/in", "s/valve"),
        ("s/valveout", "s/valve", "s/out"),
        ("sb", "s/out", "b"),
    ]
    assert network_faults(opened) == []


def test_elements_inside_elements_are_opened_as_well() -> None:
    inner = line("x", "y")
    middle = line("in", "out")
    middle = replace(middle, edges=(replace(middle.edges[0], binding=Binding(inner, "x", "y")),))
    network = line("a", "b")
    network = replace(network, edges=(replace(network.edges[0], binding=Binding(middle, "in", "out")),))

    assert [(e.id, e.tail, e.head) for e in unfolded(network).edges] == [("ab/inout/xy", "a", "b")]


def test_a_network_without_bound_elements_stays_as_it_is() -> None:
    assert unfolded(line("a", "b")) == line("a", "b")
