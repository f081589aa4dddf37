"""Rows of identity: parties, API keys, and a person with sessions."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from linepack.access import PartyKind, Principal, Role, Scope
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.identity.model import Account, ApiKey, Party
from linepack.identity.repository import account_by_id, insert_account, insert_key, insert_party
from linepack.identity.sessions import repository as sessions
from linepack.identity.sessions.model import Session, Visitor
from linepack.identity.sessions.refresh_tokens import begin_chain
from linepack.ids import ApiKeyId, PartyId, SessionId, UserId, new_id

PERSON = UserId(UUID(int=50))
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


def as_person(principal: Principal) -> Principal:
    """Return the principal as the person whose sessions `add_sessions` adds."""
    return replace(principal, user_id=PERSON)


async def add_sessions(database: Database, party_id: PartyId, rows: int, *, at: datetime) -> list[SessionId]:
    """Add `rows` sessions of the one person, who acts for `party_id`; return their ids."""
    visitor = Visitor("198.51.100.7", "Firefox")
    made = [SessionId(new_id()) for _ in range(rows)]
    async with UnitOfWork(database) as uow:
        if await account_by_id(uow.connection, PERSON) is None:
            person = Account(
                id=PERSON,
                party_id=party_id,
                email="person@example.com",
                name="Person",
                roles=frozenset({Role.SHIPPER}),
                foreign=None,
                credentials_changed_at=at,
                disabled_at=None,
            )
            await insert_account(uow.connection, person, password_hash="", now=at)
        for session_id in made:
            session = Session.begun(session_id, PERSON, visitor, now=at)
            _, chain = begin_chain(now=at)
            await sessions.insert(uow.connection, session, chain)
    return made
