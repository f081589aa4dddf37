"""A map of a year on GasLib-582, as a browser gets it: three requests, at most 2 MB on the wire."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from tests.identities import make_identities
from tests.integration.market.market_fixture import ANNA, OPERATING, MarketFixture, fill_market
from tests.integration.schema.columns import rows
from tests.integration.server.web.conftest import Opening

from capacity.contracts.pricing.price import Flat
from capacity.networks.policy import Level, Policy
from capacity.publication import catalogue
from capacity.publication.service import ImportNetwork, import_network
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.access import Scope
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.identity.authentication import Authenticator
from linepack.identity.service import create_api_key
from linepack.money import Currency
from linepack.settings import Settings
from market.tariffs.service import SetTariff, set_tariff

pytestmark = pytest.mark.anyio

GASLIB = catalogue.load("gaslib-582")
BYTES_MAX = 2_000_000
MONTHS = [Period(date(2028, month, 1), date(2028 + month // 12, month % 12 + 1, 1)) for month in range(1, 13)]
FRAME = """{ network(code: "gaslib-582") {
  revision unit
  nodes { code name role longitude latitude x y pressureMinBar pressureMaxBar }
  edges { code kind tail { code } head { code } path }
} }"""
USAGE = """{ usage(network: "gaslib-582", period: {start: "2028-01-01", end: "2029-01-01"}) {
  cursor stretches { start end }
  flow capacityForward capacityBackward worstForward worstBackward headroomForward headroomBackward
} }"""
PRESSURES = """{ pressures(network: "gaslib-582", period: {start: "2028-01-01", end: "2029-01-01"}) {
  cursor stretches { period { start end } outcome reason } modes configurations
  pressureBar pressureMinBar pressureMaxBar flow mode configuration
} }"""


@pytest.fixture
async def booked(identity: Authenticator, database: Database) -> dict[str, str]:
    """The headers of who may read, where every month of a year on GasLib-582 is booked otherwise."""
    identities = await make_identities(identity)
    alice = identity.context(await identities.sign_in(identities.alice))
    reading = await create_api_key(identities.new_key(identities.shipper, Scope.READ), alice)
    fixture = await fill_market(database)
    now = datetime.now(UTC)
    async with UnitOfWork(database) as uow:
        command = ImportNetwork(network=GASLIB, currency=Currency.EUR, policy=Policy(Level.FLOW, Level.FLOW))
        published = await import_network(command, Context(uow=uow, principal=OPERATING, at=now))
    for kind in (RouteKind.ENTRY, RouteKind.EXIT):
        tariff = SetTariff(
            network_id=published.id,
            kind=kind,
            firmness=Firmness.FIRM,
            valid_from=date(2026, 1, 1),
            price=Flat(Decimal("0.01")),
        )
        await fixture.market.caller(OPERATING, now).run(set_tariff, tariff)
    market = MarketFixture(fixture.market, published.id)
    for number, (point, most) in enumerate(nominated()):
        # The share of the nomination goes up and down over the year, at each point in another month.
        profile = [
            market.request(
                quantity=most * (30 + (number * 7 + month * 3) % 20) // 100, period=period, route=point
            )
            for month, period in enumerate(MONTHS)
        ]
        await market.book_profile(ANNA, profile)
    return {"authorization": f"Bearer {reading.text}"}


def nominated() -> list[tuple[Route, int]]:
    """The points with the largest nominations, and how much is nominated there."""
    largest = sorted(GASLIB.nodes, key=lambda node: -abs(node.nomination))[:30]
    return [
        (Route(node.id, None) if node.nomination > 0 else Route(None, node.id), abs(int(node.nomination)))
        for node in largest
    ]


async def asked(client: httpx2.AsyncClient, query: str, headers: dict[str, str]) -> tuple[Any, int]:
    """Return what a query answers, and how many bytes that took."""
    answer = await client.post("/graphql", json={"query": query}, headers=headers)
    body = answer.json()
    assert "errors" not in body, body["errors"]
    assert answer.headers["content-encoding"] == "gzip"
    return body["data"], int(answer.headers["content-length"])


@pytest.mark.timeout(900)
async def test_a_year_takes_three_requests_and_two_megabytes(
    opening: Opening, booked: dict[str, str]
) -> None:
    async with opening(Settings(cost_burst=10**9)) as client:
        pressures: Any = None
        while pressures is None or any("ask again" in one["reason"] for one in pressures["stretches"]):
            # States are sought for some seconds by each query, and kept.
            pressures = (await asked(client, PRESSURES, booked))[0]["pressures"]

        sizes = [await asked(client, query, booked) for query in (FRAME, USAGE, PRESSURES)]

    (frame, _), (usage, _), (state, _) = sizes
    assert sum(size for _, size in sizes) <= BYTES_MAX
    network, stretches = frame["network"], usage["usage"]["stretches"]
    assert len(network["edges"]) == len(GASLIB.edges)
    assert [one["start"] for one in stretches] == [str(month.start) for month in MONTHS]
    flows = rows(usage["usage"]["flow"], len(stretches))
    assert len(flows) == len(GASLIB.edges)
    assert len({tuple(month) for month in zip(*flows, strict=True)}) == len(MONTHS), "no two months are alike"
    found = state["pressures"]
    feasible = [place for place, one in enumerate(found["stretches"]) if one["outcome"] == "FEASIBLE"]
    assert len(feasible) == len(MONTHS)
    bars = rows(found["pressureBar"], len(stretches), "f")
    assert len(bars) == len(GASLIB.nodes)
    assert all(bar > 0 for node in bars for bar in node)
