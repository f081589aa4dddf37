from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from tests.unit.capacity.contracts.samples import path

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
    Interval,
)
from capacity.contracts.pricing.price import Flat, TakeOrPay
from capacity.contracts.rules import network_faults, require_valid
from linepack.gasday import Period
from linepack.ids import PartyId
from linepack.problems import InvalidInput

D = Decimal
ONE = Flat(D(1))
YEAR = Period(date(2027, 1, 1), date(2028, 1, 1))
VALID = path("r", "d", 100, ONE)
EDGE = VALID.edges[0]


def faults(network: ContractNetwork) -> list[str]:
    return [str(fault) for fault in network_faults(network)]


def with_bands(*bands: Band) -> ContractNetwork:
    return replace(VALID, edges=(replace(EDGE, bands=bands),))


def with_integral(integral: IntegralQuantity) -> ContractNetwork:
    return replace(VALID, integrals=(integral,))


def test_a_path_booking_has_no_faults() -> None:
    assert network_faults(VALID) == []


def test_equal_networks_compare_equal_whatever_the_order_they_are_given_in() -> None:
    assert ContractNetwork(VALID.nodes[::-1], VALID.edges) == VALID


@pytest.mark.parametrize(
    ("bands", "fault"),
    [
        ((), "network.edges[r → d].bands: an edge of role booking needs a band"),
        (
            (Band(D(10), D(20), ONE),),
            (
                "network.edges[r → d].bands[1]: the first band starts at 0, not 10: "
                "a minimum is an integral quantity"
            ),
        ),
        (
            (Band(D(0), D(10), ONE), Band(D(20), D(30), ONE)),
            "network.edges[r → d].bands[2]: starts at 20, but the band before ends at 10",
        ),
        (
            (Band(D(0), D(10), ONE), Band(D(5), D(30), ONE)),
            "network.edges[r → d].bands[2]: starts at 5, but the band before ends at 10",
        ),
        ((Band(D(0), D(0), ONE),), "network.edges[r → d].bands[1]: the band 0 to 0 is empty"),
        (
            (Band(D(0), D("NaN"), ONE),),
            "network.edges[r → d].bands[1].high: NaN is not a number",
        ),
        (
            (Band(D(0), D(10), ONE, pressure_bar=Interval(D(60), D(50))),),
            "network.edges[r → d].bands[1].pressure_bar: the interval 60 to 50 is empty or below 0",
        ),
        (
            (Band(D(0), D(10), TakeOrPay(D(1), D(1))),),
            "network.edges[r → d].bands[1].price: take-or-pay belongs to an integral quantity, not to a band",
        ),
        ((Band(D(0), D("10.5"), ONE),), "network.edges[r → d]: rights are whole units, not 10.5"),
    ],
)
def test_each_rule_of_bands_names_its_place(bands: tuple[Band, ...], fault: str) -> None:
    assert faults(with_bands(*bands)) == [fault]


@pytest.mark.parametrize(
    ("integral", "fault"),
    [
        (
            IntegralQuantity(IntegralKind.ANNUAL, YEAR, minimum=D(2), maximum=D(1)),
            "network.integrals[1]: minimum 2 is above maximum 1",
        ),
        (
            IntegralQuantity(IntegralKind.ANNUAL, YEAR, maximum=D(1), used=D(2)),
            "network.integrals[1]: 2 used of at most 1",
        ),
        (
            IntegralQuantity(IntegralKind.MDQ, YEAR, maximum=D(-1)),
            "network.integrals[1].maximum: -1 is below 0",
        ),
        (
            IntegralQuantity(IntegralKind.MDQ, YEAR, maximum=D("Infinity")),
            "network.integrals[1].maximum: Infinity is not a number",
        ),
        (
            IntegralQuantity(IntegralKind.MDQ, YEAR, price=ONE),
            "network.integrals[1].price: only take-or-pay charges what is missing",
        ),
    ],
)
def test_each_rule_of_integral_quantities_names_its_place(integral: IntegralQuantity, fault: str) -> None:
    assert fault in faults(with_integral(integral))


@pytest.mark.parametrize(
    ("node", "fault"),
    [
        (
            ContractNode("x", ContractNodeKind.POINT),
            "network.nodes[x]: a point stands for a node of the physical network",
        ),
        (
            ContractNode("x", ContractNodeKind.HUB, physical_id="d"),
            "network.nodes[x]: the hub is no node of the physical network",
        ),
        (
            ContractNode("x", ContractNodeKind.METER, party_id=PartyId(UUID(int=1))),
            "network.nodes[x]: only a partner is a party",
        ),
        (
            ContractNode("x", ContractNodeKind.HUB, demand=D(1)),
            "network.nodes[x].demand: only a meter demands, and not less than 0",
        ),
        (
            ContractNode("x", ContractNodeKind.HUB, storage_max=D(1)),
            "network.nodes[x].storage_max: only a point keeps gas, and more than 0",
        ),
        (
            ContractNode("x", ContractNodeKind.HUB, binding=Binding(VALID, "point:r", "nowhere")),
            "network.nodes[x].binding.outlet: 'nowhere' is no node of the sub-network",
        ),
    ],
)
def test_each_rule_of_nodes_names_its_place(node: ContractNode, fault: str) -> None:
    link = ContractEdge("link", EdgeRole.COMMUNICATION, "x", "point:d")

    assert faults(replace(VALID, nodes=(*VALID.nodes, node), edges=(EDGE, link))) == [fault]


def test_a_booking_between_partners_is_refused() -> None:
    nodes = (ContractNode("a", ContractNodeKind.PARTNER), ContractNode("b", ContractNodeKind.PARTNER))
    edge = replace(EDGE, tail="a", head="b")

    assert faults(ContractNetwork(nodes, (edge,))) == [
        "network.edges[r → d]: a booking runs between points or a point and the hub, not a → b"
    ]


def test_a_booking_from_a_point_to_itself_is_refused() -> None:
    twin = ContractNode("twin", ContractNodeKind.POINT, physical_id="r")
    network = replace(VALID, nodes=(VALID.node("point:r"), twin), edges=(replace(EDGE, head="twin"),))

    assert faults(network) == ["network.edges[r → d]: both ends stand for r"]


def test_all_faults_of_a_network_are_found_at_once() -> None:
    nodes = (ContractNode("a", ContractNodeKind.HUB), ContractNode("lone", ContractNodeKind.METER))
    edges = (
        ContractEdge("a", EdgeRole.ACCOUNTING, "a", "a"),
        ContractEdge("e", EdgeRole.OPERATION, "a", "gone"),
    )

    assert faults(ContractNetwork(nodes, edges)) == [
        "network: id 'a' is used 2 times",
        "network.edges[a]: starts and ends at the same node",
        "network.edges[a].bands: an edge of role accounting needs a band",
        "network.edges[e]: ends at 'gone', which is no node",
        "network: not connected: lone cannot be reached",
    ]


def test_a_network_without_edges_is_no_contract() -> None:
    with pytest.raises(InvalidInput, match="a contract needs an edge"):
        require_valid(ContractNetwork((), ()))


def test_too_many_elements_are_refused_before_they_are_looked_at() -> None:
    edges = tuple(replace(EDGE, id=str(number)) for number in range(201))

    assert faults(replace(VALID, edges=edges)) == ["network.edges: at most 200, not 201"]


def test_sub_networks_nest_four_deep() -> None:
    network = VALID
    for _ in range(4):
        network = replace(VALID, edges=(replace(EDGE, binding=Binding(network, "point:r", "point:d")),))

    assert "sub-networks nest at most 4 deep" in faults(network)[0]


def test_integral_quantity_tells_what_is_missing_and_what_remains() -> None:
    integral = IntegralQuantity(IntegralKind.ANNUAL, YEAR, minimum=D(80), maximum=D(100), used=D(70))

    assert (integral.deficiency, integral.remaining) == (10, 30)
    assert replace(integral, used=D(90)).deficiency == 0
    assert replace(integral, maximum=None).remaining is None
