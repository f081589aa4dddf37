"""Idempotency: a command that arrives twice with one key has one effect and one answer.

The key belongs to a party and an operation. Its row is written in the transaction of the command, so the key
is used if and only if the command took effect. A second arrival waits for the first to end: after a commit it
gets the stored answer, after a rollback it runs. The same key with other input is a Conflict.

A command that also takes a network's lock takes the lock first (see `linepack.commands.unit_of_work`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.canonical_json import digest
from linepack.commands.tables import IdempotencyKeyRow
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.insertion import Row
from linepack.limits import IDEMPOTENCY_KEY_LENGTH_MAX
from linepack.problems import Conflict, Fault, InvalidInput

_keys = IdempotencyKeyRow.core()
_CLAIM = insert(_keys).on_conflict_do_nothing().returning(_keys.c.key)


@dataclass(frozen=True, slots=True)
class Claim:
    """One arrival of a command: its key, and the hash of its request."""

    party_id: UUID
    operation: str
    key: str
    input_hash: str


def claim(*, party_id: UUID, operation: str, key: str, request: Mapping[str, object]) -> Claim:
    """Return the claim of a command; raises InvalidInput for a key that is empty or too long."""
    if not 0 < len(key) <= IDEMPOTENCY_KEY_LENGTH_MAX:
        limit = f"an idempotency key has 1 to {IDEMPOTENCY_KEY_LENGTH_MAX} characters, not {len(key)}"
        raise InvalidInput([Fault("idempotencyKey", limit)])
    return Claim(party_id, operation, key, digest(request))


async def claim_key(uow: UnitOfWork, arrival: Claim, result: Mapping[str, object]) -> dict[str, Any] | None:
    """Return the stored result when this command already took effect, None when this is the first.

    The first stores its `result`. Waits while another transaction uses the key. Raises Conflict when the key
    was used with another request.
    """
    if (await uow.connection.execute(_CLAIM, row(arrival, result)[1])).first() is not None:
        return None
    stored = (await answers(uow.connection, [arrival]))[arrival]
    if isinstance(stored, Conflict):
        raise stored
    return stored


async def answers(
    connection: AsyncConnection, claims: Sequence[Claim]
) -> dict[Claim, dict[str, Any] | Conflict]:
    """Return the result of each command that took effect before, Conflict where its request was another.

    For commands that check their keys first and insert them (`row`) with their effects: they hold the lock of
    a network that their request names, so that none of the same request is under way.
    """
    wanted = sa.tuple_(_keys.c.party_id, _keys.c.operation, _keys.c.key)
    query = sa.select(_keys).where(wanted.in_([(one.party_id, one.operation, one.key) for one in claims]))
    stored = {(kept.party_id, kept.operation, kept.key): kept for kept in await connection.execute(query)}
    found: dict[Claim, dict[str, Any] | Conflict] = {}
    for one in claims:
        kept = stored.get((one.party_id, one.operation, one.key))
        if kept is None:
            continue
        found[one] = kept.result if kept.input_hash == one.input_hash else used_before(one)
    return found


def was_key_taken(fault: IntegrityError) -> bool:
    """Return whether `fault` is that a row of `row` is there already."""
    return f"pk_{_keys.name}" in str(fault.orig)


def used_before(arrival: Claim) -> Conflict:
    """Return the refusal of a key that was used for another request."""
    text = f"the key {arrival.key!r} was used before for another {arrival.operation}"
    return Conflict(text, path=("idempotencyKey",))


def row(arrival: Claim, result: Mapping[str, object]) -> Row:
    """Return the row of a command's key and result, for `linepack.database.insertion`."""
    return _keys, {
        "party_id": arrival.party_id,
        "operation": arrival.operation,
        "key": arrival.key,
        "input_hash": arrival.input_hash,
        "result": result,
    }
