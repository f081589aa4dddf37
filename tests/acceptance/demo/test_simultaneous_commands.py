"""Two hundred clients at once over two API processes: what is sold is exactly what there was.

Every answer is a success or a typed refusal, where it came too late to the same command again: anything else
raises `Faulted` in the client and fails the test.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import cycle
from uuid import uuid4

import pytest
from examples.client import Client
from tests.acceptance.demo.trading import (
    POST,
    SHIPPERS,
    TAKE,
    Data,
    book,
    command,
    contracts,
    days,
    largest,
    tokens,
)
from tests.acceptance.installation import Installation

pytestmark = pytest.mark.anyio

CLIENTS = 200


@pytest.fixture
async def crowd(demo: Installation) -> AsyncIterator[list[Client]]:
    """Two hundred clients of the six shippers, in turn."""
    signed_in = await tokens(demo.url, *SHIPPERS)
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(Client(demo.url, token))
            for token, _ in zip(cycle(signed_in), range(CLIENTS), strict=False)
        ]


async def test_the_last_capacity_is_sold_exactly(crowd: list[Client]) -> None:
    period = days(1)
    there = await largest(crowd[0], period)
    each = there // (CLIENTS // 2) - 1

    answers = await _together(crowd, lambda client: book(client, period, each))

    sold = [answer for answer in answers if answer["__typename"] == "BookCapacityPayload"]
    assert len(sold) == there // each
    assert Counter(answer["__typename"] for answer in answers) == {
        "BookCapacityPayload": len(sold),
        "CapacityExhaustedProblem": CLIENTS - len(sold),
    }
    rest = there - len(sold) * each
    one_more = await book(crowd[0], period, rest + 1)
    assert (one_more["__typename"], int(one_more["largestThroughout"])) == ("CapacityExhaustedProblem", rest)
    assert (await book(crowd[0], period, rest))["__typename"] == "BookCapacityPayload"
    assert (await book(crowd[0], period, 1))["__typename"] == "CapacityExhaustedProblem"


async def test_the_last_of_a_listing_is_sold_exactly(crowd: list[Client]) -> None:
    period, lots, lot = days(2), 40, 1_000
    seller, buyers = crowd[0], [client for client in crowd if client.token != crowd[0].token]
    held = await book(seller, period, lots * lot)
    posted = await seller.execute(
        POST,
        {
            "input": {
                **period,
                "contractId": held["contract"]["id"],
                "kind": "ASSIGNMENT",
                "quantity": str(lots * lot),
                "pricePerUnitDay": "0.01",
                "minimumQuantity": "1",
                "idempotencyKey": str(uuid4()),
            }
        },
    )
    listing = posted["postListing"]["listing"]["id"]

    async def take(client: Client) -> Data:
        asked = {"listingId": listing, "quantity": str(lot), "idempotencyKey": str(uuid4())}
        return await command(client, TAKE, asked)

    async def sell_elsewhere(client: Client) -> Data:
        asked = {
            **period,
            "contractId": held["contract"]["id"],
            "kind": "ASSIGNMENT",
            "quantity": "1",
            "pricePerUnitDay": "0",
            "idempotencyKey": str(uuid4()),
        }
        return await command(client, POST, asked)

    sellers = [client for client in crowd if client.token == seller.token]
    answers, elsewhere = await asyncio.gather(_together(buyers, take), _together(sellers, sell_elsewhere))

    # All of the contract is held for the listing, so its seller has nothing to sell beside it.
    assert {answer["__typename"] for answer in elsewhere} == {"CapacityNotHeldProblem"}
    taken = [answer for answer in answers if answer["__typename"] == "TakeListingPayload"]
    refused = {answer["__typename"] for answer in answers} - {"TakeListingPayload"}
    assert sum(int(answer["trade"]["quantity"]) for answer in taken) == lots * lot
    assert len(taken) == lots
    assert refused == {"RefusedProblem"}


async def test_the_same_key_at_once_books_once(crowd: list[Client]) -> None:
    period, key = days(3), str(uuid4())
    same = [client for client in crowd if client.token == crowd[0].token][:20]

    answers = await _together(same, lambda client: book(client, period, 500, key))

    assert {answer["__typename"] for answer in answers} == {"BookCapacityPayload"}
    assert len({answer["contract"]["id"] for answer in answers}) == 1
    assert [contract["quantity"] for contract in await contracts(crowd[0], period)] == [
        answers[0]["contract"]["quantity"]
    ]


async def test_the_same_key_for_something_else_conflicts(crowd: list[Client]) -> None:
    period, key = days(4), str(uuid4())
    quantities = iter((500, 501))

    answers = await _together(crowd[:1] * 2, lambda client: book(client, period, next(quantities), key))

    assert sorted(answer["__typename"] for answer in answers) == ["BookCapacityPayload", "ConflictProblem"]
    assert len(await contracts(crowd[0], period)) == 1


async def _together(clients: list[Client], ask: Callable[[Client], Awaitable[Data]]) -> list[Data]:
    return await asyncio.gather(*(ask(client) for client in clients))
