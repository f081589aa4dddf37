"""The home of following the market: each event of the capacity and market streams is settled exactly once.

The position reached in each stream is stored in the transaction that posts what its events caused, so a
consumer that is killed goes on where it stopped; a second one waits for the ledger's lock, and then finds the
work done. A contract is booked before it is traded, so in every round the capacity stream is settled up to at
least where it was when the market stream was read.

An event that cannot be settled is parked with the reason and does not stop the others. Parked events are
never forgotten: `linepack reconcile` lists them, and `linepack settle-parked` tries them again once the cause
is gone.
"""

import asyncio
from datetime import UTC, datetime

import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

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
from settlement import repository
from settlement.entries import contract_charged_before, drafts
from settlement.facts import read_fact
from settlement.ledger import lock, post
from settlement.model import Cause, ChargeCode, Entry
from settlement.status import STREAMS, positions
from settlement.tables import SettlementFailureRow, SettlementPositionRow

BATCH_EVENTS_MAX = 25
"""Events per transaction: few, because a long transaction delays the events of all others."""

_positions = SettlementPositionRow.core()
_failures = SettlementFailureRow.core()


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
    """Settle the next events in one transaction, posting at the instant `at`; return how many there were."""
    async with UnitOfWork(database) as uow:
        await lock(uow)
        reached = await _claim_positions(uow.connection)
        market = await read(uow.connection, Stream.MARKET, reached[Stream.MARKET], BATCH_EVENTS_MAX)
        capacity = await read(uow.connection, Stream.CAPACITY, reached[Stream.CAPACITY], BATCH_EVENTS_MAX)
        is_all = len(capacity) < BATCH_EVENTS_MAX
        events = [*capacity, *market] if is_all else capacity
        for event in events:
            await _settle_or_park(uow, event, at=at)
            reached[event.stream] = event.position
        for stream in {event.stream for event in events}:
            await _store_position(uow.connection, stream, reached[stream])
    return len(events)


async def settle_parked(database: Database, *, at: datetime) -> tuple[int, int]:
    """Try all parked events again, in the order in which they failed; return how many (settled, failed)."""
    async with UnitOfWork(database) as uow:
        await lock(uow)
        parked = await uow.connection.execute(
            sa.select(_failures)
            .where(_failures.c.settled_at.is_(None))
            .order_by(_failures.c.failed_at, _failures.c.stream, _failures.c.position)
            .with_for_update()
        )
        outcomes = []
        for row in parked.all():
            (event,) = await read(uow.connection, Stream(row.stream), row.position - 1, 1)
            outcomes.append(await _settle_or_park(uow, event, at=at))
            if outcomes[-1]:
                await uow.connection.execute(
                    sa.update(_failures)
                    .where(_failures.c.stream == row.stream, _failures.c.position == row.position)
                    .values(settled_at=at)
                )
    return sum(outcomes), len(outcomes) - sum(outcomes)


async def settle(uow: UnitOfWork, event: Event, *, at: datetime) -> tuple[Entry, ...]:
    """Post what an event causes; return the entries, none for an event of no concern or settled before.

    Raises UnreadableEvent, NothingToPassOn, Conflict and the errors of a price that is not known beforehand;
    then nothing was posted.
    """
    fact = read_fact(event.topic, event.payload)
    if fact is None or await repository.is_settled(uow.connection, event.stream, event.position):
        return ()
    contract_id = contract_charged_before(fact)
    standing = (
        await repository.standing(uow.connection, contract_id, ChargeCode.RESERVATION) if contract_id else []
    )
    cause = Cause(event.stream, event.topic, event.position)
    return await post(uow, drafts(fact, standing), cause=cause, at=at)


async def _settle_all(database: Database) -> dict[Stream, Cursor]:
    while await _is_behind(database):
        await settle_batch(database, at=datetime.now(UTC))
    async with database.read() as connection:
        return await positions(connection)


async def _is_behind(database: Database) -> bool:
    async with database.read() as connection:
        reached = await positions(connection)
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


async def _settle_or_park(uow: UnitOfWork, event: Event, *, at: datetime) -> bool:
    try:
        await settle(uow, event, at=at)
    except (IntegrityError, DataError) as fault:
        await _park(uow.connection, event, code="DATABASE_REFUSED", reason=str(fault.orig), at=at)
    except DATABASE_FAULTS:
        raise
    except Problem as problem:
        await _park(uow.connection, event, code=problem.code, reason=problem.message, at=at)
    except Exception as fault:
        logger.exception("settlement_fault", stream=event.stream.value, position=event.position)
        await _park(uow.connection, event, code="INTERNAL", reason=repr(fault), at=at)
    else:
        return True
    return False


async def _park(connection: AsyncConnection, event: Event, *, code: str, reason: str, at: datetime) -> None:
    logger.error(
        "settlement_parked", stream=event.stream.value, position=event.position, code=code, reason=reason
    )
    values = {
        "stream": event.stream.value,
        "position": event.position,
        "topic": event.topic,
        "code": code,
        "reason": reason,
        "failed_at": at,
    }
    statement = insert(_failures).values(values)
    renewed = {name: statement.excluded[name] for name in ("code", "reason")}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["stream", "position"], set_=renewed)
    )


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
