"""What is booked, traded and released is settled exactly once, whatever happens to the consumer meanwhile."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from tests.integration.settlement.market import BILLING, NOW, YEAR, Market, booked, concluded, count
from tests.unit.settlement.examples import ANNA, BERT, CARLA, OPERATOR, days
from tests.waiting import TIME_LIMIT_S

from capacity.contracts.pricing.price import Indexed
from capacity.rights.model import MovementCause
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.model import NewEvent, Stream
from linepack.events.relay import Relay
from linepack.ids import PartyId, new_id
from settlement import consumer
from settlement.consumer import run, settle_batch, settle_parked
from settlement.ledger.model import ChargeCode
from settlement.ledger.repository import balances
from settlement.progress.status import positions
from settlement.reconciliation.reconcile import reconcile

pytestmark = pytest.mark.anyio

ASSIGNMENT, TRANSFER = MovementCause.ASSIGNMENT, MovementCause.TRANSFER_OF_USE
RESERVATION, CREDIT, PRICE = ChargeCode.RESERVATION, ChargeCode.RELEASE_CREDIT, ChargeCode.SECONDARY_PRICE


async def test_a_booking_is_charged_for_every_gas_month(market: Market) -> None:
    # 100 units at 0.3 for 365 days: 10,950.00, of which January has 31 × 30.00.
    await market.book()
    await _settle(market)
    assert await _sums(market.database) == {
        (ANNA, RESERVATION): Decimal("10950.00"),
        (OPERATOR, RESERVATION): Decimal("-10950.00"),
    }
    january = await _sums(market.database, gas_month=date(2027, 1, 1))
    assert january[ANNA, RESERVATION] == Decimal("930.00")


async def test_a_release_charges_the_replacement_and_credits_the_releasing_shipper(market: Market) -> None:
    # Bert has 40 units for April at 0.25: 40 × 0.25 × 30 = 300.00. Carla 10 units at 0.5, above Anna's own
    # rate: 150.00. Anna still owes 10,950.00 and is credited 450.00.
    parent = await market.book()
    april = days("2027-04-01", "2027-05-01")
    await market.award(parent, [(BERT, 40, april, "0.25"), (CARLA, 10, april, "0.5")])
    await _settle(market)
    assert await _sums(market.database) == {
        (ANNA, RESERVATION): Decimal("10950.00"),
        (BERT, RESERVATION): Decimal("300.00"),
        (CARLA, RESERVATION): Decimal("150.00"),
        (ANNA, CREDIT): Decimal("-450.00"),
        (OPERATOR, CREDIT): Decimal("450.00"),
        (OPERATOR, RESERVATION): Decimal("-11400.00"),
    }


async def test_an_assignment_passes_what_is_owed_to_the_operator_and_no_cent_is_lost(market: Market) -> None:
    # From July 16 on, 169 days, 60 units: 60 × 0.3 × 169 = 3,042.00 pass to Bert, who also owes Anna 0.01 per
    # unit and gas day for it: 60 × 0.01 × 169 = 101.40.
    parent = await market.book()
    rest = days("2027-07-16", "2028-01-01")
    await market.trade(parent, BERT, ASSIGNMENT, quantity=60, period=rest, rate="0.01")
    await _settle(market)
    assert await _sums(market.database) == {
        (ANNA, RESERVATION): Decimal("7908.00"),
        (BERT, RESERVATION): Decimal("3042.00"),
        (OPERATOR, RESERVATION): Decimal("-10950.00"),
        (BERT, PRICE): Decimal("101.40"),
        (ANNA, PRICE): Decimal("-101.40"),
    }
    july = await _sums(market.database, gas_month=date(2027, 7, 1))
    # July costs 930.00; 16 of its days pass with 60 units: 288.00.
    assert (july[ANNA, RESERVATION], july[BERT, RESERVATION]) == (Decimal("642.00"), Decimal("288.00"))


async def test_an_assigned_contract_can_be_assigned_again(market: Market) -> None:
    # Bert takes 60 units from July on (184 days: 3,312.00), Carla 20 of them from October on (92 days:
    # 552.00) and 10 of Anna's from November on (61 days: 183.00).
    parent = await market.book()
    child = await market.trade(
        parent, BERT, ASSIGNMENT, quantity=60, period=days("2027-07-01", "2028-01-01"), rate="0"
    )
    await market.trade(
        child, CARLA, ASSIGNMENT, quantity=20, period=days("2027-10-01", "2028-01-01"), rate="0"
    )
    await market.trade(
        parent, CARLA, ASSIGNMENT, quantity=10, period=days("2027-11-01", "2028-01-01"), rate="0"
    )
    await _settle(market)
    assert await _sums(market.database) == {
        (ANNA, RESERVATION): Decimal("7455.00"),
        (BERT, RESERVATION): Decimal("2760.00"),
        (CARLA, RESERVATION): Decimal("735.00"),
        (OPERATOR, RESERVATION): Decimal("-10950.00"),
    }
    assert await _differences(market.database) == []


async def test_a_transfer_of_use_leaves_the_seller_owing_the_operator(market: Market) -> None:
    # Anna still owes 10,950.00; Bert owes her 50 × 0.4 × 31 = 620.00 for May.
    parent = await market.book()
    child = await market.trade(
        parent, BERT, TRANSFER, quantity=50, period=days("2027-05-01", "2027-06-01"), rate="0.4"
    )
    await market.trade(child, CARLA, ASSIGNMENT, quantity=50, period=child.period, rate="0.5")
    await _settle(market)
    assert await _sums(market.database) == {
        (ANNA, RESERVATION): Decimal("10950.00"),
        (OPERATOR, RESERVATION): Decimal("-10950.00"),
        (BERT, PRICE): Decimal("620.00") - Decimal("775.00"),
        (ANNA, PRICE): Decimal("-620.00"),
        (CARLA, PRICE): Decimal("775.00"),
    }
    assert await _differences(market.database) == []


async def test_what_concerns_different_pairs_of_parties_is_told_apart(market: Market) -> None:
    parent = await market.book()
    await market.trade(parent, BERT, ASSIGNMENT, quantity=60, period=YEAR, rate="0.01")
    await _settle(market)
    async with market.database.read() as connection:
        rows = await connection.execute(
            sa.text("SELECT audience FROM event WHERE stream = 'settlement' ORDER BY position")
        )
        audiences = [set(audience) for audience in rows.scalars()]
    assert audiences == [{ANNA, OPERATOR}, {ANNA, OPERATOR}, {BERT, OPERATOR}, {ANNA, BERT}]


async def test_a_contract_traded_at_once_is_booked_first(market: Market) -> None:
    contracts = [await market.book(quantity=10) for _ in range(consumer.BATCH_EVENTS_MAX + 5)]
    for contract in contracts:
        await market.trade(contract, BERT, ASSIGNMENT, quantity=10, period=YEAR, rate="0")
    await _settle(market)
    assert await _differences(market.database) == []
    assert await _sums(market.database) == {
        (ANNA, RESERVATION): Decimal(0),
        (BERT, RESERVATION): Decimal("32850.00"),  # 30 × 10 × 0.3 × 365
        (OPERATOR, RESERVATION): Decimal("-32850.00"),
    }


async def test_topics_of_no_concern_are_passed_over(market: Market) -> None:
    await market.record(_event(Stream.MARKET, "listing.posted"), _event(Stream.CAPACITY, "overlay.set"))
    await _settle(market)
    assert await count(market.database, "ledger_entry") == 0
    async with market.database.read() as connection:
        assert await positions(connection) == {Stream.CAPACITY: 1, Stream.MARKET: 1}


async def test_an_event_told_twice_is_posted_once(market: Market) -> None:
    contract = await market.book()
    await market.record(booked(contract))
    await _settle(market)
    assert await count(market.database, "ledger_entry") == 1
    assert await _differences(market.database) == []


@pytest.mark.parametrize(
    ("topic", "reason"),
    [("contract.booked", "contract: Field required"), ("release.awarded", "release_id: Field required")],
)
async def test_an_unreadable_event_is_parked_and_does_not_stop_the_others(
    market: Market, topic: str, reason: str
) -> None:
    await market.record(_event(Stream.CAPACITY, topic))
    await market.book()
    await _settle(market)
    assert await count(market.database, "ledger_entry") == 1
    (difference,) = await _differences(market.database)
    assert str(difference) == (
        f"nothing parked: {topic} capacity:1: UNREADABLE_EVENT: event {topic} cannot be settled: {reason}"
    )


async def test_a_price_that_is_not_known_beforehand_is_parked_with_its_reason(market: Market) -> None:
    await market.book(price=Indexed("TTF"))
    await _settle(market)
    (difference,) = await _differences(market.database)
    assert "INDEX_VALUE_MISSING" in str(difference)


async def test_what_the_database_refuses_is_parked_and_leaves_nothing_behind(market: Market) -> None:
    contract = await market.book()
    await _forget_events(market.database)
    await market.record(booked(replace(contract, holder_id=PartyId(new_id()))), booked(contract))
    await _settle(market)
    async with market.database.read() as connection:
        failures = (
            await connection.execute(sa.text("SELECT position, code, reason FROM settlement_failure"))
        ).all()
    assert [(row.position, row.code) for row in failures] == [(1, "DATABASE_REFUSED")]
    assert "party" in failures[0].reason
    assert await count(market.database, "ledger_entry") == 1


async def test_a_parked_event_is_settled_once_its_cause_is_gone(market: Market) -> None:
    contract = await market.book()
    child = await market.trade(contract, BERT, ASSIGNMENT, quantity=100, period=YEAR, rate="0")
    await _forget_events(market.database)
    await market.record(concluded(contract, child, "0"))
    await _settle(market)
    assert await count(market.database, "settlement_failure") == 1

    await market.record(booked(contract))
    await _settle(market)
    assert await settle_parked(market.database, at=NOW) == (0, 0)
    assert (await _sums(market.database))[BERT, RESERVATION] == Decimal("10950.00")
    assert await _differences(market.database) == []


async def test_a_parked_event_stays_parked_while_its_cause_remains(market: Market) -> None:
    await market.record(_event(Stream.MARKET, "trade.concluded"))
    await _settle(market)
    assert await settle_parked(market.database, at=NOW) == (0, 1)
    assert len(await _differences(market.database)) == 1


@pytest.mark.parametrize(
    "forgery",
    ["DELETE FROM settlement_failure", "UPDATE settlement_failure SET settled_at = now(), is_due = false"],
)
async def test_a_parked_event_that_somebody_hides_is_found(market: Market, forgery: str) -> None:
    await market.record(_event(Stream.MARKET, "trade.concluded"))
    await _settle(market)
    async with market.database.engine.begin() as connection:
        await connection.execute(sa.text(forgery))
    (difference,) = await _differences(market.database)
    assert "market:1: is not parked, but event trade.concluded cannot be settled" in str(difference)


async def test_a_consumer_that_dies_before_its_commit_has_done_nothing(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    await market.book()
    await market.place()

    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as dying:
        dying.setattr(consumer, "_store_position", die)
        with pytest.raises(asyncio.CancelledError):
            await settle_batch(market.database, at=NOW)
    assert await count(market.database, "ledger_entry") == 0
    assert await settle_batch(market.database, at=NOW) == 1
    assert await settle_batch(market.database, at=NOW) == 0
    assert await count(market.database, "ledger_entry") == 1


async def test_consumers_at_work_together_post_once(market: Market) -> None:
    for _ in range(40):
        await market.book(quantity=1)
    await market.place()
    await asyncio.gather(*(_drain(market.database) for _ in range(4)))
    await market.place()
    assert await count(market.database, "ledger_entry") == 40
    assert await _differences(market.database) == []


async def test_a_consumer_killed_again_and_again_posts_everything_once(market: Market, redis: Redis) -> None:
    """Shippers book, trade and release while the worker is cancelled at random; then all of it is proven."""
    clock = random.Random(7)
    relay = asyncio.create_task(Relay(market.database, redis).run())
    sales = asyncio.create_task(_sell(market))
    while not sales.done():
        task = asyncio.create_task(run(market.database, redis))
        await asyncio.sleep(clock.uniform(0.0, 0.08))
        await _end(task)
    await sales
    last = asyncio.create_task(run(market.database, redis))
    await _until(lambda: _is_quiet(market.database))
    await _end(last)
    await _end(relay)
    assert await _differences(market.database) == []
    assert await count(market.database, "ledger_entry") == 20 * (1 + 3 + 2)


async def test_the_consumer_outlives_lost_connections(market: Market, redis: Redis) -> None:
    task = asyncio.create_task(run(market.database, redis))
    await asyncio.sleep(0.1)
    async with UnitOfWork(market.database) as uow:
        await uow.connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await market.book()
    await market.place()
    await _until(lambda: _has_entries(market.database))
    await _end(task)


async def test_the_consumer_works_without_redis(market: Market) -> None:
    nowhere = Redis(host="127.0.0.1", port=1)
    task = asyncio.create_task(run(market.database, nowhere))
    await market.book()
    await market.place()
    await _until(lambda: _has_entries(market.database))
    await _end(task)
    await nowhere.aclose()


async def _sell(market: Market) -> None:
    summer, june = days("2027-03-10", "2027-09-20"), days("2027-06-01", "2027-06-15")
    for number in range(20):
        contract = await market.book(quantity=50)
        await market.trade(contract, BERT, ASSIGNMENT, quantity=5 + number, period=summer, rate="0.02")
        await market.award(contract, [(CARLA, 3, june, "0.11")])


async def _settle(market: Market) -> None:
    await market.place()
    await _drain(market.database)
    await market.place()


async def _drain(database: Database) -> None:
    while await settle_batch(database, at=NOW):
        pass


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(TIME_LIMIT_S):
        while not await condition():  # noqa: ASYNC110 the database has no event to wait for
            await asyncio.sleep(0.05)


async def _has_entries(database: Database) -> bool:
    return await count(database, "ledger_entry") > 0


async def _is_quiet(database: Database) -> bool:
    async with database.read() as connection:
        unplaced = await connection.execute(sa.text("SELECT count(*) FROM event WHERE position IS NULL"))
        heads = await connection.execute(
            sa.text("SELECT stream, max(position) FROM event WHERE stream <> 'settlement' GROUP BY stream")
        )
        reached = await positions(connection)
        return unplaced.scalar_one() == 0 and all(reached[Stream(s)] == head for s, head in heads.all())


async def _sums(
    database: Database, *, gas_month: date | None = None
) -> dict[tuple[PartyId, ChargeCode], Decimal]:
    sums: dict[tuple[PartyId, ChargeCode], Decimal] = {}
    async with database.read() as connection:
        for balance in await balances(connection, BILLING, gas_month=gas_month):
            key = (balance.account.party_id, balance.account.charge_code)
            sums[key] = sums.get(key, Decimal(0)) + balance.amount.amount
    return sums


async def _differences(database: Database) -> list[object]:
    async with database.read() as connection:
        return list(await reconcile(connection))


async def _forget_events(database: Database) -> None:
    async with UnitOfWork(database) as uow:
        await uow.connection.execute(sa.text("ALTER TABLE event DISABLE TRIGGER USER"))
        await uow.connection.execute(sa.text("DELETE FROM event"))
        await uow.connection.execute(sa.text("ALTER TABLE event ENABLE TRIGGER USER"))


def _event(stream: Stream, topic: str) -> NewEvent:
    return NewEvent(stream=stream, topic=topic, key="1", payload={})
