"""What settlement could not settle, and how far it is behind, is shown to those whom it concerns."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from tests.integration.settlement.market import NOW, Market, booked, principal
from tests.unit.settlement.examples import ANNA, BERT, CARLA, NETWORK, OPERATOR

from capacity.contracts.pricing.price import Indexed
from linepack.access import Role
from linepack.events.model import NewEvent, Stream
from settlement.consumer import settle_batch
from settlement.progress.status import behind_s, parked_count, parked_events, parked_seen, positions

pytestmark = pytest.mark.anyio

LIMIT = 10


async def _settle(market: Market) -> None:
    await market.place()
    while await settle_batch(market.database, at=NOW):
        pass


async def test_what_is_parked_is_shown_to_those_whom_it_concerns(market: Market) -> None:
    contract = await market.book(BERT, price=Indexed("TTF"))
    addressed = replace(booked(contract), audience=frozenset({ANNA}))
    await market.record(addressed)
    await _settle(market)
    async with market.database.read() as connection:
        seen = {
            (party, role): [
                one.position for one in await parked_events(connection, principal(party, role), limit=LIMIT)
            ]
            for party, role in (
                (None, Role.BILLING),
                (None, Role.REGULATOR),
                (OPERATOR, Role.OPERATOR),
                (CARLA, Role.OPERATOR),
                (ANNA, Role.SHIPPER),
                (BERT, Role.SHIPPER),
                (CARLA, Role.SHIPPER),
            )
        }
        assert await parked_count(connection) == 2
        assert await parked_seen(connection, principal(ANNA, Role.SHIPPER)) == 1
        (first, _) = await parked_events(connection, principal(OPERATOR, Role.OPERATOR), limit=LIMIT)
    assert list(seen.values()) == [[1, 2], [1, 2], [1, 2], [], [2], [1, 2], []]
    assert (first.topic, first.code, first.network_id, first.since) == (
        "contract.booked",
        "INDEX_VALUE_MISSING",
        contract.network_id,
        NOW,
    )


async def test_a_parked_award_is_shown_to_its_replacement_shippers(market: Market) -> None:
    unreadable = NewEvent(
        stream=Stream.MARKET,
        topic="release.awarded",
        key=str(uuid4()),
        payload={"awards": [{"replacement": str(BERT)}]},
        network_id=NETWORK,
        audience=frozenset({ANNA}),
    )
    await market.record(unreadable)
    await _settle(market)
    async with market.database.read() as connection:
        seen = {
            party: await parked_seen(connection, principal(party, Role.SHIPPER))
            for party in (ANNA, BERT, CARLA)
        }
    assert seen == {ANNA: 1, BERT: 1, CARLA: 0}


async def test_settlement_is_behind_by_the_age_of_the_oldest_event_that_waits(market: Market) -> None:
    await market.book()
    now = datetime.now(UTC)
    async with market.database.read() as connection:
        unplaced = await behind_s(connection, at=now + timedelta(hours=1))
    await market.place()
    async with market.database.read() as connection:
        unsettled = await behind_s(connection, at=now + timedelta(hours=1))
    await _settle(market)
    async with market.database.read() as connection:
        assert await positions(connection) == {Stream.CAPACITY: 1, Stream.MARKET: 0}
        assert await behind_s(connection, at=now + timedelta(hours=1)) == 0
    assert 3_590 < unplaced < 3_601
    assert unsettled == unplaced
