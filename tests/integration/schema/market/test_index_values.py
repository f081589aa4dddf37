"""An index price through the API: values published, a price set, booked, passed on, trued up."""

import asyncio
from contextlib import suppress
from decimal import Decimal

import pytest
from redis.asyncio import Redis
from tests.integration.market.market_fixture import ANNA, BERT, OPERATING, REGULATING, acting_for
from tests.integration.schema.harness import SchemaHarness, places
from tests.waiting import TIME_LIMIT_S

from linepack.access import Role
from linepack.events.relay import Relay
from settlement.consumer import run

pytestmark = pytest.mark.anyio

PRICE = {"indexed": {"index": "TTF", "multiplier": "0.01", "addend": "0.05"}}
TARIFF = {"network": "fork", "kind": "PATH", "firmness": "FIRM", "validFrom": "2026-06-01", "price": PRICE}
PUBLISH_FIRST = "publish one, then set the tariff"
PUBLISHED = "... on PublishIndexValuesPayload { published { index day value revision publishedBy { code } } }"
REQUEST = {
    "network": "fork",
    "receipt": "a",
    "delivery": "x",
    "start": "2026-11-01",
    "end": "2026-11-03",
    "quantity": 60,
}
QUOTE = """
    query ($input: CapacityRequestInput!) {
      dryRunBookCapacity(input: $input) {
        ... on DryRunBookCapacityPayload { charge { amount { amount } isEstimate working } }
      }
    }
"""
HISTORY = """
    query { indexValues(network: "fork", index: "TTF", period: {start: "2026-11-01", end: "2026-12-01"}) {
      day value revision publishedAt
    } }
"""
STATUS = """
    query { settlementStatus {
      settledThrough positions { capacity market } behindSeconds parkedCount
      parked { stream position topic code reason since network { code } }
    } }
"""
CHARGES = """
    query ($id: ID!) { contract(id: $id) { charges { code amount { amount } debtor { code } working } } }
"""


async def publish(harness: SchemaHarness, csv: str) -> list[dict[str, object]]:
    answer = await harness.act(OPERATING, "publishIndexValues", PUBLISHED, network="fork", csv=csv)
    published: list[dict[str, object]] = answer["published"]
    return published


async def book(harness: SchemaHarness) -> str:
    answer = await harness.act(
        acting_for(ANNA),
        "bookCapacity",
        "... on BookCapacityPayload { contract { id } charge { isEstimate } }",
        **REQUEST,
        idempotencyKey="book",
    )
    assert answer["charge"] == {"isEstimate": True}
    return str(answer["contract"]["id"])


async def assign(harness: SchemaHarness, contract: str) -> str:
    listing = await harness.act(
        acting_for(ANNA),
        "postListing",
        "... on PostListingPayload { listing { id } }",
        contractId=contract,
        kind="ASSIGNMENT",
        start="2026-11-02",
        end="2026-11-03",
        quantity=20,
        pricePerUnitDay="0",
        idempotencyKey="post",
    )
    taken = await harness.act(
        acting_for(BERT),
        "takeListing",
        "... on TakeListingPayload { trade { childContract { id } } }",
        listingId=listing["listing"]["id"],
        quantity=20,
        idempotencyKey="take",
    )
    return str(taken["trade"]["childContract"]["id"])


async def owed(harness: SchemaHarness, contract: str, party: str) -> Decimal:
    data = await harness.ask(REGULATING, CHARGES, id=contract)
    lines = [line for line in data["contract"]["charges"] if line["debtor"]["code"] == party]
    return sum((Decimal(line["amount"]["amount"]) for line in lines), Decimal(0))


async def test_an_index_price_is_set_booked_passed_on_and_trued_up_by_the_worker(
    harness: SchemaHarness, redis: Redis
) -> None:
    # 60 units on 1 and 2 November, 20 of them assigned on the 2nd. By the estimate of 30 a unit costs 0.35 a
    # day, at 40 and 50 it costs 0.45 and 0.55: Anna 60 × 0.45 + 40 × 0.55 = 49.00, Bert 20 × 0.55 = 11.00.
    refused = await harness.act(OPERATING, "setTariff", "... on SetTariffPayload { tariff { id } }", **TARIFF)
    assert refused["faults"] == [
        {
            "path": ["price"],
            "place": None,
            "message": "index TTF has no value up to 2026-06-01: publish one, then set the tariff",
        }
    ]
    assert await publish(harness, "index,day,value\nTTF,2026-05-31,30\n") == [
        {"index": "TTF", "day": "2026-05-31", "value": "30", "revision": 1, "publishedBy": {"code": "P4"}}
    ]
    await harness.act(OPERATING, "setTariff", "... on SetTariffPayload { tariff { id } }", **TARIFF)
    quoted = await harness.ask(acting_for(ANNA), QUOTE, input=REQUEST)
    charge = quoted["dryRunBookCapacity"]["charge"]
    assert (charge["amount"], charge["isEstimate"]) == ({"amount": "42.00"}, True)

    database = harness.market_fixture.database
    tasks = [asyncio.create_task(Relay(database, redis).run()), asyncio.create_task(run(database, redis))]
    try:
        parent = await book(harness)
        child = await assign(harness, parent)
        async with asyncio.timeout(TIME_LIMIT_S):
            while await owed(harness, child, "P1") != Decimal("7.00"):  # noqa: ASYNC110 there is no event to await
                await asyncio.sleep(0.05)
        await publish(harness, "index,day,value\nTTF,2026-11-01,40\nTTF,2026-11-02,50\n")
        async with asyncio.timeout(TIME_LIMIT_S):
            while await owed(harness, child, "P1") != Decimal("11.00"):  # noqa: ASYNC110 as above
                await asyncio.sleep(0.05)
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    assert await owed(harness, parent, "P0") == Decimal("49.00")
    status = (await harness.ask(OPERATING, STATUS))["settlementStatus"]
    assert (status["parkedCount"], status["parked"]) == (0, [])


async def test_the_history_shows_what_was_corrected(harness: SchemaHarness) -> None:
    await publish(harness, "day,value,index\n2026-11-01,30,TTF\n")
    await publish(harness, "day,value,index\n2026-11-01,31.50,TTF\n2026-11-02,32,TTF\n")
    values = (await harness.ask(acting_for(ANNA), HISTORY))["indexValues"]
    assert [(one["day"], one["value"], one["revision"]) for one in values] == [
        ("2026-11-01", "30", 1),
        ("2026-11-01", "31.50", 2),
        ("2026-11-02", "32", 1),
    ]


async def test_every_fault_of_a_table_and_of_values_is_named(harness: SchemaHarness) -> None:
    answer = await harness.act(OPERATING, "publishIndexValues", PUBLISHED, network="fork", csv="index,day\n")
    assert answer["faults"] == [
        {"path": ["csv"], "place": "line 1", "message": "the first row names the columns: index,day,value"}
    ]
    value = {"index": "TTF", "day": "2026-11-01", "value": "1"}
    answer = await harness.act(
        OPERATING, "publishIndexValues", PUBLISHED, network="fork", values=[value, {**value, "index": " "}]
    )
    assert places(answer) == ["values.1.index"]
    answer = await harness.act(
        OPERATING, "publishIndexValues", PUBLISHED, network="fork", values=[value], csv="index,day,value\n"
    )
    assert answer["faults"] == [
        {"path": ["csv"], "place": None, "message": "give values or a table, not both"}
    ]


async def test_another_operator_publishes_nothing(harness: SchemaHarness) -> None:
    value = {"index": "TTF", "day": "2026-11-01", "value": "1"}
    other = acting_for(BERT, Role.OPERATOR)
    answer = await harness.act(other, "publishIndexValues", PUBLISHED, network="fork", values=[value])
    assert answer["__typename"] == "NotFoundProblem"
