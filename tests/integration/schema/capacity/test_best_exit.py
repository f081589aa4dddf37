"""The best exit for next summer on GasLib-135: one request, which says of every point what a booking gets."""

from datetime import date
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.integration.market.market_fixture import (
    ANNA,
    NOW,
    OPERATING,
    MarketFixture,
    acting_for,
    fill_market,
)
from tests.integration.schema.columns import rows
from tests.integration.schema.harness import SchemaHarness, schema_harness

from capacity.feasibility.bonds.tightest import TightestBonds
from capacity.feasibility.flow.flow_network import Integers
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.policy import Level, Policy
from capacity.publication import catalogue
from capacity.publication.service import ImportNetwork, import_network
from capacity.rights.model import Firmness, Route, RouteKind
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.money import Currency

pytestmark = pytest.mark.anyio

GASLIB = catalogue.load("gaslib-135")
BY_ANNA = acting_for(ANNA)
SUMMER = Period(date(2027, 4, 1), date(2027, 10, 1))
MAY = Period(date(2027, 5, 1), date(2027, 6, 1))
JULY = Period(date(2027, 7, 1), date(2027, 8, 1))
BEST_EXIT = """query ($period: PeriodInput!, $kind: RouteKind) {
  networkAvailability(network: "gaslib-135", period: $period, kind: $kind) {
    demandedLevel boundLevel stretches { period { start end } level } receiptCodes deliveryCodes
    available unitPricePlaces unitPrices { amounts }
  }
}"""


@pytest.fixture
async def harness(database: Database, redis: Redis) -> SchemaHarness:
    """The schema with GasLib-135, whose entries and exits are sold at level ROBUST, a third of it booked."""
    fixture = await fill_market(database)
    async with UnitOfWork(database) as uow:
        command = ImportNetwork(
            network=GASLIB, currency=Currency.EUR, policy=Policy(Level.ROBUST, Level.FLOW)
        )
        published = await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
    harness = schema_harness(MarketFixture(fixture.market, published.id), redis)
    for kind in (RouteKind.ENTRY, RouteKind.EXIT):
        await harness.act(
            OPERATING,
            "setTariff",
            "... on SetTariffPayload { tariff { id } }",
            network=GASLIB.code,
            kind=kind.name,
            firmness=Firmness.FIRM.name,
            validFrom="2026-10-01",
            price={"flat": {"pricePerUnitDay": "0.01"}},
        )
    for node in GASLIB.nodes[::3]:
        if abs(node.nomination) >= 3:
            route = Route(node.id, None) if node.nomination > 0 else Route(None, node.id)
            quantity = abs(int(node.nomination)) // 3
            period = MAY if node.nomination < 0 and int(node.nomination) % 2 else SUMMER
            await harness.market_fixture.book(ANNA, quantity=quantity, period=period, route=route)
    return harness


async def best_exit(harness: SchemaHarness, kind: str | None = None) -> dict[Route, list[float]]:
    """What every point offers on each stretch, by one request."""
    summer = {"start": str(SUMMER.start), "end": str(SUMMER.end)}
    answer = await harness.ask(BY_ANNA, BEST_EXIT, period=summer, kind=kind)
    found: dict[str, Any] = answer["networkAvailability"]
    assert found["demandedLevel"] == found["boundLevel"] == "ROBUST"
    assert {stretch["level"] for stretch in found["stretches"]} == {"ROBUST"}
    ends = zip(found["receiptCodes"], found["deliveryCodes"], strict=True)
    offered = rows(found["available"], len(found["stretches"]))
    return {Route(*end): figures for end, figures in zip(ends, offered, strict=True)}


async def test_one_request_says_of_every_point_what_a_booking_gets(harness: SchemaHarness) -> None:
    offered = {**await best_exit(harness, "ENTRY"), **await best_exit(harness, "EXIT")}
    points = [node for node in GASLIB.nodes if node.role.may_enter or node.role.may_exit]
    assert len(offered) >= len(points) == 105

    services, network_id = harness.services, harness.market_fixture.network_id
    view = await services.snapshots.current(network_id)
    for route, figures in offered.items():
        most = int(min(figures))
        for quantity, outcome in ((most, Outcome.FEASIBLE), (most + 1, Outcome.INFEASIBLE)):
            if quantity:
                decision = await services.verifiers.decide(view, Request(route, quantity, SUMMER), NOW)
                assert decision.outcome is outcome, (route, quantity)

    best = max(offered, key=lambda route: (route.receipt is None, min(offered[route])))
    booked = await harness.act(
        BY_ANNA,
        "bookCapacity",
        "... on BookCapacityPayload { contract { quantity } }",
        network=GASLIB.code,
        delivery=best.delivery,
        start=str(SUMMER.start),
        end=str(SUMMER.end),
        quantity=int(min(offered[best])),
        idempotencyKey="the best exit",
    )
    assert booked["contract"]["quantity"] == min(offered[best])
    assert min((await best_exit(harness, "EXIT"))[best]) == 0


async def test_all_that_is_sold_is_one_request_too(harness: SchemaHarness) -> None:
    await harness.act(
        OPERATING,
        "setProductRules",
        "",
        network=GASLIB.code,
        validFrom="2026-10-01",
        runtimes=["ANY"],
        firmness=["FIRM"],
        routeKinds=["ENTRY", "EXIT"],
    )
    together = await best_exit(harness)
    assert together == {**await best_exit(harness, "ENTRY"), **await best_exit(harness, "EXIT")}


async def test_after_a_booking_the_second_request_costs_its_days_only(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[Period] = []
    largest = TightestBonds.largest

    def noted(self: TightestBonds, day: LoadCase, *asked: Integers) -> Integers | None:
        worked_out.extend(day.periods)
        return largest(self, day, *asked)

    monkeypatch.setattr(TightestBonds, "largest", noted)
    before = await best_exit(harness, "EXIT")
    assert sum(period.days for period in worked_out) == SUMMER.days
    worked_out.clear()
    assert await best_exit(harness, "EXIT") == before
    assert worked_out == []

    route = max(before, key=lambda route: min(before[route]))
    quantity = int(min(before[route])) // 2
    await harness.market_fixture.book(ANNA, quantity=quantity, period=JULY, route=route)
    worked_out.clear()
    await best_exit(harness, "EXIT")
    assert worked_out == [JULY]
