"""The ledger of holds: capacity reserved for one purpose, taken and ended under the network's lock.

A line takes with a positive and ends with a negative quantity, and what a purpose still holds is the sum of
its lines, gas day by gas day. Nothing is updated: a hold that lapses is ended by a further line. Whether
there is that much to hold is for the caller to know before it appends; see `market.holds.service`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights import ledger
from capacity.rights.balance import Segment, segments_of
from capacity.rights.model import Hold, HoldCause, Purpose
from capacity.rights.tables import HoldRow
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.rows import RowMapper
from linepack.database.together import Reader
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId

_hold = HoldRow.core()
_holds = RowMapper(
    HoldRow,
    Hold,
    route=("receipt", "delivery"),
    period=("period_start", "period_end"),
    purpose=("cause", "cause_id"),
)


async def append(uow: UnitOfWork, holds: Sequence[Hold]) -> list[Hold]:
    """Append lines of one network, whose lock is held; return them with their sequences."""
    if not holds:
        return []
    if len({hold.network_id for hold in holds}) > 1:
        raise ValueError("holds are appended to the ledger of one network at a time")
    last = await ledger.version(uow.connection, holds[0].network_id)
    appended = [replace(hold, sequence=number) for number, hold in enumerate(holds, start=last + 1)]
    await uow.connection.execute(sa.insert(_hold), [_holds.values(hold) for hold in appended])
    return appended


async def end(uow: UnitOfWork, purpose: Purpose) -> list[Hold]:
    """End what is left of a hold; the network's lock is held.

    Return the lines appended, none when nothing was left, so that ending twice is ending once.
    """
    left = standing(await of_purpose(uow.connection, purpose))
    return await append(uow, [replace(line, quantity=-line.quantity) for line in left])


async def use_up(uow: UnitOfWork, purpose: Purpose, taken: Iterable[tuple[Period, int]]) -> list[Hold]:
    """End as much of a hold as is taken of it, day by day, or all that is left of it there."""
    return await append(uow, used(await of_purpose(uow.connection, purpose), taken))


async def of_purpose(connection: AsyncConnection, purpose: Purpose) -> list[Hold]:
    """Return every line of a purpose, in order."""
    query = (
        sa.select(_hold)
        .where(_hold.c.cause_id == purpose.cause_id, _hold.c.cause == purpose.cause.value)
        .order_by(_hold.c.sequence)
    )
    return _holds.all(await connection.execute(query))


async def on_contracts(
    connection: Reader, contract_ids: Iterable[ContractId], *, at: datetime
) -> dict[ContractId, list[Hold]]:
    """Return what is held of each contract at the instant `at`, in lines that are still standing."""
    found: dict[ContractId, list[Hold]] = {contract_id: [] for contract_id in contract_ids}
    query = (
        sa.select(_hold)
        .where(_hold.c.contract_id.in_(list(found)), _is_running(at))
        .order_by(_hold.c.network_id, _hold.c.sequence)
    )
    for row in await connection.execute(query):
        found[ContractId(row.contract_id)].append(_holds.read(row))
    return {contract_id: standing(lines) for contract_id, lines in found.items()}


async def of_operator_since(
    connection: AsyncConnection, network_id: NetworkId, after: int, *, until: int
) -> list[Hold]:
    """Return the lines on the operator's own capacity after the version `after`, up to `until`, in order."""
    query = (
        sa.select(_hold)
        .where(
            _hold.c.network_id == network_id,
            _hold.c.contract_id.is_(None),
            _hold.c.sequence > after,
            _hold.c.sequence <= until,
        )
        .order_by(_hold.c.sequence)
    )
    return _holds.all(await connection.execute(query))


def last_of_operator(network_id: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """Return the expression for the sequence of the last line on the operator's own capacity, 0 for none."""
    last = sa.select(sa.func.max(_hold.c.sequence)).where(
        _hold.c.network_id == network_id, _hold.c.contract_id.is_(None)
    )
    return sa.func.coalesce(last.scalar_subquery(), 0)


async def overdue(
    connection: AsyncConnection, now: datetime, *, limit: int
) -> list[tuple[NetworkId, Purpose]]:
    """Return the purposes that still hold a gas day to come although their time is over at `now`.

    Those on days that are past bind nothing, and are left as they are.
    """
    first_day = now.date() - timedelta(days=1)  # the running gas day may have begun on the day before in UTC
    days = _hold.c.period_end - sa.func.greatest(_hold.c.period_start, first_day)
    query = (
        sa.select(_hold.c.network_id, _hold.c.cause, _hold.c.cause_id)
        .where(_hold.c.until <= now, _hold.c.period_end > first_day)
        .group_by(_hold.c.network_id, _hold.c.cause, _hold.c.cause_id)
        .having(sa.func.sum(_hold.c.quantity * days) > 0)
        .order_by(sa.func.min(_hold.c.until), _hold.c.cause_id)
        .limit(limit)
    )
    return [
        (NetworkId(row.network_id), Purpose(HoldCause(row.cause), row.cause_id))
        for row in await connection.execute(query)
    ]


async def overdue_of_operator(
    connection: AsyncConnection, network_id: NetworkId, now: datetime
) -> list[Purpose]:
    """Return the purposes whose hold on the operator's own capacity should have ended by `now`."""
    query = (
        sa.select(_hold.c.cause, _hold.c.cause_id)
        .where(_hold.c.network_id == network_id, _hold.c.contract_id.is_(None), _hold.c.until <= now)
        .group_by(_hold.c.cause, _hold.c.cause_id)
        .having(sa.func.sum(_hold.c.quantity * (_hold.c.period_end - _hold.c.period_start)) > 0)
        .order_by(_hold.c.cause_id)
    )
    return [Purpose(HoldCause(row.cause), row.cause_id) for row in await connection.execute(query)]


async def standing_of(
    connection: Reader, cause: HoldCause, cause_ids: Iterable[UUID]
) -> dict[UUID, list[Hold]]:
    """Return what is left of the holds for several purposes of one cause."""
    found: dict[UUID, list[Hold]] = {cause_id: [] for cause_id in cause_ids}
    query = sa.select(_hold).where(_hold.c.cause_id.in_(list(found)), _hold.c.cause == cause.value)
    for row in await connection.execute(query.order_by(_hold.c.sequence)):
        found[row.cause_id].append(_holds.read(row))
    return {cause_id: standing(lines) for cause_id, lines in found.items()}


def used(lines: Iterable[Hold], taken: Iterable[tuple[Period, int]]) -> list[Hold]:
    """Return the lines that end as much of what stands of `lines` as is taken of it, day by day."""
    left = standing(lines)
    steps: dict[date, int] = defaultdict(int)
    for period, quantity in taken:
        steps[period.start] += quantity
        steps[period.end] -= quantity
    return [
        replace(line, period=shared, quantity=-min(line.quantity, segment.quantity))
        for segment in segments_of(steps)
        for line in left
        if (shared := line.period.overlap(segment.period)) is not None
    ]


def standing(lines: Iterable[Hold]) -> list[Hold]:
    """Return what the lines add up to: for each purpose and thing held, one line for each span of days."""
    changes: dict[Hold, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        key = replace(line, period=_ANY, quantity=0, sequence=0)
        changes[key][line.period.start] += line.quantity
        changes[key][line.period.end] -= line.quantity
    return [
        replace(key, period=segment.period, quantity=segment.quantity)
        for key, steps in changes.items()
        for segment in segments_of(steps)
    ]


def together(lines: Iterable[Hold]) -> tuple[Segment, ...]:
    """Return what the lines hold together, day by day, whatever it is held for."""
    steps: dict[date, int] = defaultdict(int)
    for line in lines:
        steps[line.period.start] += line.quantity
        steps[line.period.end] -= line.quantity
    return segments_of(steps)


_ANY = Period(date.min, date.min.replace(day=2))


def _is_running(at: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(_hold.c.until.is_(None), _hold.c.until > at)
