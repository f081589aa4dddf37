"""What a request must be to be on sale, and what a proposal becomes."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole
from capacity.networks.policy import Policy
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Firmness, Route
from linepack.gasday import GasDayClock, Period
from linepack.ids import NetworkId, PartyId, RevisionId
from linepack.money import Currency
from linepack.problems import InvalidInput
from linepack.units import CommercialUnit, GasQuality
from market.primary.commands import CapacityRequest
from market.primary.terms import checked
from market.products.model import ProductRules, Runtime

NETWORK_ID = NetworkId(UUID(int=500))
TODAY = date(2026, 12, 1)
NETWORK = Network(
    "line",
    "Line",
    CommercialUnit.KWH_PER_H,
    GasQuality(11.2, 0.8),
    GasDayClock("Europe/Berlin", 6),
    (Node("a", NodeRole.ENTRY), Node("x", NodeRole.EXIT)),
    (Edge("ax", EdgeKind.PIPE, "a", "x", capacity_forward=10),),
)


def published() -> PublishedNetwork:
    return PublishedNetwork(
        id=NETWORK_ID,
        revision_id=RevisionId(UUID(int=501)),
        revision_number=1,
        operator_id=PartyId(UUID(int=9)),
        network=NETWORK,
        overlays=(),
        interruptible=(),
        currency=Currency.EUR,
        policy=Policy(),
        version=1,
    )


def asked(**changes: Any) -> CapacityRequest:
    terms: dict[str, Any] = {
        "network_id": NETWORK_ID,
        "receipt": "a",
        "delivery": "x",
        "start": date(2027, 1, 1),
        "end": date(2027, 2, 1),
        "quantity": 5,
    }
    return CapacityRequest(**{**terms, **changes})


def test_a_request_that_is_on_sale_is_what_the_verifier_takes() -> None:
    request = checked(asked(), published(), ProductRules(NETWORK_ID, TODAY), TODAY)
    assert (request.route, request.quantity) == (Route("a", "x"), 5)
    assert (request.period, request.firmness) == (
        Period(date(2027, 1, 1), date(2027, 2, 1)),
        Firmness.FIRM,
    )


def test_every_fault_of_a_request_is_found_at_once() -> None:
    rules = ProductRules(
        NETWORK_ID,
        TODAY,
        frozenset({Runtime.MONTHLY}),
        frozenset({Firmness.FIRM}),
        lead_days=40,
    )
    wrong = asked(
        receipt="x",
        delivery="nowhere",
        end=date(2027, 1, 15),
        quantity=0,
        firmness=Firmness.INTERRUPTIBLE,
    )
    with pytest.raises(InvalidInput) as refused:
        checked(wrong, published(), rules, TODAY)
    assert [fault.place for fault in refused.value.faults] == [
        "receipt",
        "delivery",
        "quantity",
        "firmness",
        "start",
        "end",
    ]
