"""Rows of identity: parties, API keys, people with the events of their making, and sessions of one."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from linepack.access import PartyKind, Principal, Role, Scope, scopes_of
from linepack.commands.handling import Caller
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.identity.account_events.model import AccountEventKind
from linepack.identity.account_events.repository import record
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


async def add_accounts(database: Database, party_id: PartyId, rows: int, *, at: datetime) -> list[Account]:
    """Add `rows` people of a shipper, each of whom notes that it was made."""
    made = [_person(UserId(new_id()), party_id, at) for _ in range(rows)]
    async with UnitOfWork(database) as uow:
        for account in made:
            await insert_account(uow.connection, account, password_hash="no hash")
            scopes = scopes_of(account.roles)
            itself = Principal("user", party_id, account.roles, scopes, at, user_id=account.id)
            await record(uow.connection, Caller(principal=itself, at=at), AccountEventKind.CREATED, account)
    return made


def as_person(principal: Principal) -> Principal:
    """Return the principal as the person whose sessions `add_sessions` adds."""
    return replace(principal, user_id=PERSON)


async def add_sessions(database: Database, party_id: PartyId, rows: int, *, at: datetime) -> list[SessionId]:
    """Add `rows` sessions of the one person, who acts for `party_id`; return their ids."""
    visitor = Visitor("198.51.100.7", "Firefox")
    made = [SessionId(new_id()) for _ in range(rows)]
    async with UnitOfWork(database) as uow:
        if await account_by_id(uow.connection, PERSON) is None:
            person = _person(PERSON, party_id, at)
            await insert_account(uow.connection, person, password_hash="no hash")
        for session_id in made:
            session = Session.begun(session_id, PERSON, visitor, now=at)
            _, chain = begin_chain(now=at)
            await sessions.insert(uow.connection, session, chain)
    return made


def _person(user_id: UserId, party_id: PartyId, at: datetime) -> Account:
    return Account(
        id=user_id,
        party_id=party_id,
        email=f"person{next(_numbers)}@shipper.example",
        name="Person",
        roles=frozenset({Role.SHIPPER}),
        foreign=None,
        created_at=at,
        credentials_changed_at=at,
    )
