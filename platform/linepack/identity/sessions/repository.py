"""The queries of sessions. Functions that write take the connection of a unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.paging import Listed, one_by_one
from linepack.database.rows import RowMapper
from linepack.identity.sessions.model import Session
from linepack.identity.sessions.refresh_tokens import Chain
from linepack.identity.sessions.tables import SessionRow
from linepack.ids import SessionId, UserId
from linepack.limits import SESSION_KEPT_S, SESSIONS_PER_ACCOUNT_MAX

_session = SessionRow.core()
_sessions = RowMapper(SessionRow, Session)
_chains = RowMapper(SessionRow, Chain)

PREFIX = "session_"
JOINED = [column.label(f"{PREFIX}{column.name}") for column in _session.c]
"""The columns of a session beside those of its account."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session with the hashes of its refresh tokens."""

    session: Session
    chain: Chain


def is_session(session_id: SessionId, account_id: sa.ColumnElement[object]) -> sa.ColumnElement[bool]:
    """Return the condition that a row is this session, of this account."""
    return sa.and_(_session.c.id == session_id, _session.c.account_id == account_id)


def read_joined(row: sa.Row[tuple[object, ...]]) -> Session | None:
    """Return the session in the columns `JOINED` of an outer join; None when there was none."""
    return None if row.session_id is None else _sessions.read(row, prefix=PREFIX)


async def insert(connection: AsyncConnection, session: Session, chain: Chain) -> None:
    """Add a session; the least recently used of too many ends, and those that ended long ago are forgotten.

    The caller holds the lock of the account.
    """
    now, account_id = session.created_at, session.account_id
    forgotten = now - timedelta(seconds=SESSION_KEPT_S)
    gone = sa.or_(_session.c.ended_at < forgotten, _session.c.expires_at < forgotten)
    await connection.execute(sa.delete(_session).where(_session.c.account_id == account_id, gone))
    kept = (
        sa.select(_session.c.id)
        .where(*_live(account_id, now))
        .order_by(_session.c.last_used_at.desc(), _session.c.id.desc())
        .limit(SESSIONS_PER_ACCOUNT_MAX - 1)
    )
    beyond = sa.update(_session).where(*_live(account_id, now), _session.c.id.not_in(kept))
    await connection.execute(beyond.values(ended_at=now))
    columns = _sessions.values(session) | _chains.values(chain)
    await connection.execute(sa.insert(_session).values(columns))


async def lock_by_family(connection: AsyncConnection, family_hash: bytes) -> StoredSession | None:
    """Return the session with this family of tokens, and keep others from changing it until the commit."""
    query = sa.select(_session).where(_session.c.family_hash == family_hash).with_for_update()
    row = (await connection.execute(query)).first()
    return StoredSession(_sessions.read(row), _chains.read(row)) if row else None


async def lock(connection: AsyncConnection, session_id: SessionId) -> Session | None:
    """Return a session and keep others from changing it until the commit."""
    query = sa.select(_session).where(_session.c.id == session_id).with_for_update()
    return _sessions.first(await connection.execute(query))


async def update(connection: AsyncConnection, session: Session, chain: Chain) -> None:
    """Store a session that was refreshed."""
    change = sa.update(_session).where(_session.c.id == session.id)
    await connection.execute(change.values(_sessions.values(session) | _chains.values(chain)))


async def end(connection: AsyncConnection, session_id: SessionId, *, now: datetime) -> None:
    """End one session."""
    ending = sa.update(_session).where(_session.c.id == session_id, _session.c.ended_at.is_(None))
    await connection.execute(ending.values(ended_at=now))


async def end_all(
    connection: AsyncConnection, account_id: UserId, *, now: datetime, but: SessionId | None = None
) -> int:
    """End the sessions of a person, all or all but one; return how many."""
    conditions = _live(account_id, now)
    if but is not None:
        conditions.append(_session.c.id != but)
    ended = await connection.execute(sa.update(_session).where(*conditions).values(ended_at=now))
    return ended.rowcount


async def of_account(
    connection: AsyncConnection, account_id: UserId, session_ids: Sequence[SessionId]
) -> dict[SessionId, Session]:
    """Return the sessions of a person with these ids, those that exist."""
    query = sa.select(_session).where(_session.c.account_id == account_id, _session.c.id.in_(session_ids))
    return {session.id: session for session in _sessions.all(await connection.execute(query))}


def live(account_id: UserId | None, *, now: datetime) -> Listed[Session]:
    """Return the list of a person's sessions that have neither ended nor expired, of None an empty one."""
    query = sa.select(_session).where(*_live(account_id, now))
    return Listed(_session, query, one_by_one(_sessions.read))


def _live(account_id: UserId | None, now: datetime) -> list[sa.ColumnElement[bool]]:
    return [_session.c.account_id == account_id, _session.c.ended_at.is_(None), _session.c.expires_at > now]
