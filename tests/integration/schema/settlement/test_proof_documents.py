"""Proof documents in the API: who gets them, and that they hold all that was proved, whatever came later."""

import hashlib
import json
from typing import Any

import pytest
from tests.factories.capacity import add_overlays
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    PATH,
    REGULATING,
    WINTER,
    acting_for,
)
from tests.integration.schema.harness import SchemaHarness

from capacity.networks.formats import native
from linepack.access import Principal, Role
from schema.api import build_schema

pytestmark = pytest.mark.anyio

CONTRACTS = "{ contracts(own: true, first: 10) { edges { node { id quantity verdict { rightsVersion } } } } }"
DOCUMENTS = "query ($contract: ID!) { proofDocuments(contract: $contract) { network: revision proof } }"
ON_THE_PATH = [{"receipt": PATH.receipt, "delivery": PATH.delivery}]


@pytest.fixture
async def booked(harness: SchemaHarness) -> SchemaHarness:
    """ANNA books 10, an edge is halved, BERT books 20, and ANNA 5 and 1 more."""
    fixture = harness.market_fixture
    await fixture.book(ANNA, quantity=10)
    await add_overlays(fixture.database, OPERATING, fixture.network_id, 1, edge="jy", period=WINTER, at=NOW)
    await fixture.book(BERT, quantity=20)
    await fixture.book(ANNA, quantity=5)
    await fixture.book(ANNA, quantity=1)
    await harness.relay()
    return harness


async def contract_of(harness: SchemaHarness, quantity: int) -> dict[str, Any]:
    found = await harness.ask(acting_for(ANNA), CONTRACTS)
    nodes: list[dict[str, Any]] = [edge["node"] for edge in found["contracts"]["edges"]]
    [own] = [node for node in nodes if node["quantity"] == quantity]
    return own


async def documents(
    harness: SchemaHarness, principal: Principal, contract: str
) -> tuple[str, dict[str, Any]]:
    found = (await harness.ask(principal, DOCUMENTS, contract=contract))["proofDocuments"]
    return found["network"], json.loads(found["proof"])


async def test_they_hold_what_was_proved_then(booked: SchemaHarness) -> None:
    first, third = await contract_of(booked, 10), await contract_of(booked, 5)

    network, proof = await documents(booked, acting_for(ANNA), first["id"])
    assert proof["network"]["sha256"] == hashlib.sha256(network.encode()).hexdigest()
    assert native.read(network.encode()).code == proof["network"]["code"]
    assert proof["overlays"] == []
    assert [day["stack"] for day in proof["rights"]["days"]] == [[]]
    assert proof["rights"]["version"] == first["verdict"]["rightsVersion"]

    _, proof = await documents(booked, acting_for(ANNA), third["id"])
    assert [(one["edge_id"], one["factor"]) for one in proof["overlays"]] == [("jy", "0.5")]
    assert [day["stack"] for day in proof["rights"]["days"]] == [[[*ON_THE_PATH, 30]]]
    assert (
        proof["rights"]["version"] == proof["verdict"]["rights_version"] == third["verdict"]["rightsVersion"]
    )
    assert proof["verdict"]["request"]["quantity"] == 5
    assert [one["certificate"]["kind"] for one in proof["verdict"]["proofs"]] == ["flow"]


@pytest.mark.parametrize("principal", [OPERATING, REGULATING], ids=["operator", "regulator"])
async def test_who_oversees_gets_them_too(booked: SchemaHarness, principal: Principal) -> None:
    contract = (await contract_of(booked, 10))["id"]
    assert await documents(booked, principal, contract) == await documents(booked, acting_for(ANNA), contract)


@pytest.mark.parametrize(
    "principal", [acting_for(BERT), acting_for(OTHER_OPERATOR, Role.OPERATOR)], ids=["shipper", "operator"]
)
async def test_others_do_not(booked: SchemaHarness, principal: Principal) -> None:
    contract = (await contract_of(booked, 10))["id"]
    result = await build_schema().execute(
        DOCUMENTS, {"contract": contract}, context_value=booked.context(principal)
    )
    assert result.errors is not None
    assert "no verdict of contract" in str(result.errors[0])
