"""The commands on second factors: enrolling, confirming, removing one's own, and resetting another person's.

A factor is in force once its person has shown a code of it. Enrolling and removing ask for the password, so
that a stolen session can do neither; resetting asks for none, and is for others only, and for people.
"""

import os
from dataclasses import dataclass, field

from linepack.access import Scope
from linepack.commands.handling import handles
from linepack.identity import repository
from linepack.identity.account_events.model import AccountEventKind
from linepack.identity.account_events.repository import record
from linepack.identity.authentication import IdentityContext
from linepack.identity.errors import InvalidCode
from linepack.identity.model import Account
from linepack.identity.second_factor import repository as factors
from linepack.identity.second_factor.recovery_codes import hash_code, new_codes
from linepack.identity.second_factor.totp import SECRET_BYTES, as_text, enrolment_uri
from linepack.identity.service import GIVE_RIGHTS, require_person
from linepack.identity.sessions import repository as sessions
from linepack.ids import UserId
from linepack.monitoring.logging import logger
from linepack.problems import Conflict, Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class EnrolSecondFactor:
    """One's own account to be protected by a second factor; `address` is where the caller comes from."""

    password: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class ConfirmSecondFactor:
    """A code that shows that the secret has arrived."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RemoveSecondFactor:
    """One's own second factor to remove, which `code` is of, or a recovery code."""

    password: str = field(repr=False)
    code: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class ResetSecondFactor:
    """A person whose second factor is to be removed, because it is lost."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The secret of a second factor, which is shown once, as text and as a URI for a program."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


async def enrol_second_factor(command: EnrolSecondFactor, context: IdentityContext) -> Enrolment:
    """Make a secret, which is in force once it is confirmed.

    Raises Forbidden, InvalidCredentials, TooManyAttempts, and Conflict when there is a second factor.
    """
    account = await _own_account(context)
    await context.authenticator.require_password(account.email, command.password, address=command.address)
    secret = os.urandom(SECRET_BYTES)
    sealed = context.authenticator.second_factors.sealing().seal(secret, account.id)
    async with context.unit_of_work() as uow:
        await repository.lock_account(uow.connection, account.id)
        factor = await factors.of_account(uow.connection, account.id)
        if factor is not None and factor.confirmed_at is not None:
            raise Conflict("there is a second factor already: remove it first")
        await factors.begin(uow.connection, account.id, sealed)
    return Enrolment(as_text(secret), enrolment_uri(secret, account.email))


async def confirm_second_factor(command: ConfirmSecondFactor, context: IdentityContext) -> list[str]:
    """Put one's own second factor in force and return its recovery codes; other sessions end.

    Raises Forbidden, Conflict when there is nothing to confirm, InvalidCode.
    """
    account, now = await _own_account(context), context.at
    codes = new_codes()
    async with context.unit_of_work() as uow:
        await repository.lock_account(uow.connection, account.id)
        factor = await factors.of_account(uow.connection, account.id)
        if factor is None or factor.confirmed_at is not None:
            raise Conflict("there is no second factor to confirm: enrol first")
        step = context.authenticator.second_factors.step_of(factor, command.code, now=now)
        if step is None:
            raise InvalidCode
        hashes = [hash_code(account.id, code) for code in codes]
        await factors.confirm(uow.connection, account.id, step, hashes, now=now)
        await sessions.end_all(uow.connection, account.id, now=now, but=context.principal.session_id)
        await record(uow.connection, context, AccountEventKind.SECOND_FACTOR_ADDED, account)
    await context.authenticator.endings.announce(account.id)
    logger.info("second_factor_confirmed", user_id=str(account.id))
    return codes


async def remove_second_factor(command: RemoveSecondFactor, context: IdentityContext) -> None:
    """Remove one's own second factor.

    Raises Forbidden, InvalidCredentials, InvalidCode, TooManyAttempts, and Conflict when there is none.
    """
    account = await _own_account(context)
    await context.authenticator.require_password(account.email, command.password, address=command.address)
    async with context.unit_of_work() as uow:
        await repository.lock_account(uow.connection, account.id)
        await context.authenticator.second_factors.require(
            uow.connection, account.id, command.code, now=context.at
        )
        if not await factors.remove(uow.connection, account.id):
            raise Conflict("there is no second factor")
        await record(uow.connection, context, AccountEventKind.SECOND_FACTOR_REMOVED, account)
    logger.info("second_factor_removed", user_id=str(account.id), by=context.principal.subject)


@handles(Scope.ADMINISTER)
async def reset_second_factor(command: ResetSecondFactor, context: IdentityContext) -> Account:
    """Remove another person's second factor; every session of theirs ends.

    Raises Forbidden, also for one's own, NotFound, and Conflict when there is none.
    """
    require_person(context.principal, GIVE_RIGHTS)
    if command.user_id == context.principal.user_id:
        raise Forbidden("remove your own second factor with the password and a code")
    async with context.unit_of_work() as uow:
        account = await repository.lock_account(uow.connection, command.user_id)
        if account is None:
            raise NotFound("user", command.user_id, path=("accountId",))
        if not await factors.remove(uow.connection, account.id):
            raise Conflict("there is no second factor")
        await sessions.end_all(uow.connection, account.id, now=context.at)
        await record(uow.connection, context, AccountEventKind.SECOND_FACTOR_RESET, account)
    await context.authenticator.endings.announce(account.id)
    logger.info("second_factor_reset", user_id=str(account.id), by=context.principal.subject)
    return account


async def _own_account(context: IdentityContext) -> Account:
    user_id = context.principal.user_id
    if user_id is None:
        raise Forbidden("only a person has a second factor")
    async with context.database.read() as connection:
        return await repository.get_account(connection, user_id)
