"""The queries of second factors. Functions that write take the connection of a unit of work."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.rows import RowMapper
from linepack.identity.second_factor.tables import RecoveryCodeRow, SecondFactorRow
from linepack.ids import UserId

_factor = SecondFactorRow.core()
_code = RecoveryCodeRow.core()


@dataclass(frozen=True, slots=True)
class StoredFactor:
    """A second factor: in force since `confirmed_at`; no code of `last_step` or before is accepted."""

    account_id: UserId
    sealed_secret: bytes = field(repr=False)
    confirmed_at: datetime | None
    last_step: int | None


_factors = RowMapper(SecondFactorRow, StoredFactor)


async def begin(connection: AsyncConnection, user_id: UserId, sealed_secret: bytes) -> None:
    """Store a factor that is not in force yet, in place of one that never was."""
    values = _factors.values(StoredFactor(user_id, sealed_secret, None, None))
    statement = insert(_factor).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=values))


async def of_account(connection: AsyncConnection, user_id: UserId) -> StoredFactor | None:
    """Return a person's second factor, in force or not."""
    return _factors.first(await connection.execute(sa.select(_factor).where(_factor.c.account_id == user_id)))


async def confirm(
    connection: AsyncConnection, user_id: UserId, step: int, code_hashes: Iterable[bytes], *, now: datetime
) -> None:
    """Put a factor in force."""
    change = sa.update(_factor).where(_factor.c.account_id == user_id)
    await connection.execute(change.values(confirmed_at=now, last_step=step))
    rows = [{"account_id": user_id, "code_hash": code_hash} for code_hash in code_hashes]
    await connection.execute(sa.insert(_code), rows)


async def use_step(connection: AsyncConnection, user_id: UserId, step: int) -> None:
    """Note that a code of this step was used."""
    change = sa.update(_factor).where(_factor.c.account_id == user_id)
    await connection.execute(change.values(last_step=step))


async def use_recovery_code(connection: AsyncConnection, user_id: UserId, code_hash: bytes) -> bool:
    """Use a recovery code up; return whether there was such a one."""
    used = sa.delete(_code).where(_code.c.account_id == user_id, _code.c.code_hash == code_hash)
    return (await connection.execute(used)).rowcount > 0


async def count_recovery_codes(connection: AsyncConnection, user_id: UserId) -> int:
    """Return how many recovery codes a person has left."""
    query = sa.select(sa.func.count()).select_from(_code).where(_code.c.account_id == user_id)
    return int((await connection.execute(query)).scalar_one())


async def remove(connection: AsyncConnection, user_id: UserId) -> bool:
    """Remove a factor with its recovery codes; return whether there was one in force."""
    gone = sa.delete(_factor).where(_factor.c.account_id == user_id).returning(_factor.c.confirmed_at)
    return (await connection.execute(gone)).scalar_one_or_none() is not None
