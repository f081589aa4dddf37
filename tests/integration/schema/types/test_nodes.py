"""What has an id is found by it, by callers who may see it and by no others."""

from typing import Any

import pytest
from strawberry import relay
from tests.factories.identity import as_person
from tests.integration.market.market_fixture import ANNA, BERT, CARLA, OPERATING, OTHER_OPERATOR, acting_for
from tests.integration.schema.harness import SchemaHarness

from capacity.networks.repository import load
from linepack.access import OVERSEEING_ROLES, Principal, Role

pytestmark = pytest.mark.anyio

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
OTHER_OPERATING = acting_for(OTHER_OPERATOR, Role.OPERATOR)
BY_ADMINISTRATOR, ADMINISTERING = acting_for(ANNA, Role.COMPANY_ADMIN), acting_for(None, Role.ADMIN)
BY_ANNA, BY_BERT, BY_CARLA = acting_for(ANNA), acting_for(BERT), acting_for(CARLA)
OVERSEERS = [acting_for(None, role) for role in sorted(OVERSEEING_ROLES)]

PUBLIC = {
    "Network": ('{ network(code: "fork") { id } }', BY_ANNA),
    "PhysicalNode": ('{ network(code: "fork") { nodes { id } } }', BY_ANNA),
    "PhysicalEdge": ('{ network(code: "fork") { edges { id } } }', BY_ANNA),
    "Listing": ('{ listings(network: "fork") { edges { node { id } } } }', BY_ANNA),
    "CallForOrders": ('{ callsForOrders(network: "fork") { edges { node { id } } } }', BY_ANNA),
    "ReleaseOffer": ('{ releaseOffers(network: "fork") { edges { node { id } } } }', BY_ANNA),
    "NetworkClearing": ('{ clearings(network: "fork") { edges { node { id } } } }', BY_ANNA),
    "Party": ("{ viewer { party { id } } }", BY_ANNA),
}
PRIVATE = {
    "Contract": ("{ contracts(own: true) { edges { node { id } } } }", BY_ANNA, (OPERATING,)),
    "Order": ("{ orders { edges { node { id } } } }", BY_BERT, (BY_ANNA, OPERATING)),
    "ClearingBid": ("{ clearingBids { edges { node { id } } } }", BY_BERT, (OPERATING,)),
    "Trade": ("{ trades { edges { node { id } } } }", BY_ANNA, (BY_BERT, OPERATING)),
    "Session": ("{ sessions { edges { node { id } } } }", as_person(BY_ANNA), ()),
    "ApiKey": ("{ apiKeys { edges { node { id } } } }", BY_ANNA, (ADMINISTERING,)),
    "Account": ("{ accounts { edges { node { id } } } }", BY_ADMINISTRATOR, (ADMINISTERING,)),
    "AccountEvent": ("{ accountEvents { edges { node { id } } } }", BY_ADMINISTRATOR, (ADMINISTERING,)),
    "Job": ("{ jobs { edges { node { id } } } }", BY_ANNA, (OPERATING,)),
}


def first_id(data: Any) -> str:
    """Return the first id anywhere in an answer."""
    while not isinstance(data, str):
        data = data[0] if isinstance(data, list) else data.get("id", next(iter(data.values())))
    return data


async def seen_by(harness: SchemaHarness, principal: Principal, identity: str) -> str | None:
    found = (await harness.ask(principal, NODE, id=identity))["node"]
    return None if found is None else str(found["__typename"])


async def test_every_kind_of_node_is_found_by_those_who_may_see_it_and_by_nobody_else(
    harness: SchemaHarness,
) -> None:
    await harness.fill(1)
    for kind, (query, viewer) in PUBLIC.items():
        identity = first_id(await harness.ask(viewer, query))
        for principal in (BY_ANNA, BY_CARLA, OPERATING, OTHER_OPERATING):
            assert await seen_by(harness, principal, identity) == kind
    for kind, (query, viewer, others) in PRIVATE.items():
        identity = first_id(await harness.ask(viewer, query))
        for principal in (viewer, *others):
            assert await seen_by(harness, principal, identity) == kind, (kind, principal)
        for principal in (BY_CARLA, acting_for(CARLA, Role.COMPANY_ADMIN), OTHER_OPERATING):
            assert await seen_by(harness, principal, identity) is None, kind


async def test_a_bid_is_sealed_until_it_is_decided(harness: SchemaHarness) -> None:
    await harness.fill(1)
    bids = "{ bids { edges { node { id state } } } }"
    by_state = {
        edge["node"]["state"]: edge["node"]["id"]
        for edge in (await harness.ask(BY_BERT, bids))["bids"]["edges"]
    }
    for principal in (BY_BERT, OPERATING):
        assert await seen_by(harness, principal, by_state["OPEN"]) == "Bid"
    for principal in (BY_ANNA, *OVERSEERS):
        assert await seen_by(harness, principal, by_state["OPEN"]) is None
    for principal in OVERSEERS:
        assert await seen_by(harness, principal, by_state["AWARDED"]) == "Bid"
    assert await seen_by(harness, BY_ANNA, by_state["AWARDED"]) == "Bid"
    assert await seen_by(harness, BY_CARLA, by_state["AWARDED"]) is None


async def test_an_id_of_one_kind_does_not_find_another(harness: SchemaHarness) -> None:
    await harness.fill(1)
    listing = first_id(await harness.ask(BY_ANNA, '{ listings(network: "fork") { edges { node { id } } } }'))
    query = "query ($id: ID!) { contract(id: $id) { code } }"
    with pytest.raises(AssertionError, match="no Contract"):
        await harness.ask(BY_ANNA, query, id=listing)


@pytest.mark.parametrize("kind", ["PhysicalNode", "PhysicalEdge"])
async def test_an_id_that_names_no_element_finds_nothing(harness: SchemaHarness, kind: str) -> None:
    async with harness.market_fixture.database.read() as connection:
        published = await load(connection, harness.market_fixture.network_id)
    other = "aj" if kind == "PhysicalNode" else "a"
    for text in (
        f"{published.revision_id}:{other}",
        f"{published.id}:a",
        f"{published.revision_id}",
        "a",
        ":",
    ):
        identity = str(relay.GlobalID(kind, text))
        assert await seen_by(harness, BY_ANNA, identity) is None, text


async def test_operators_are_known_to_everyone(harness: SchemaHarness) -> None:
    operator = first_id(await harness.ask(BY_ANNA, '{ network(code: "fork") { operator { id } } }'))
    assert await seen_by(harness, BY_CARLA, operator) == "Party"
