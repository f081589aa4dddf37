"""The tape shows everyone what passed between shippers, where and at what price, and nobody whose it was."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.factories import market
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    NOW,
    OPERATING,
    OTHER_OPERATOR,
    SHIPPERS,
    acting_for,
    key,
)
from tests.integration.schema.harness import SchemaHarness

from linepack.access import Role
from market.calls.commands import AcceptOrder, CallToSell, PlaceOrder
from market.calls.service import accept_order, open_call_to_sell, place_order
from market.rights_transfer.model import TradeKind

pytestmark = pytest.mark.anyio

TRADE = """procedure firmness quantity pricePerUnitDay currency concludedAt period { start end }
  routes { route { receipt { code } delivery { code } } quantity } network { code }"""
TAPE = f"""
query ($route: RouteInput, $period: PeriodInput) {{
  tradeTape(network: "fork", route: $route, period: $period) {{
    cursor totalCount {{ count }} edges {{ node {{ id {TRADE} }} }} }}
}}
"""
FOLLOW = f"""
subscription ($after: Cursor) {{
  tradeTape(network: "fork", after: $after) {{
    __typename ... on TapeEvent {{ cursor trade {{ id {TRADE} }} }} ... on ResyncRequired {{ cursor }}
  }}
}}
"""


async def tape(harness: SchemaHarness, principal: Any, **given: Any) -> Any:
    return (await harness.ask(principal, TAPE, **given))["tradeTape"]


async def trade_each_way(harness: SchemaHarness) -> None:
    """Let Bert take December of a listing, win February of a release, and have an order accepted."""
    fixture = harness.market_fixture
    contract = await fixture.book(quantity=5)
    await market.add_listings(fixture, [contract])
    await market.add_releases(fixture, [contract])
    start, end = NOW.date().replace(month=11, day=1), NOW.date().replace(month=11, day=29)
    seller, buyer = fixture.market.caller(acting_for(ANNA), NOW), fixture.market.caller(acting_for(BERT), NOW)
    asked = CallToSell(
        contract_id=contract.id,
        kind=TradeKind.TRANSFER_OF_USE,
        start=start,
        end=end,
        quantity=2,
        limit_price=Decimal("0.1"),
        closes_at=NOW + timedelta(days=3),
        idempotency_key=key(),
    )
    call = await seller.run(open_call_to_sell, asked)
    order = await buyer.run(
        place_order,
        PlaceOrder(
            call_id=call.id,
            start=start,
            end=end,
            quantity=2,
            price_per_unit_day=Decimal("0.7"),
            accept_by=NOW + timedelta(days=2),
            idempotency_key=key(),
        ),
    )
    await seller.run(accept_order, AcceptOrder(order_id=order.id, idempotency_key=key()))
    await harness.relay()


async def test_everyone_sees_each_procedure_with_its_price_and_route(harness: SchemaHarness) -> None:
    await trade_each_way(harness)
    for principal in (acting_for(CARLA), acting_for(OTHER_OPERATOR, Role.OPERATOR), OPERATING):
        found = await tape(harness, principal)
        rows = [edge["node"] for edge in found["edges"]]
        assert [(row["procedure"], row["quantity"], row["pricePerUnitDay"]) for row in rows] == [
            ("CALL", 2, "0.7"),
            ("RELEASE", 1, "0.4"),
            ("LISTING", 1, "0.3"),
        ]
        assert found["totalCount"] == {"count": 3}
        on_path = {"receipt": {"code": "a"}, "delivery": {"code": "x"}}
        assert {json.dumps(row["routes"]) for row in rows[1:]} == {
            json.dumps([{"route": on_path, "quantity": 1}])
        }


async def test_the_tape_names_no_party_and_no_contract_of_anybody(harness: SchemaHarness) -> None:
    await trade_each_way(harness)
    found = json.dumps(await tape(harness, acting_for(CARLA)))
    query = "{ contracts(first: 100) { edges { node { code parent { id } } } } }"
    contracts = (await harness.ask(OPERATING, query))["contracts"]["edges"]
    parents = {edge["node"]["parent"]["id"] for edge in contracts if edge["node"]["parent"]}
    secrets = [*(str(one) for one in SHIPPERS), *(edge["node"]["code"] for edge in contracts), *parents]
    assert len(secrets) > 5
    assert [one for one in secrets if one in found] == []


async def test_the_tape_is_narrowed_to_a_route_and_gas_days(harness: SchemaHarness) -> None:
    await trade_each_way(harness)
    by_carla = acting_for(CARLA)
    december = {"start": "2026-12-01", "end": "2027-01-01"}
    [edge] = (await tape(harness, by_carla, period=december))["edges"]
    assert edge["node"]["procedure"] == "LISTING"
    assert len((await tape(harness, by_carla, route={"receipt": "a", "delivery": "x"}))["edges"]) == 3
    assert (await tape(harness, by_carla, route={"receipt": "b", "delivery": "x"}))["edges"] == []


async def test_the_tape_and_what_follows_it_are_what_it_is_later(harness: SchemaHarness) -> None:
    await trade_each_way(harness)
    before = await tape(harness, acting_for(CARLA))
    await trade_each_way(harness)
    later = [edge["node"] for edge in (await tape(harness, acting_for(CARLA)))["edges"]]
    rows = {edge["node"]["id"]: edge["node"] for edge in before["edges"]}
    async with harness.subscribed(acting_for(CARLA), FOLLOW, after=before["cursor"]) as following:
        for _ in range(3):
            event = (await following())["tradeTape"]
            rows[event["trade"]["id"]] = event["trade"]
    assert sorted(rows.values(), key=json.dumps) == sorted(later, key=json.dumps)


async def test_a_party_sees_the_routes_of_its_trades_and_finds_them_by_route(harness: SchemaHarness) -> None:
    await trade_each_way(harness)
    query = """query ($route: RouteInput) { trades(route: $route, orderBy: PRICE, direction: ASCENDING) {
      edges { node { pricePerUnitDay
        routes { route { receipt { code } delivery { code } } quantity } } } } }"""
    for principal in (acting_for(ANNA), acting_for(BERT)):
        found = await harness.ask(principal, query, route={"receipt": "a", "delivery": "x"})
        rows = [edge["node"] for edge in found["trades"]["edges"]]
        assert [row["pricePerUnitDay"] for row in rows] == ["0.3", "0.7"]
        assert rows[0]["routes"] == [
            {"route": {"receipt": {"code": "a"}, "delivery": {"code": "x"}}, "quantity": 1}
        ]
        elsewhere = await harness.ask(principal, query, route={"receipt": "b", "delivery": "y"})
        assert elsewhere["trades"]["edges"] == []


async def test_trades_are_narrowed_to_a_kind_and_a_counterparty(harness: SchemaHarness) -> None:
    await trade_each_way(harness)
    own = "{ trades(kind: ASSIGNMENT) { edges { node { kind buyer { id } } } } }"
    [edge] = (await harness.ask(acting_for(ANNA), own))["trades"]["edges"]
    assert edge["node"]["kind"] == "ASSIGNMENT"
    query = "query ($with: ID) { trades(counterparty: $with) { totalCount { count } } }"
    buyer = edge["node"]["buyer"]["id"]
    for viewer, count in ((ANNA, 2), (CARLA, 0)):
        found = (await harness.ask(acting_for(viewer), query, **{"with": buyer}))["trades"]
        assert found["totalCount"] == {"count": count}
