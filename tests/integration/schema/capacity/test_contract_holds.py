"""Holds as a client sees them: what is free as arithmetic, refusals with how much there is, set-asides."""

from typing import Any

import pytest
from tests.integration.market.market_fixture import ANNA, BERT, OPERATING, acting_for, key
from tests.integration.schema.harness import SchemaHarness
from tests.integration.schema.market.test_trading import book

pytestmark = pytest.mark.anyio

BY_ANNA, BY_BERT = acting_for(ANNA), acting_for(BERT)
NOT_HELD = "... on CapacityNotHeldProblem { free { period { start end } quantity } }"
FREE = """query ($id: ID!) { contract(id: $id) {
  holds { cause heldFor period { start end } quantity until }
  free { period { start end } quantity passedOn held free }
} }"""


async def post(harness: SchemaHarness, contract: str, quantity: int, **changes: Any) -> Any:
    return await harness.act(
        BY_ANNA,
        "postListing",
        "... on PostListingPayload { listing { id isFirm remaining state } } " + NOT_HELD,
        contractId=contract,
        kind="ASSIGNMENT",
        quantity=quantity,
        pricePerUnitDay="0.5",
        idempotencyKey=key(),
        **{"start": "2026-11-01", "end": "2026-11-11", **changes},
    )


async def test_what_is_free_is_shown_as_arithmetic(harness: SchemaHarness) -> None:
    contract = (await book(harness, quantity=40))["contract"]["id"]
    listing = (await post(harness, contract, 30))["listing"]
    await harness.act(BY_BERT, "takeListing", "", listingId=listing["id"], quantity=10, idempotencyKey=key())

    shown = (await harness.ask(BY_ANNA, FREE, id=contract))["contract"]

    sold = {"start": "2026-11-01", "end": "2026-11-11"}
    rest = {"start": "2026-11-11", "end": "2026-12-01"}
    assert listing["isFirm"] is True
    assert shown["holds"] == [
        {"cause": "LISTING", "heldFor": listing["id"], "period": sold, "quantity": 20, "until": None}
    ]
    assert shown["free"] == [
        {"period": sold, "quantity": 40, "passedOn": 10, "held": 20, "free": 10},
        {"period": rest, "quantity": 40, "passedOn": 0, "held": 0, "free": 40},
    ]


async def test_a_listing_of_what_is_not_held_is_refused_with_how_much_is(harness: SchemaHarness) -> None:
    contract = (await book(harness, quantity=40))["contract"]["id"]
    await post(harness, contract, 30)
    for is_firm in (True, False):
        refused = await post(harness, contract, 11, end="2026-12-01", isFirm=is_firm)
        assert (refused["__typename"], refused["code"]) == ("CapacityNotHeldProblem", "CAPACITY_NOT_HELD")
        assert refused["free"] == [
            {"period": {"start": "2026-11-01", "end": "2026-11-11"}, "quantity": 10},
            {"period": {"start": "2026-11-11", "end": "2026-12-01"}, "quantity": 40},
        ]


async def test_a_release_of_what_is_not_held_is_refused_with_how_much_is(harness: SchemaHarness) -> None:
    contract = (await book(harness, quantity=40))["contract"]["id"]
    await post(harness, contract, 30)
    refused = await harness.act(
        BY_ANNA,
        "offerRelease",
        NOT_HELD,
        contractId=contract,
        start="2026-11-01",
        end="2026-12-01",
        quantity=11,
        method="HIGHEST_RATE",
        bidsCloseAt="2026-10-20T12:00:00Z",
        idempotencyKey=key(),
    )
    assert (refused["__typename"], refused["code"]) == ("CapacityNotHeldProblem", "CAPACITY_NOT_HELD")
    assert [one["quantity"] for one in refused["free"]] == [10, 40]


async def test_an_indicative_call_shows_how_it_shrank(harness: SchemaHarness) -> None:
    contract = (await book(harness, quantity=40))["contract"]["id"]
    await harness.act(
        BY_ANNA,
        "openCallToSell",
        "... on CallPayload { call { isFirm remaining } }",
        contractId=contract,
        kind="ASSIGNMENT",
        start="2026-11-01",
        end="2026-11-11",
        quantity=40,
        limitPrice="0.1",
        closesAt="2026-10-20T12:00:00Z",
        isFirm=False,
        idempotencyKey=key(),
    )
    await post(harness, contract, 30)
    seen = await harness.ask(
        BY_BERT, '{ callsForOrders(network: "fork") { edges { node { isFirm quantity remaining } } } }'
    )
    [edge] = seen["callsForOrders"]["edges"]
    assert edge["node"] == {"isFirm": False, "quantity": 40, "remaining": 10}


async def test_an_operator_sets_capacity_aside_and_everyone_sees_it(harness: SchemaHarness) -> None:
    asked = {
        "network": "fork",
        "receipt": "a",
        "delivery": "x",
        "start": "2026-11-01",
        "end": "2026-12-01",
        "reason": "day-ahead auctions",
    }
    fields = "... on SetAsidePayload { setAside { id quantity reason held { quantity } network { code } } }"
    made = await harness.act(OPERATING, "setAside", fields, **asked, quantity=30, idempotencyKey=key())
    too_much = await harness.act(
        OPERATING,
        "setAside",
        "... on CapacityExhaustedProblem { largestThroughout }",
        **asked,
        quantity=51,
        idempotencyKey=key(),
    )

    aside = made["setAside"]
    assert (aside["quantity"], aside["held"], aside["network"]["code"]) == (30, [{"quantity": 30}], "fork")
    assert too_much["largestThroughout"] == 50
    query = """{
      setAsides(network: "fork") { edges { node { id reason held { quantity } } } }
      availability(network: "fork", route: {receipt: "a", delivery: "x"},
                   period: {start: "2026-11-01", end: "2026-12-01"}) {
        stretches { bookedFirm setAside available }
      }
    }"""
    seen = await harness.ask(BY_ANNA, query)
    assert [edge["node"]["id"] for edge in seen["setAsides"]["edges"]] == [aside["id"]]
    assert seen["availability"]["stretches"] == [{"bookedFirm": 0, "setAside": 30, "available": 50}]
    refused = await book(harness, quantity=51)
    assert refused["largestThroughout"] == 50

    for _ in range(2):
        ended = await harness.act(OPERATING, "endSetAside", fields, setAsideId=aside["id"])
        assert ended["setAside"]["held"] == []
    assert (await book(harness, quantity=80))["__typename"] == "BookCapacityPayload"


async def test_followers_of_availability_learn_of_what_is_set_aside(harness: SchemaHarness) -> None:
    await harness.act(
        OPERATING,
        "setAside",
        "... on SetAsidePayload { setAside { id } }",
        network="fork",
        receipt="a",
        start="2026-11-01",
        end="2026-12-01",
        quantity=30,
        reason="day-ahead auctions",
        idempotencyKey=key(),
    )
    await harness.relay()
    query = """subscription { availabilityChanges(network: "fork", after: "0") {
      ... on AvailabilityChange { topic period { start } }
    } }"""
    async with harness.subscribed(BY_ANNA, query) as following:
        while (change := (await following())["availabilityChanges"])["topic"] != "CAPACITY_SET_ASIDE":
            pass
    assert change["period"] == {"start": "2026-11-01"}
