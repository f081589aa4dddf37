"""Rows of identity: parties and API keys."""

from datetime import datetime, timedelta
from itertools import count

from linepack.access import PartyKind, Role, Scope
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.identity.model import ApiKey, Party
from linepack.identity.repository import insert_key, insert_party
from linepack.ids import ApiKeyId, PartyId, new_id

_numbers = count(1)


async def add_parties_and_keys(database: Database, owner: PartyId, rows: int, *, at: datetime) -> None:
    """Add `rows` shippers, and as many API keys of `owner`."""
    async with UnitOfWork(database) as uow:
        for _ in range(rows):
            number = next(_numbers)
            party = Party(PartyId(new_id()), f"MORE-{number}", f"More {number}", PartyKind.SHIPPER)
            await insert_party(uow.connection, party, now=at)
            made = ApiKey(
                id=ApiKeyId(new_id()),
                party_id=owner,
                name="robot",
                prefix=f"prefix{number}",
                roles=frozenset({Role.SHIPPER}),
                scopes=frozenset({Scope.READ}),
                created_at=at,
                expires_at=at + timedelta(days=30),
                revoked_at=None,
                rotated_from=None,
                last_used_at=None,
            )
            await insert_key(uow.connection, made, secret_hash=b"", created_by=None)
