"""Notices and the state of the watch in the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.tables import ContractRow
from capacity.feasibility.shortfalls.notices import Line, Notice
from capacity.feasibility.shortfalls.tables import ShortfallNoticeRow, ShortfallWatchRow
from capacity.networks.tables import NetworkRow
from linepack.database.rows import RowMapper
from linepack.ids import ContractId, NetworkId, new_id

RETRY_AFTER: Final = timedelta(minutes=10)
"""How long a network whose assessment failed, or left days undecided, is left alone unless it changes."""

_notice = ShortfallNoticeRow.core()
_lines = RowMapper(
    ShortfallNoticeRow,
    Line,
    route=("receipt", "delivery"),
    period=("period_start", "period_end"),
)
_watch = ShortfallWatchRow.core()
_network = NetworkRow.core()
_contract = ContractRow.core()


@dataclass(frozen=True, slots=True)
class Watched:
    """A network as the watch has it: `failure` is why the last attempt failed, None if it did not."""

    network_id: NetworkId
    code: str
    short_days: int
    undecided_days: int
    failure: str | None
    is_due: bool


async def codes(connection: AsyncConnection, ids: Collection[ContractId]) -> dict[ContractId, str]:
    """Return the codes of contracts, for those who may see that they are touched."""
    query = sa.select(_contract.c.id, _contract.c.code).where(_contract.c.id.in_(ids))
    return {ContractId(row.id): row.code for row in await connection.execute(query)}


async def watched(connection: AsyncConnection, at: datetime) -> list[Watched]:
    """Return every network, by code; due are those that have changed since they were assessed.

    And after a failure, or with days undecided, those that were tried RETRY_AFTER ago or have changed since.
    """
    is_behind = _network.c.version > sa.func.coalesce(_watch.c.assessed_version, 0)
    has_failed = sa.func.coalesce(_watch.c.failure.is_not(None), False)
    has_changed = _network.c.version > sa.func.coalesce(_watch.c.tried_version, 0)
    may_repeat = sa.func.coalesce(_watch.c.tried_at <= at - RETRY_AFTER, True)
    is_unsure = sa.func.coalesce(_watch.c.undecided_days, 0) > 0
    is_due = sa.or_(
        sa.and_(is_behind, sa.or_(sa.not_(has_failed), has_changed, may_repeat)),
        sa.and_(is_unsure, may_repeat),
    )
    query = (
        sa.select(
            _network.c.id,
            _network.c.code,
            sa.func.coalesce(_watch.c.short_days, 0).label("short_days"),
            sa.func.coalesce(_watch.c.undecided_days, 0).label("undecided_days"),
            _watch.c.failure,
            is_due.label("is_due"),
        )
        .outerjoin(_watch, _watch.c.network_id == _network.c.id)
        .order_by(_network.c.code)
    )
    return [
        Watched(NetworkId(row.id), row.code, row.short_days, row.undecided_days, row.failure, row.is_due)
        for row in await connection.execute(query)
    ]


async def assessments(connection: AsyncConnection, network_id: NetworkId) -> int:
    """Return how often a network was assessed."""
    query = sa.select(_watch.c.assessments).where(_watch.c.network_id == network_id)
    return (await connection.execute(query)).scalar_one_or_none() or 0


async def claim(connection: AsyncConnection, network_id: NetworkId, at: datetime) -> int:
    """Return how often a network was assessed, which it is not by others until this transaction ends."""
    values = {
        "network_id": network_id,
        "assessments": 0,
        "assessed_version": 0,
        "short_days": 0,
        "undecided_days": 0,
        "tried_version": 0,
        "tried_at": at,
    }
    await connection.execute(insert(_watch).values(values).on_conflict_do_nothing())
    query = sa.select(_watch.c.assessments).where(_watch.c.network_id == network_id)
    return int((await connection.execute(query.with_for_update())).scalar_one())


async def store_assessed(
    connection: AsyncConnection,
    network_id: NetworkId,
    version: int,
    *,
    short_days: int,
    undecided_days: int,
    at: datetime,
) -> None:
    """Say up to which version a network, which is claimed, is assessed once more."""
    statement = sa.update(_watch).where(_watch.c.network_id == network_id)
    await connection.execute(
        statement.values(
            assessments=_watch.c.assessments + 1,
            assessed_version=version,
            short_days=short_days,
            undecided_days=undecided_days,
            tried_version=version,
            tried_at=at,
            failure=None,
        )
    )


async def store_failure(
    connection: AsyncConnection, network_id: NetworkId, reason: str, *, at: datetime
) -> None:
    """Say that the assessment of a network, which is claimed, has failed at its present version."""
    version = sa.select(_network.c.version).where(_network.c.id == network_id).scalar_subquery()
    statement = sa.update(_watch).where(_watch.c.network_id == network_id)
    await connection.execute(statement.values(tried_version=version, tried_at=at, failure=reason))


async def last_lines(connection: AsyncConnection, network_id: NetworkId) -> list[Line]:
    """Return what every holder was last informed of and is short still."""
    newest = sa.func.max(_notice.c.assessment).over(partition_by=_notice.c.holder_id).label("newest")
    own = sa.select(_notice, newest).where(_notice.c.network_id == network_id).subquery()
    query = sa.select(own).where(own.c.assessment == own.c.newest, own.c.is_restored.is_(False))
    return _lines.all(await connection.execute(query))


async def insert_notices(
    connection: AsyncConnection,
    network_id: NetworkId,
    version: int,
    given: Sequence[Notice],
    *,
    assessment: int,
    at: datetime,
) -> None:
    """Add notices given after an assessment, counted from 1, of a version of a network."""
    rows = [
        _lines.values(
            line,
            id=new_id(),
            network_id=network_id,
            network_version=version,
            assessment=assessment,
            is_restored=is_restored,
            announced_at=at,
        )
        for notice in given
        for lines, is_restored in ((notice.standing, False), (notice.restored, True))
        for line in lines
    ]
    if rows:
        await connection.execute(sa.insert(_notice), rows)
