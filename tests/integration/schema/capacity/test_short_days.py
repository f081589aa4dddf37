"""A day that is short already, as a client sees it: the Belgian network with an edge closed for one day."""

from datetime import date
from typing import Any

import networkx
import pytest
from tests.integration.market.market_fixture import ANNA, BERT, NOW, OPERATING, PRICE, acting_for, key
from tests.integration.schema.harness import SchemaHarness

from capacity.contracts.pricing.price import Flat
from capacity.networks.policy import Policy
from capacity.publication import catalogue
from capacity.publication.service import ImportNetwork, import_network
from capacity.rights.model import Firmness, RouteKind
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.money import Currency
from market.tariffs.service import SetTariff, set_tariff

pytestmark = pytest.mark.anyio

BY_ANNA, BY_BERT = acting_for(ANNA), acting_for(BERT)
QUARTER = {"start": "2027-01-01", "end": "2027-04-01"}
CLOSED = {"start": "2027-02-10", "end": "2027-02-11"}
AVAILABILITY = """
query ($route: RouteInput!, $period: PeriodInput!) {
  availability(network: "belgian", route: $route, period: $period) {
    stretches { period { start days } technical available }
  }
}
"""
BELGIAN = catalogue.load("belgian")
PATHS = [
    (receipt.id, delivery.id)
    for receipt in BELGIAN.nodes
    for delivery in BELGIAN.nodes
    if receipt.role.may_enter and delivery.role.may_exit and receipt.id != delivery.id
]
Path = tuple[str, str]
ANSWER = """
... on BookCapacityPayload {
  contract { verdict { outcome proofs { certificate onlyLoaded curtailedTo periods { start days } } } }
}
... on CapacityExhaustedProblem {
  largest { period { start days } quantity }
  bottlenecks { nodes { code } capacity demand shortfall missing text periods { start days } }
}
"""


async def set_up(harness: SchemaHarness) -> None:
    """The Belgian network under the policy of the demo, with a tariff for paths."""
    async with UnitOfWork(harness.market_fixture.database) as uow:
        command = ImportNetwork(network=BELGIAN, currency=Currency.EUR, policy=Policy())
        published = await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    tariff = SetTariff(
        network_id=published.id,
        kind=RouteKind.PATH,
        firmness=Firmness.FIRM,
        valid_from=date(2026, 1, 1),
        price=Flat(PRICE),
    )
    await harness.market_fixture.market.caller(OPERATING, NOW).run(set_tariff, tariff)


async def offered(harness: SchemaHarness, path: Path) -> dict[str, int]:
    """What a path is quoted over the quarter, by the first day of each stretch."""
    route = {"receipt": path[0], "delivery": path[1]}
    found = await harness.ask(BY_BERT, AVAILABILITY, route=route, period=QUARTER)
    return {one["period"]["start"]: int(one["available"]) for one in found["availability"]["stretches"]}


async def book(harness: SchemaHarness, path: Path, quantity: int, **period: str) -> dict[str, Any]:
    return await harness.act(
        BY_BERT,
        "bookCapacity",
        ANSWER,
        network="belgian",
        receipt=path[0],
        delivery=path[1],
        quantity=quantity,
        idempotencyKey=key(),
        **(QUARTER | period),
    )


async def close(harness: SchemaHarness, edge: str) -> None:
    await harness.act(
        OPERATING,
        "setOverlay",
        "... on OverlayPayload { overlay { id } }",
        network="belgian",
        edge=edge,
        kind="MAINTENANCE",
        period=CLOSED,
        factor=0,
        reason="pig run",
        idempotencyKey=key(),
    )


def on_the_only_way(path: Path) -> str:
    """The first edge without which a path's points are not connected."""
    for edge in BELGIAN.edges:
        others = [(other.tail, other.head) for other in BELGIAN.edges if other.id != edge.id]
        rest = networkx.Graph(others)
        if not networkx.has_path(rest, *path):
            return edge.id
    raise AssertionError(f"nothing can close {path}")


def leaving(nodes: set[str], closed: str) -> int:
    """What the edges carry out of a set of nodes while one of them is closed."""
    return sum(
        capacity or 0
        for edge in BELGIAN.edges
        for tail, head, capacity in (
            (edge.tail, edge.head, edge.capacity_forward),
            (edge.head, edge.tail, edge.capacity_backward),
        )
        if edge.id != closed and tail in nodes and head not in nodes
    )


async def test_an_edge_closed_for_a_day_takes_only_routes_that_load_its_cuts_off_sale_for_that_day(
    harness: SchemaHarness,
) -> None:
    await set_up(harness)
    before = {path: (await offered(harness, path))[QUARTER["start"]] for path in PATHS}
    best = max(before, key=lambda path: before[path])
    sold = before[best] // 2
    assert "contract" in await book(harness, best, sold)
    booked = {path: (await offered(harness, path))[QUARTER["start"]] for path in PATHS}
    edge = on_the_only_way(best)

    await close(harness, edge)

    quoted, refused = {}, []
    for path in PATHS:
        found = await offered(harness, path)
        # On all other days nothing has changed.
        assert {found[day] for day in found if day != CLOSED["start"]} == {booked[path]}
        quoted[path] = found.get(CLOSED["start"], booked[path])
        if booked[path] and not quoted[path]:
            refused.append(path)
    on_sale = [path for path in PATHS if quoted[path]]
    assert best in refused
    assert len(on_sale) > len(PATHS) // 3

    # What is off sale on that day loads a cut that is full or short; what is named is one of those.
    for path in refused[:6]:
        answer = await book(harness, path, 1)
        assert answer["code"] == "CAPACITY_EXHAUSTED"
        assert [one["quantity"] for one in answer["largest"]] == [booked[path], 0, booked[path]]
        for found in answer["bottlenecks"]:
            assert found["periods"] == [{"start": CLOSED["start"], "days": 1}]
            assert found["missing"] == 1
            if found["nodes"]:
                nodes = {node["code"] for node in found["nodes"]}
                assert path[0] in nodes
                assert path[1] not in nodes
                crossing = sold if best[0] in nodes and best[1] not in nodes else 0
                assert int(found["capacity"]) == leaving(nodes, edge) < crossing + 1

    # The others are sold for the whole quarter, and the verdict says which day was proved apart.
    other = max(on_sale, key=lambda path: quoted[path])
    proofs = (await book(harness, other, quoted[other]))["contract"]["verdict"]["proofs"]
    assert [proof["periods"] for proof in proofs if proof["onlyLoaded"]] == [
        [{"start": CLOSED["start"], "days": 1}]
    ]
    assert all(proof["curtailedTo"] is None for proof in proofs)
