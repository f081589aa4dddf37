"""The home of idempotency: a command that arrives twice with one key has one effect and one answer.

The key belongs to a party and an operation. Its row is written in the transaction of the command, so the key
is used if and only if the command took effect. A second arrival waits for the first to end: after a commit it
gets the stored answer, after a rollback it runs. The same key with other input is a Conflict.

A command that also takes a network's lock takes the lock first (see `linepack.unit_of_work`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field

from linepack.canonical import digest
from linepack.database import Table
from linepack.problems import Conflict, Fault, InvalidInput
from linepack.settings import IDEMPOTENCY_KEY_LENGTH_MAX
from linepack.unit_of_work import UnitOfWork


class IdempotencyKeyRow(Table, table=True):
    """A key that a party has used for an operation, and the answer it got."""

    __tablename__ = "idempotency_key"

    party_id: UUID = Field(primary_key=True)
    operation: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    input_hash: str
    result: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    recorded_at: datetime = Field(
        sa_type=sa.DateTime(timezone=True), sa_column_kwargs={"server_default": sa.func.now()}
    )


_keys = IdempotencyKeyRow.core()
_CLAIM = insert(_keys).on_conflict_do_nothing().returning(_keys.c.key)


async def once(
    uow: UnitOfWork,
    *,
    party_id: UUID,
    operation: str,
    key: str,
    request: Mapping[str, object],
    result: Mapping[str, object] | None = None,
) -> dict[str, Any] | None:
    """Return the stored result when this command already took effect, None when this call is the first.

    The caller that is the first calls `remember`, or gives its `result` here if it is known beforehand. Waits
    while another transaction uses the key. Raises Conflict when the key was used with another request.
    """
    _require_key(key)
    input_hash = digest(request)
    values = {
        "party_id": party_id,
        "operation": operation,
        "key": key,
        "input_hash": input_hash,
        "result": result,
    }
    if (await uow.connection.execute(_CLAIM, values)).first() is not None:
        return None
    stored = (await uow.connection.execute(_select(party_id, operation, key))).one()
    if stored.input_hash != input_hash:
        raise Conflict(f"the key {key!r} was used before for another {operation}", path=("idempotencyKey",))
    if stored.result is None:
        raise RuntimeError(f"{operation} committed the key {key!r} without remembering its result")
    before: dict[str, Any] = stored.result
    return before


async def remember(
    uow: UnitOfWork, *, party_id: UUID, operation: str, key: str, result: Mapping[str, object]
) -> None:
    """Store the result of the command that `once` let through, in the same transaction."""
    update = (
        sa.update(_keys)
        .where(_keys.c.party_id == party_id, _keys.c.operation == operation, _keys.c.key == key)
        .where(_keys.c.result.is_(None))
        .values(result=result)
    )
    if (await uow.connection.execute(update)).rowcount != 1:
        raise RuntimeError(f"{operation} remembers a result for a key that this call did not claim")


def _select(party_id: UUID, operation: str, key: str) -> sa.Select[tuple[str, dict[str, Any] | None]]:
    return sa.select(_keys.c.input_hash, _keys.c.result).where(
        _keys.c.party_id == party_id, _keys.c.operation == operation, _keys.c.key == key
    )


def _require_key(key: str) -> None:
    if not 0 < len(key) <= IDEMPOTENCY_KEY_LENGTH_MAX:
        limit = f"an idempotency key has 1 to {IDEMPOTENCY_KEY_LENGTH_MAX} characters, not {len(key)}"
        raise InvalidInput([Fault("idempotencyKey", limit)])
