"""The home of following the market: each event of the capacity and market streams is settled exactly once.

The position reached in each stream is stored in the transaction that posts what its events caused, so a
consumer that is killed goes on where it stopped; a second one waits for the ledger's lock, and then finds the
work done. A contract is booked before it is traded, so in every round the capacity stream is settled up to at
least where it was when the market stream was read.

Index values are learnt before the bookings of the same round, which may be the first to follow them.

An event that cannot be settled is parked with the reason and does not stop the others. Parked events are
never forgotten: `settlement.status` shows them, they are tried again when what they lack arrives, and
`linepack settle-parked` tries all of them.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.contract import Contract
from linepack.cancelling import cancellable
from linepack.database import DATABASE_FAULTS, Database
from linepack.events.log import read
from linepack.events.model import Cursor, Event, Stream
from linepack.events.stream import REDIS_FAULTS, stream_name
from linepack.logging import logger
from linepack.problems import Problem
from linepack.retry import Backoff
from linepack.settings import EVENT_POLL_S
from linepack.unit_of_work import UnitOfWork
from market.index_values.events import PUBLISHED
from settlement import parking, repository
from settlement.basis import basis_of, indexed_contract
from settlement.charges import follows
from settlement.entries import drafts
from settlement.facts import Fact, Published, Traded, read_fact
from settlement.indices import repository as indices
from settlement.ledger import lock, post
from settlement.model import Cause, Entry
from settlement.parking import Refusal
from settlement.status import STREAMS, positions
from settlement.tables import SettlementPositionRow

BATCH_EVENTS_MAX = 25
"""Events per transaction: few, because a long transaction delays the events of all others."""

_positions = SettlementPositionRow.core()


async def run(database: Database, redis: Redis) -> None:
    """Settle events as they come; ends when cancelled, outlives a lost PostgreSQL or Redis."""
    backoff = Backoff()
    while True:
        try:
            reached = await _settle_all(database)
            backoff.succeeded()
        except DATABASE_FAULTS as fault:
            logger.warning("settlement_lost_database", fault=str(fault))
            await backoff.wait()
            continue
        await _wait(redis, reached)


async def settle_batch(database: Database, *, at: datetime) -> int:
    """Settle the next events in one transaction, and try again what is due; return how many there were.

    Entries are posted at the instant `at`.
    """
    async with UnitOfWork(database) as uow:
        await lock(uow)
        reached = await _claim_positions(uow.connection)
        events = await _next_events(uow.connection, reached)
        await _settle_each(uow, events, at=at)
        for event in events:
            reached[event.stream] = max(reached[event.stream], event.position)
        for stream in {event.stream for event in events}:
            await _store_position(uow.connection, stream, reached[stream])
        due = await parking.due(uow.connection, limit=BATCH_EVENTS_MAX)
        await _settle_each(uow, due, at=at, are_parked=True)
    return len(events) + len(due)


async def settle_parked(database: Database, *, at: datetime) -> tuple[int, int]:
    """Try all parked events again, in the order in which they failed; return how many (settled, failed)."""
    async with UnitOfWork(database) as uow:
        await lock(uow)
        parked = await parking.parked(uow.connection)
        settled = await _settle_each(uow, parked, at=at, are_parked=True)
    return settled, len(parked) - settled


async def settle(uow: UnitOfWork, event: Event, fact: Fact, *, at: datetime) -> tuple[Entry, ...]:
    """Post what an event that tells of `fact` causes; return the entries, none if it was settled before.

    Raises NothingToPassOn, Conflict and the errors of a price that follows what is not known; then nothing
    was posted, and nothing learnt.
    """
    if await repository.is_settled(uow.connection, event.stream, event.position):
        return ()
    indexed = indexed_contract(fact)
    if indexed is None and not isinstance(fact, Published):
        return await _post(uow, event, fact, at=at)
    async with uow.connection.begin_nested():
        if isinstance(fact, Published):
            await indices.learn(uow.connection, fact, event.position)
        elif indexed is not None:
            await _remember(uow.connection, event, fact, indexed)
        return await _post(uow, event, fact, at=at)


async def _post(uow: UnitOfWork, event: Event, fact: Fact, *, at: datetime) -> tuple[Entry, ...]:
    basis = await basis_of(uow.connection, event, fact)
    cause = Cause(event.stream, event.topic, event.position)
    return await post(uow, drafts(fact, basis), cause=cause, at=at)


async def _remember(connection: AsyncConnection, event: Event, fact: Fact, contract: Contract) -> None:
    root_id = await indices.root_of(connection, fact.parent.id) if isinstance(fact, Traded) else contract.id
    # Without a root its parent was not charged, so that nothing can be passed on.
    if root_id is not None:
        followed = follows(contract.network)
        await indices.remember(connection, contract, followed, root_id=root_id, position=event.position)


async def _next_events(connection: AsyncConnection, reached: dict[Stream, Cursor]) -> list[Event]:
    market = await read(connection, Stream.MARKET, reached[Stream.MARKET], BATCH_EVENTS_MAX)
    capacity = await read(connection, Stream.CAPACITY, reached[Stream.CAPACITY], BATCH_EVENTS_MAX)
    if len(capacity) == BATCH_EVENTS_MAX:
        return capacity
    values = [event for event in market if event.topic == PUBLISHED]
    return [*values, *capacity, *(event for event in market if event.topic != PUBLISHED)]


async def _settle_all(database: Database) -> dict[Stream, Cursor]:
    while await _is_behind(database):
        await settle_batch(database, at=datetime.now(UTC))
    async with database.read() as connection:
        return await positions(connection)


async def _is_behind(database: Database) -> bool:
    async with database.read() as connection:
        reached = await positions(connection)
        if await parking.due(connection, limit=1):
            return True
        return any([await read(connection, stream, reached[stream], 1) for stream in STREAMS])


async def _wait(redis: Redis, reached: dict[Stream, Cursor]) -> None:
    """Wait until Redis tells of news, at most one poll: the table, not Redis, says what there is."""
    after = {stream_name(stream): f"{position}-0" for stream, position in reached.items()}
    try:
        with cancellable():
            await redis.xread(after, count=1, block=round(EVENT_POLL_S * 1000))  # type: ignore[arg-type]
    except REDIS_FAULTS as fault:
        logger.warning("settlement_lost_redis", fault=str(fault))
        await asyncio.sleep(EVENT_POLL_S)


async def _settle_each(
    uow: UnitOfWork, events: Sequence[Event], *, at: datetime, are_parked: bool = False
) -> int:
    """Settle or park each event, and say what has arrived; return how many are settled."""
    arrived: set[str] = set()
    settled = 0
    for event in events:
        fact, refusal = await _settle_or_refuse(uow, event, at=at)
        if refusal is not None:
            await parking.park(uow.connection, event, refusal, at=at)
            continue
        settled += 1
        arrived |= parking.arriving(fact)
        if are_parked:
            await parking.release(uow.connection, event, at=at)
    await parking.make_due(uow.connection, arrived)
    return settled


async def _settle_or_refuse(
    uow: UnitOfWork, event: Event, *, at: datetime
) -> tuple[Fact | None, Refusal | None]:
    fact = None
    try:
        if (fact := read_fact(event.topic, event.payload)) is not None:
            await settle(uow, event, fact, at=at)
    except (IntegrityError, DataError) as fault:
        return fact, Refusal("DATABASE_REFUSED", str(fault.orig))
    except DATABASE_FAULTS:
        raise
    except Problem as problem:
        return fact, Refusal(problem.code, problem.message, parking.lacking(event, fact, problem))
    except Exception as fault:
        logger.exception("settlement_fault", stream=event.stream.value, position=event.position)
        return fact, Refusal("INTERNAL", repr(fault))
    return fact, None


async def _claim_positions(connection: AsyncConnection) -> dict[Stream, Cursor]:
    """Return the positions, which nobody else moves until this transaction ends."""
    rows = [{"stream": stream.value, "position": 0} for stream in STREAMS]
    await connection.execute(insert(_positions).values(rows).on_conflict_do_nothing())
    statement = sa.select(_positions).order_by(_positions.c.stream).with_for_update()
    return {Stream(row.stream): Cursor(row.position) for row in await connection.execute(statement)}


async def _store_position(connection: AsyncConnection, stream: Stream, position: Cursor) -> None:
    await connection.execute(
        sa.update(_positions).where(_positions.c.stream == stream.value).values(position=position)
    )
