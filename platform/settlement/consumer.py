"""The consumer of market events: each event of the capacity and market streams is settled exactly once.

The position reached in each stream is stored in the transaction that posts what its events caused, so a
consumer that is killed continues where it stopped; a second one waits for the ledger's lock, and then finds
the work done. A contract is booked before it is traded, so in every round the capacity stream is settled up
to at least where it was when the market stream was read.

Published index values are settled before the bookings of the same round, which may be the first to follow
them, unless a trade is before them on their stream.

An event that cannot be settled is parked with the reason and does not stop the others. Parked events are
listed by `settlement.progress.status`; they are tried again when what they lack arrives, and `linepack
settle-parked` tries all of them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import takewhile

import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.backoff import Backoff
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import DATABASE_FAULTS, Database
from linepack.events.log import read, read_at
from linepack.events.model import Cursor, Event, Stream
from linepack.events.stream import REDIS_FAULTS, stream_name
from linepack.limits import EVENT_POLL_S, EVENT_SILENCE_S
from linepack.monitoring.logging import logger
from linepack.problems import Problem
from linepack.redis.cancellation import cancellable
from market.index_values.events import IndexPublished
from settlement.charges.basis import read_basis, read_lineages
from settlement.charges.cost import followed_indices
from settlement.charges.events_in import charge_plan, is_followed
from settlement.charges.indices import repository as indices
from settlement.charges.plan import Basis, ChargePlan, TrueUpPlan
from settlement.ledger import repository
from settlement.ledger.model import Cause
from settlement.ledger.posting import lock, post
from settlement.progress import parking
from settlement.progress.parking import Failure
from settlement.progress.status import STREAMS, positions
from settlement.progress.tables import SettlementPositionRow

BATCH_EVENTS_MAX = 25
"""Events per transaction: few, because a long transaction delays the events of all others."""

TRUE_UPS_MAX = 50
"""Booked contracts trued up per transaction."""

_positions = SettlementPositionRow.core()


async def run(database: Database, redis: Redis) -> None:
    """Settle events as they come, until cancelled; a lost PostgreSQL or Redis is waited for."""
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

    Entries are posted at the instant `at`. Where published values concern more contracts than one transaction
    takes, nothing else is settled until all of them are trued up.
    """
    async with UnitOfWork(database) as uow:
        await lock(uow)
        reached = await _claim_positions(uow.connection)
        progress = await indices.under_way(uow.connection)
        if progress is not None:
            [event] = await read_at(uow.connection, Stream.MARKET, [progress.position])
            return await _settle_each(uow, [event], reached, at=at)
        count = await _settle_each(uow, await _next_events(uow.connection, reached), reached, at=at)
        if await indices.under_way(uow.connection) is None:
            due = await parking.due(uow.connection, limit=BATCH_EVENTS_MAX)
            count += await _settle_each(uow, due, reached, at=at)
    return count


async def settle_parked(database: Database, *, at: datetime) -> tuple[int, int]:
    """Try all parked events again, in the order in which they failed; return how many (settled, failed)."""
    async with UnitOfWork(database) as uow:
        await lock(uow)
        before = await parking.make_all_due(uow.connection)
    while await has_due(database):
        await settle_batch(database, at=at)
    async with database.read() as connection:
        after = await parking.parked(connection)
    return len(before - after), len(before & after)


async def settle(uow: UnitOfWork, event: Event, plan: ChargePlan, *, at: datetime) -> None:
    """Post what an event causes by its plan; nothing, if it was settled before.

    Of published values only the next part may be done (`settlement.charges.indices.repository.under_way`).
    Raises NothingToPassOn, Conflict and the errors of a price that follows what is not known; then nothing
    was posted, and no value or contract stored.
    """
    if isinstance(plan, TrueUpPlan):
        async with uow.connection.begin_nested():
            await _true_up(uow, event, plan, at=at)
        return
    if await repository.is_settled(uow.connection, event.stream, event.position):
        return
    if plan.indexed is None:
        await _post(uow, event, plan, await read_basis(uow.connection, event, plan), at=at)
        return
    async with uow.connection.begin_nested():
        await _track(uow.connection, event, plan)
        await _post(uow, event, plan, await read_basis(uow.connection, event, plan), at=at)


async def _true_up(uow: UnitOfWork, event: Event, plan: TrueUpPlan, *, at: datetime) -> None:
    published = plan.published
    await indices.receive(uow.connection, published, event.position)
    progress = await indices.under_way(uow.connection)
    after = progress.after if progress else None
    root_ids = await indices.roots_following(uow.connection, published, after=after, limit=TRUE_UPS_MAX)
    lineages = await read_lineages(uow.connection, event, published, root_ids)
    is_last = len(root_ids) < TRUE_UPS_MAX
    await indices.keep_progress(uow.connection, event.position, None if is_last else root_ids[-1])
    await _post(uow, event, plan, Basis(lineages=lineages), at=at)


async def _post(uow: UnitOfWork, event: Event, plan: ChargePlan, basis: Basis, *, at: datetime) -> None:
    await post(uow, plan.drafts(basis), cause=Cause(event.stream, event.topic, event.position), at=at)


async def _track(connection: AsyncConnection, event: Event, plan: ChargePlan) -> None:
    if (contract := plan.indexed) is None:
        return
    parent_id = plan.open_lines_of
    root_id = contract.id if parent_id is None else await indices.root_of(connection, parent_id)
    # Without a root its parent was not charged, so that nothing can be passed on.
    if root_id is not None:
        followed = followed_indices(contract.network)
        await indices.track(connection, contract, followed, root_id=root_id, position=event.position)


async def _next_events(connection: AsyncConnection, reached: Mapping[Stream, Cursor]) -> list[Event]:
    """Return what is next: published values if no trade or award is before them, else what is before."""
    market = await read(connection, Stream.MARKET, reached[Stream.MARKET], BATCH_EVENTS_MAX)
    untraded = [*takewhile(lambda event: _has_values(event) or not is_followed(event.topic), market)]
    if values := [event.position for event in untraded if _has_values(event)]:
        return [event for event in untraded if event.position <= values[0]]
    capacity = await read(connection, Stream.CAPACITY, reached[Stream.CAPACITY], BATCH_EVENTS_MAX)
    if len(capacity) == BATCH_EVENTS_MAX:
        return capacity
    return [*capacity, *takewhile(lambda event: not _has_values(event), market)]


def _has_values(event: Event) -> bool:
    return event.topic == IndexPublished.topic


async def has_due(database: Database) -> bool:
    """Return whether a parked event is to be tried again, or a true-up to be continued."""
    async with database.read() as connection:
        if await indices.under_way(connection) is not None:
            return True
        return bool(await parking.due(connection, limit=1))


async def _settle_all(database: Database) -> dict[Stream, Cursor]:
    while await _is_behind(database):
        await settle_batch(database, at=datetime.now(UTC))
    async with database.read() as connection:
        return await positions(connection)


async def _is_behind(database: Database) -> bool:
    if await has_due(database):
        return True
    async with database.read() as connection:
        reached = await positions(connection)
        return any([await read(connection, stream, reached[stream], 1) for stream in STREAMS])


async def _wait(redis: Redis, reached: dict[Stream, Cursor]) -> None:
    """Wait for a new event in Redis, but not for long; which events there are is read from the table."""
    after = {stream_name(stream): f"{position}-0" for stream, position in reached.items()}
    try:
        with cancellable():
            await redis.xread(after, count=1, block=round(EVENT_SILENCE_S * 1000))  # type: ignore[arg-type]
    except REDIS_FAULTS as fault:
        logger.warning("settlement_lost_redis", fault=str(fault))
        await asyncio.sleep(EVENT_POLL_S)


async def _settle_each(
    uow: UnitOfWork, events: Sequence[Event], reached: dict[Stream, Cursor], *, at: datetime
) -> int:
    """Settle or park each event, move the positions in `reached`, and mark what lacked it; return how many.

    An event up to the position reached was parked. Ends with a true-up that does not end in this transaction.
    """
    arrived: set[str] = set()
    before = dict(reached)
    for event in events:
        plan, failure = await _settle_or_fail(uow, event, at=at)
        if isinstance(plan, TrueUpPlan):
            if failure is not None:
                await indices.keep_progress(uow.connection, event.position, None)
            elif await indices.under_way(uow.connection) is not None:
                break
        if failure is not None:
            await parking.park(uow.connection, event, failure, at=at)
        else:
            arrived |= parking.arriving(plan)
            if event.position <= before[event.stream]:
                await parking.release(uow.connection, event, at=at)
        reached[event.stream] = max(reached[event.stream], event.position)
    for stream, position in reached.items():
        if position != before[stream]:
            await _store_position(uow.connection, stream, position)
    await parking.make_due(uow.connection, arrived)
    return len(events)


async def _settle_or_fail(
    uow: UnitOfWork, event: Event, *, at: datetime
) -> tuple[ChargePlan | None, Failure | None]:
    plan = None
    try:
        if (plan := charge_plan(event.topic, event.payload)) is not None:
            await settle(uow, event, plan, at=at)
    except (IntegrityError, DataError) as fault:
        return plan, Failure("DATABASE_REFUSED", str(fault.orig))
    except DATABASE_FAULTS:
        raise
    except Problem as problem:
        return plan, Failure(problem.code, problem.message, parking.lacking(event, plan, problem))
    except Exception as fault:
        logger.exception("settlement_fault", stream=event.stream.value, position=event.position)
        return plan, Failure("INTERNAL", repr(fault))
    return plan, None


async def _claim_positions(connection: AsyncConnection) -> dict[Stream, Cursor]:
    """Return the positions, locked until this transaction ends."""
    rows = [{"stream": stream.value, "position": 0} for stream in STREAMS]
    await connection.execute(insert(_positions).values(rows).on_conflict_do_nothing())
    statement = sa.select(_positions).order_by(_positions.c.stream).with_for_update()
    return {Stream(row.stream): Cursor(row.position) for row in await connection.execute(statement)}


async def _store_position(connection: AsyncConnection, stream: Stream, position: Cursor) -> None:
    await connection.execute(
        sa.update(_positions).where(_positions.c.stream == stream.value).values(position=position)
    )
