"""The commands of administrators on accounts.

Each changes an account, and records that it did, in one transaction, in which the account's party is locked
and the caller is looked up again: of two administrators who disable each other at once, one comes too late.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Scope
from linepack.commands.handling import handles
from linepack.identity import repository
from linepack.identity.account_events.model import AccountEventKind
from linepack.identity.account_events.repository import record
from linepack.identity.administration.rules import (
    Administration,
    administering_role,
    keeps,
    require_grantable,
    require_kept,
    require_resettable,
)
from linepack.identity.authentication import IdentityContext
from linepack.identity.commands import (
    ChangeRoles,
    DisableUser,
    EnableUser,
    InviteUser,
    MakeInitialPassword,
    invitation_faults,
)
from linepack.identity.errors import NameTaken
from linepack.identity.model import Account, Party
from linepack.identity.passwords import new_initial_password
from linepack.identity.service import GIVE_RIGHTS, MAKE_ACCOUNTS, require_current, require_person
from linepack.identity.sessions import repository as sessions
from linepack.ids import PartyId, UserId
from linepack.limits import INITIAL_PASSWORD_DAYS
from linepack.monitoring.logging import logger
from linepack.problems import InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class Invitation:
    """An account with its initial password, which is shown once and cannot be had again."""

    account: Account
    initial_password: str = field(repr=False)


@handles(Scope.MANAGE)
async def invite_user(command: InviteUser, context: IdentityContext) -> Invitation:
    """Add a person to a party, with an initial password.

    Raises Forbidden, NotFound, InvalidInput, NameTaken.
    """
    require_person(context.principal, MAKE_ACCOUNTS)
    async with context.database.read() as connection:
        party = await _kept_party(connection, command.party_id, context)
    if faults := invitation_faults(command, party.kind):
        raise InvalidInput(faults)
    require_grantable(context.principal, party.kind, command.roles)
    account = Account(
        id=UserId(context.new_id()),
        party_id=party.id,
        email=command.email.strip().lower(),
        name=command.name.strip(),
        roles=command.roles,
        foreign=None,
        created_at=context.at,
        credentials_changed_at=context.at,
        initial_password_until=context.at + timedelta(days=INITIAL_PASSWORD_DAYS),
    )
    password = new_initial_password()
    password_hash = await context.authenticator.passwords.hash(password)
    try:
        async with context.unit_of_work() as uow:
            await _lock(uow.connection, party.id, context)
            await repository.insert_account(uow.connection, account, password_hash=password_hash)
            await record(uow.connection, context, AccountEventKind.CREATED, account, roles_before=frozenset())
    except IntegrityError:
        raise NameTaken("account", account.email, path=("email",)) from None
    logger.info("user_invited", user_id=str(account.id), by=context.principal.subject)
    return Invitation(account, password)


@handles(Scope.MANAGE)
async def make_initial_password(command: MakeInitialPassword, context: IdentityContext) -> Invitation:
    """Replace a person's password by an initial one; every session ends.

    Raises Forbidden, NotFound.
    """
    require_person(context.principal, MAKE_ACCOUNTS)
    async with context.database.read() as connection:
        require_resettable(context.principal, await _account(connection, command.user_id))
    password = new_initial_password()
    password_hash = await context.authenticator.passwords.hash(password)
    async with context.unit_of_work() as uow:
        account, _ = await _lock_account(uow.connection, command.user_id, context)
        require_resettable(context.principal, account)
        until = context.at + timedelta(days=INITIAL_PASSWORD_DAYS)
        changed = await repository.set_initial_password(
            uow.connection, account, password_hash, now=context.at, until=until
        )
        await sessions.end_all(uow.connection, account.id, now=context.at)
        await record(uow.connection, context, AccountEventKind.PASSWORD_RESET, changed)
    await context.authenticator.endings.announce(account.id)
    logger.info("password_reset", user_id=str(account.id), by=context.principal.subject)
    return Invitation(changed, password)


@handles(Scope.MANAGE)
async def disable_user(command: DisableUser, context: IdentityContext) -> Account:
    """Keep an account from acting from now on. Raises Forbidden, NotFound, LastAdministrator."""
    return await _change(
        command.user_id,
        context,
        AccountEventKind.DISABLED,
        lambda account, administration: administration.disabled(account, at=context.at),
    )


@handles(Scope.MANAGE)
async def enable_user(command: EnableUser, context: IdentityContext) -> Account:
    """Let an account act again, with the password it had. Raises Forbidden, NotFound."""
    require_person(context.principal, GIVE_RIGHTS)
    return await _change(
        command.user_id,
        context,
        AccountEventKind.ENABLED,
        lambda account, administration: administration.enabled(account),
    )


@handles(Scope.MANAGE)
async def change_roles(command: ChangeRoles, context: IdentityContext) -> Account:
    """Give an account other roles. Raises Forbidden, NotFound, InvalidInput, LastAdministrator."""
    require_person(context.principal, GIVE_RIGHTS)
    return await _change(
        command.user_id,
        context,
        AccountEventKind.ROLES_CHANGED,
        lambda account, administration: administration.with_roles(account, command.roles),
    )


async def _change(
    user_id: UserId,
    context: IdentityContext,
    kind: AccountEventKind,
    change: Callable[[Account, Administration], Account],
) -> Account:
    async with context.unit_of_work() as uow:
        account, administration = await _lock_account(uow.connection, user_id, context)
        changed = change(account, administration)
        if changed == account:
            return account
        await repository.update_account(uow.connection, changed)
        if changed.disabled_at is not None:
            await sessions.end_all(uow.connection, user_id, now=context.at)
        await record(uow.connection, context, kind, changed, roles_before=account.roles)
    await context.authenticator.endings.announce(user_id)
    logger.info("account_changed", change=kind, user_id=str(user_id), by=context.principal.subject)
    return changed


async def _lock_account(
    connection: AsyncConnection, user_id: UserId, context: IdentityContext
) -> tuple[Account, Administration]:
    """Return an account and who administers it, and keep others from changing its party's accounts.

    Its person may be signing in or changing the password, which locks the account alone: so does this.
    """
    account = await _account(connection, user_id)
    require_kept(context.principal, account)
    party = await _lock(connection, account.party_id, context)
    role = administering_role(context.principal)
    administrators = await repository.accounts_with_role(connection, party.id, role)
    current = await repository.lock_account(connection, user_id)
    if current is None:
        raise NotFound("user", user_id, path=("accountId",))
    return current, Administration(context.principal, party.kind, administrators)


async def _lock(connection: AsyncConnection, party_id: PartyId, context: IdentityContext) -> Party:
    await _kept_party(connection, party_id, context)
    party = await repository.lock_party(connection, party_id)
    if party is None:
        raise NotFound("party", party_id, path=("partyId",))
    await require_current(connection, context.principal)
    return party


async def _kept_party(connection: AsyncConnection, party_id: PartyId, context: IdentityContext) -> Party:
    if not keeps(context.principal, party_id):
        raise NotFound("party", party_id, path=("partyId",))
    return await repository.get_party(connection, party_id)


async def _account(connection: AsyncConnection, user_id: UserId) -> Account:
    found = (await repository.accounts_by_id(connection, [user_id])).get(user_id)
    if found is None:
        raise NotFound("user", user_id, path=("accountId",))
    return found
