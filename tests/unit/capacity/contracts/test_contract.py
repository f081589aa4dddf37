import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from tests.unit.capacity.contracts.samples import (
    OTHER,
    SHIPPER,
    YEAR,
    Leg,
    bundled,
    contract,
    entry_point,
    exit_point,
    multi_point,
    network_to_json,
    path,
    storage,
)

from capacity.contracts.codec import contract_from_json, contract_to_json, network_from_json
from capacity.contracts.contract import contract_code, routes
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
from capacity.contracts.pricing.price import Flat, Indexed, TakeOrPay
from capacity.rights.model import MovementCause, Route
from linepack.canonical_json import canonical_json
from linepack.ids import ContractId, VerdictId
from linepack.problems import InvalidInput

D = Decimal
PRICE = Flat(D("0.25"))


@pytest.mark.parametrize(
    ("network", "rights"),
    [
        (path("r", "d", 7, PRICE), [(Route("r", "d"), 7)]),
        (entry_point("r", 7, PRICE), [(Route("r", None), 7)]),
        (exit_point("d", 7, PRICE), [(Route(None, "d"), 7)]),
        (
            bundled("r", "d", 7, entry_price=PRICE, exit_price=PRICE),
            [(Route(None, "d"), 7), (Route("r", None), 7)],
        ),
        (
            storage(
                "s", injection=5, withdrawal=9, storage_max=900, injection_price=PRICE, withdrawal_price=PRICE
            ),
            [(Route(None, "s"), 5), (Route("s", None), 9)],
        ),
        (
            multi_point([Leg(Route("r", "d"), 3, PRICE), Leg(Route("q", "d"), 4, PRICE)]),
            [(Route("q", "d"), 4), (Route("r", "d"), 3)],
        ),
    ],
)
def test_every_shape_gives_the_rights_of_its_booking_edges(
    network: ContractNetwork, rights: list[tuple[Route, int]]
) -> None:
    assert routes(network) == rights


def test_a_storage_contract_knows_what_it_may_keep() -> None:
    network = storage(
        "s", injection=5, withdrawal=9, storage_max=900, injection_price=PRICE, withdrawal_price=PRICE
    )

    assert network.node("point:s").storage_max == 900


def test_legs_that_share_no_point_are_two_contracts() -> None:
    with pytest.raises(InvalidInput, match="not connected"):
        multi_point([Leg(Route("r", "d"), 3, PRICE), Leg(Route("q", "e"), 4, PRICE)])


def test_a_booking_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput, match="the band 0 to 0 is empty"):
        path("r", "d", 0, PRICE)


def test_only_booking_edges_give_rights() -> None:
    booked = path("r", "d", 7, PRICE)
    accounting = replace(booked.edges[0], id="account", role=EdgeRole.ACCOUNTING)

    assert routes(replace(booked, edges=(*booked.edges, accounting))) == [(Route("r", "d"), 7)]


def test_parallel_bookings_of_one_route_are_one_right() -> None:
    booked = path("r", "d", 7, PRICE)

    assert routes(replace(booked, edges=(*booked.edges, replace(booked.edges[0], id="more")))) == [
        (Route("r", "d"), 14)
    ]


def test_booking_movements_give_the_holder_every_route() -> None:
    one = contract(bundled("r", "d", 100, entry_price=PRICE, exit_price=PRICE))

    movements = one.movements(UUID(int=7))

    assert [(m.holder_id, m.route, m.quantity, m.cause) for m in movements] == [
        (SHIPPER, Route(None, "d"), 100, MovementCause.BOOKING),
        (SHIPPER, Route("r", None), 100, MovementCause.BOOKING),
    ]


def test_movements_of_a_trade_take_from_the_parent_what_they_give_to_the_child() -> None:
    parent = contract()
    child = replace(
        parent,
        id=ContractId(UUID(int=2000)),
        holder_id=OTHER,
        parent_id=parent.id,
        cause=MovementCause.RELEASE,
        network=path("r", "d", 15, PRICE),
    )

    lost, gained = child.movements_from(parent, UUID(int=8))

    assert (lost.contract_id, lost.holder_id, lost.quantity) == (parent.id, SHIPPER, -15)
    assert (gained.contract_id, gained.holder_id, gained.quantity) == (child.id, OTHER, 15)
    assert {lost.cause, gained.cause} == {MovementCause.RELEASE}


def test_a_contract_code_is_the_year_and_sixty_bits_of_the_id() -> None:
    # 1 in base 32, 33 = 1 × 32 + 1, least digit first
    assert contract_code(ContractId(UUID(int=1)), date(2027, 5, 1)) == "LP-2027-1000-0000-0000"
    assert contract_code(ContractId(UUID(int=33)), date(2027, 5, 1)) == "LP-2027-1100-0000-0000"


def rich_network() -> ContractNetwork:
    quality = Interval(D("10.0"), D("11.2"))
    bands = (
        Band(D(0), D(60), Flat(D(20)), Interval(D(40), D(70)), quality),
        Band(D(60), D(100), Indexed("TTF", D("1.05"))),
    )
    booked = path("r", "d", 100, PRICE)
    nodes = (
        ContractNode("holder", ContractNodeKind.PARTNER, name="Anna", party_id=SHIPPER),
        ContractNode("meter", ContractNodeKind.METER, physical_id="d", demand=D("12.5")),
    )
    edges = (
        ContractEdge("account", EdgeRole.ACCOUNTING, "holder", "meter", bands, rank=2),
        ContractEdge(
            "ops", EdgeRole.OPERATION, "holder", "point:r", binding=Binding(booked, "point:r", "point:d")
        ),
    )
    integral = IntegralQuantity(
        IntegralKind.TAKE_OR_PAY, YEAR, D(10), D(20), D(3), TakeOrPay(D(10), D("0.8"))
    )
    return ContractNetwork(
        (*booked.nodes, *nodes), (*booked.edges, *edges), (integral, IntegralQuantity(IntegralKind.MHQ, YEAR))
    )


def test_a_contract_survives_json() -> None:
    one = replace(
        contract(rich_network()),
        parent_id=ContractId(UUID(int=3)),
        verdict_id=VerdictId(UUID(int=4)),
        cause=MovementCause.RELEASE,
    )

    plain = contract_to_json(one)

    assert contract_from_json(plain) == one
    assert canonical_json(plain) == canonical_json(contract_to_json(contract_from_json(plain)))


def test_all_faults_of_a_network_in_json_are_found_at_once() -> None:
    plain = {
        "nodes": [
            {"id": "a", "kind": "planet"},
            {"kind": "hub", "party_id": "nobody", "demand": 1.5},
            "node",
        ],
        "edges": [
            {
                "id": "e",
                "role": "booking",
                "tail": "a",
                "head": 7,
                "rank": "first",
                "bands": [{"low": "0", "high": "much", "pressure_bar": [1, 2]}],
                "binding": {"network": [], "inlet": "i"},
            }
        ],
        "integrals": [{"kind": "mdq", "period": {"start": "2027-01-02", "end": "2027-01-01"}}],
    }

    with pytest.raises(InvalidInput) as refused:
        network_from_json(plain)

    assert {fault.place for fault in refused.value.faults} == {
        "network.nodes[1].kind",
        "network.nodes[2].id",
        "network.nodes[2].party_id",
        "network.nodes[2].demand",
        "network.nodes[3]",
        "network.edges[1].head",
        "network.edges[1].rank",
        "network.edges[1].bands[1].high",
        "network.edges[1].bands[1].price",
        "network.edges[1].bands[1].pressure_bar",
        "network.edges[1].binding.network",
        "network.edges[1].binding.outlet",
        "network.integrals[1].period",
    }


@pytest.mark.parametrize("value", [None, 7, [], {"nodes": "many"}, {"edges": [{}] * 201}])
def test_what_is_no_network_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput):
        network_from_json(value)


def test_a_network_that_breaks_a_rule_is_refused_when_read() -> None:
    plain = network_to_json(path("r", "d", 7, PRICE))
    plain["edges"] = []

    with pytest.raises(InvalidInput, match="a contract needs an edge"):
        network_from_json(plain)


def test_a_contract_document_without_whole_quantity_or_period_is_an_error() -> None:
    plain = contract_to_json(contract())

    for broken in ({"quantity": "7"}, {"period": "2027"}):
        with pytest.raises(InvalidInput, match=f"contract.{next(iter(broken))}"):
            contract_from_json(plain | broken)


def test_contracts_stored_before_are_read_and_written_as_they_are(published_data: Path) -> None:
    for plain in json.loads((published_data / "stored" / "contracts.json").read_text()).values():
        assert contract_to_json(contract_from_json(plain)) == plain


def test_a_network_does_not_have_what_was_never_in_it() -> None:
    network = path("r", "d", 7, PRICE)

    with pytest.raises(KeyError):
        network.node("x")
    with pytest.raises(KeyError):
        network.edge("x")
