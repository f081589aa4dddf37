from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from tests.unit.capacity.contracts.samples import contract, interruptible

from capacity.contracts.algebra.embedding import HUB, embed
from capacity.contracts.errors import OffNetwork
from capacity.contracts.model import ContractNode, ContractNodeKind, EdgeRole
from capacity.contracts.pricing.price import Flat
from capacity.contracts.shapes import bundled, entry_point, path
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import GasDayClock, Period
from linepack.units import CommercialUnit, GasQuality

DAY = date(2027, 2, 1)
PRICE = Flat(Decimal(1))
NETWORK = Network(
    code="demo",
    name="Demo",
    unit=CommercialUnit.KWH_PER_H,
    quality=GasQuality(11.2, 0.79),
    clock=GasDayClock("Europe/Berlin", 6),
    nodes=(Node("r", NodeRole.ENTRY), Node("j"), Node("d", NodeRole.EXIT)),
    edges=(Edge("rj", EdgeKind.PIPE, "r", "j"), Edge("jd", EdgeKind.PIPE, "j", "d")),
)


def test_contract_points_fall_on_physical_nodes_and_hubs_are_one() -> None:
    one = contract(bundled("r", "d", 100, entry_price=PRICE, exit_price=PRICE), number=1000)
    other = contract(entry_point("r", 50, PRICE), number=1001)

    union = embed(NETWORK, [one, other], DAY)

    assert union.nodes == ("r", "j", "d", HUB)
    assert union.physical == NETWORK.edges
    assert sorted((laid.tail, laid.head, laid.quantity) for laid in union.laid) == [
        ("r", HUB, 50),
        ("r", HUB, 100),
        (HUB, "d", 100),
    ]


def test_other_nodes_stand_beside_under_the_name_of_their_contract() -> None:
    booked = path("r", "d", 100, PRICE)
    holder = ContractNode("holder", ContractNodeKind.PARTNER)
    link = replace(booked.edges[0], id="link", role=EdgeRole.COMMUNICATION, tail="holder", bands=())
    one = contract(booked.exchanged(add_nodes=[holder], add_edges=[link]))

    union = embed(NETWORK, [one], DAY)

    assert f"{one.code}/holder" in union.nodes
    assert {laid.role for laid in union.laid} == {EdgeRole.BOOKING, EdgeRole.COMMUNICATION}


def test_the_stack_of_the_union_is_the_stack_of_the_ledger() -> None:
    contracts = [
        contract(bundled("r", "d", 100, entry_price=PRICE, exit_price=PRICE), number=1000),
        contract(entry_point("r", 50, PRICE), number=1001),
        contract(path("r", "d", 30, PRICE), number=1002, period=Period(date(2027, 3, 1), date(2027, 4, 1))),
        interruptible(contract(path("r", "d", 7, PRICE), number=1003)),
    ]
    movements = [m for one in contracts for m in one.movements(UUID(int=1))]
    rights = RightsSnapshot().apply(movements)

    for day in (DAY, date(2027, 3, 1)):
        union = embed(NETWORK, contracts, day)
        for firmness in Firmness:
            assert dict(union.stack(firmness)) == dict(rights.stack(day, firmness))


def test_contracts_that_do_not_run_that_day_are_left_out() -> None:
    union = embed(NETWORK, [contract()], date(2028, 1, 1))

    assert not union.laid
    assert union.stack() == {}


def test_points_that_the_network_does_not_have_are_all_named() -> None:
    with pytest.raises(OffNetwork, match="network demo has no here, there"):
        embed(NETWORK, [contract(path("there", "here", 100, PRICE))], DAY)


def test_rights_of_two_contracts_on_one_route_add_up() -> None:
    union = embed(NETWORK, [contract(number=1), contract(number=2)], DAY)

    assert union.stack() == {Route("r", "d"): 200}
