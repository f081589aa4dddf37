"""A normalising cache, keyed by `__typename` and `id` as Apollo's and urql's are, never merges two things.

Everything that the queries answer about two networks that name their elements alike, and about contracts on
them, is put into one cache, in which no field may have two values. Real caches are tried on the demo
(tests/acceptance/demo/test_clients.py); here there is a row of every kind, and an operator looks too.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_required_argument
from tests.integration.market.market_fixture import (
    ANNA,
    NETWORK,
    NOVEMBER,
    NOW,
    OPERATING,
    acting_for,
)
from tests.integration.schema.harness import SchemaHarness
from tests.integration.schema.selections import ARGUMENTS, QUERY, operations

from capacity.networks.model import Network
from capacity.publication.service import ImportNetwork, import_network
from capacity.rights.model import Route
from linepack.access import Principal, Role, Scope
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.money import Currency

pytestmark = pytest.mark.anyio

ROWS = 10
ASKED = sorted(
    name
    for name, asked in QUERY.fields.items()
    if name != "pressures"  # which a network without physics has not
    and isinstance(get_named_type(asked.type), GraphQLObjectType)
    and all(key in ARGUMENTS for key, one in asked.args.items() if is_required_argument(one))
)
"""The root fields that the generated operations ask for: those with objects, and with arguments that fit."""
OF_ADMINISTRATORS = {"accountEvents", "accounts"}
"""Those that a company administrator asks."""


@dataclass
class Cache:
    """What a client keeps: the fields of each object with an id by that, and what had two values."""

    objects: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    conflicts: set[tuple[str, str]] = field(default_factory=set)

    def keep(self, answer: Any) -> Any:
        """Put what has an id into the cache; return the answer with references in its place."""
        if isinstance(answer, list):
            return [self.keep(each) for each in answer]
        if not isinstance(answer, dict):
            return answer
        kept = {name: self.keep(value) for name, value in answer.items()}
        if "id" not in kept:
            return kept
        reference = (kept["__typename"], kept["id"])
        known = self.objects.setdefault(reference, {})
        for name, value in kept.items():
            known[name] = self.merged(known[name], value, (reference[0], name)) if name in known else value
        return {"reference": reference}

    def merged(self, old: Any, new: Any, place: tuple[str, str]) -> Any:
        """Return both values of a field as one, which they are where what both have is equal."""
        if isinstance(old, dict) and isinstance(new, dict):
            both = {name: self.merged(old[name], new[name], place) for name in old.keys() & new.keys()}
            return {**old, **new, **both}
        if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            return [self.merged(one, other, place) for one, other in zip(old, new, strict=True)]
        if old != new:
            self.conflicts.add(place)
        return new


def named_alike(code: str) -> Network:
    """Return a network whose elements have the codes of those of the market's network, and nothing else."""
    nodes = tuple(replace(node, height_m=50.0, name="another") for node in NETWORK.nodes)
    edges = tuple(replace(edge, length_m=1.0, capacity_forward=7, name="another") for edge in NETWORK.edges)
    return replace(NETWORK, code=code, nodes=nodes, edges=edges)


@pytest.fixture
async def two_networks(harness: SchemaHarness) -> SchemaHarness:
    """The market with two of everything, contracts of different routes, and another network."""
    await harness.fill(2)
    for route, quantity in ((Route("a", "x"), 20), (Route("b", "x"), 5), (Route("a", "x"), 3)):
        await harness.market_fixture.book(ANNA, quantity=quantity, route=route, period=NOVEMBER)
    async with UnitOfWork(harness.market_fixture.database) as uow:
        command = ImportNetwork(network=named_alike("twin"), currency=Currency.EUR)
        await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    return harness


async def everything(harness: SchemaHarness, viewer: Principal) -> Cache:
    """Return a cache of what every generated operation answers the viewer about both networks."""
    cache = Cache()
    for name in ASKED:
        if name.startswith("own") and not viewer.holds(Scope.TRADE):
            continue
        asking = acting_for(ANNA, Role.COMPANY_ADMIN) if name in OF_ADMINISTRATORS else viewer
        for network in ("fork", "twin"):
            named = {"network": f'"{network}"', "code": f'"{network}"'}
            if name == "networkAvailability":
                named["kind"] = "EXIT"
            if name == "ledgerEntries":
                del named["code"]  # of a charge
            if name == "elementUse":
                named["edge"] = '"jx"'
            for operation in operations(name, first=ROWS, also="__typename", **named):
                cache.keep(await harness.ask(asking, operation))
    return cache


@pytest.mark.parametrize("viewer", [acting_for(ANNA), OPERATING])
async def test_no_field_in_a_normalising_cache_has_two_values(
    two_networks: SchemaHarness, viewer: Principal
) -> None:
    cache = await everything(two_networks, viewer)
    assert cache.conflicts == set()
    kept = {kind for kind, _ in cache.objects}
    assert kept >= {"Network", "PhysicalNode", "PhysicalEdge", "Contract", "Tariff", "Overlay"}


def test_the_cache_of_this_test_finds_an_id_that_two_things_share() -> None:
    cache = Cache()
    for height in (0.0, 50.0):
        cache.keep({"node": {"__typename": "PhysicalNode", "id": "a", "heightM": height, "code": "a"}})
    assert cache.conflicts == {("PhysicalNode", "heightM")}
