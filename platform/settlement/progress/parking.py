"""Parked events: why they could not be settled, what they lack, and when they are due to be tried again.

A parked event may *lack* a value of an index, or the charge of a contract that was to be passed on. When that
arrives the event is due: it is tried once more, in the order in which events failed, and parked again if it
lacks something else. An event whose lack cannot be named waits for `linepack settle-parked`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.errors import IndexValueMissing
from linepack.events.log import read_at
from linepack.events.model import Event, Stream
from linepack.monitoring.logging import logger
from linepack.problems import Problem
from settlement.charges.errors import NothingToPassOn
from settlement.charges.plan import ChargePlan, TrueUpPlan
from settlement.progress.tables import SettlementFailureRow

_failures = SettlementFailureRow.core()
_is_parked = _failures.c.settled_at.is_(None)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an event could not be settled, and what it lacks where that can be named."""

    code: str
    reason: str
    lacks: str | None = None


def lacking(event: Event, plan: ChargePlan | None, problem: Problem) -> str | None:
    """Return the name of what an event lacks because of which it has this `problem`."""
    if isinstance(problem, IndexValueMissing):
        return f"index:{event.network_id}:{problem.index}"
    if isinstance(problem, NothingToPassOn) and plan is not None:
        return f"contract:{plan.open_lines_of}"
    return None


def arriving(plan: ChargePlan | None) -> set[str]:
    """Return the names of what an event that is settled has brought."""
    if plan is None:
        return set()
    if isinstance(plan, TrueUpPlan):
        return {f"index:{plan.published.network_id}:{plan.published.index}"}
    return {f"contract:{contract.id}" for contract in plan.contracts}


async def park(connection: AsyncConnection, event: Event, failure: Failure, *, at: datetime) -> None:
    """Store that an event could not be settled; it stays parked since it first was."""
    logger.error(
        "settlement_parked",
        stream=event.stream.value,
        position=event.position,
        code=failure.code,
        reason=failure.reason,
    )
    values = {
        "stream": event.stream.value,
        "position": event.position,
        "topic": event.topic,
        "code": failure.code,
        "reason": failure.reason,
        "lacks": failure.lacks,
        "is_due": False,
        "failed_at": at,
    }
    statement = insert(_failures).values(values)
    renewed = {name: statement.excluded[name] for name in ("code", "reason", "lacks", "is_due")}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["stream", "position"], set_=renewed)
    )


async def release(connection: AsyncConnection, event: Event, *, at: datetime) -> None:
    """Store that a parked event is settled after all."""
    await connection.execute(
        sa.update(_failures)
        .where(_failures.c.stream == event.stream.value, _failures.c.position == event.position)
        .values(settled_at=at, is_due=False)
    )


async def make_due(connection: AsyncConnection, arrived: Iterable[str]) -> None:
    """Mark the parked events as due that lack something of what has arrived."""
    if names := sorted(arrived):
        await connection.execute(
            sa.update(_failures).where(_is_parked, _failures.c.lacks.in_(names)).values(is_due=True)
        )


async def due(connection: AsyncConnection, *, limit: int) -> list[Event]:
    """Return parked events that are due, longest parked first, at most `limit`."""
    return await _events(connection, _parked().where(_failures.c.is_due).limit(limit))


async def make_all_due(connection: AsyncConnection) -> set[tuple[str, int]]:
    """Mark every parked event as due; return their streams and positions."""
    await connection.execute(sa.update(_failures).where(_is_parked).values(is_due=True))
    return await parked(connection)


async def parked(connection: AsyncConnection) -> set[tuple[str, int]]:
    """Return the streams and positions of all parked events."""
    return {(row.stream, row.position) for row in await connection.execute(_parked())}


def _parked() -> sa.Select[tuple[str, int]]:
    order = (_failures.c.failed_at, _failures.c.stream, _failures.c.position)
    return sa.select(_failures.c.stream, _failures.c.position).where(_is_parked).order_by(*order)


async def _events(connection: AsyncConnection, statement: sa.Select[tuple[str, int]]) -> list[Event]:
    places = [(Stream(row.stream), row.position) for row in await connection.execute(statement)]
    found: dict[tuple[Stream, int], Event] = {}
    for stream in {stream for stream, _ in places}:
        own = [position for of_stream, position in places if of_stream is stream]
        found |= {(stream, event.position): event for event in await read_at(connection, stream, own)}
    return [found[place] for place in places if place in found]
