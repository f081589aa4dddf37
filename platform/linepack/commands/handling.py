"""The form of a command: a frozen dataclass, and a function `handle(command, context)` that carries it out.

The context says in which transaction, on whose behalf and at which instant; ids are drawn from it, so that
rules are given ids and instants and draw none. `handles` checks the scope. `handles_once` also claims the
command's key, after the lock that the command needs is taken: the same command with the same key has one
effect and one answer (see `linepack.commands.idempotency`).
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal, Scope
from linepack.commands.idempotency import Claim, answers, claim, claim_key
from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import PartyId, new_id
from linepack.problems import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """On whose behalf a command runs, at which instant (UTC), and where its ids come from."""

    principal: Principal
    at: datetime
    new_id: Callable[[], UUID] = new_id

    @property
    def party_id(self) -> PartyId:
        """The party that the principal acts for; raises Forbidden when it acts for none."""
        return self.principal.require_party()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(Caller):
    """A caller inside the one transaction of its command."""

    uow: UnitOfWork

    @property
    def connection(self) -> AsyncConnection:
        """The connection of the transaction."""
        return self.uow.connection


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentCommand:
    """A command with the key by which its sender marks a repetition."""

    idempotency_key: str

    def claim(self, party_id: PartyId) -> Claim:
        """Return the claim that this command of a party makes; raises InvalidInput for an unfit key."""
        request = asdict(self)
        key = request.pop("idempotency_key")
        return claim(party_id=party_id, operation=type(self).__name__, key=key, request=request)


CallerT = TypeVar("CallerT", bound=Caller)
ContextT = TypeVar("ContextT", bound=Context)
CommandT = TypeVar("CommandT")
IdempotentT = TypeVar("IdempotentT", bound=IdempotentCommand)
Subject = TypeVar("Subject")
Result = TypeVar("Result")

Handler = Callable[[CommandT, CallerT], Coroutine[Any, Any, Result]]
"""Carries out a command."""


def handles(
    scope: Scope,
) -> Callable[[Handler[CommandT, CallerT, Result]], Handler[CommandT, CallerT, Result]]:
    """Carry out a command only for a principal with `scope`; else Forbidden is raised."""

    def decorate(handle: Handler[CommandT, CallerT, Result]) -> Handler[CommandT, CallerT, Result]:
        @wraps(handle)
        async def checked(command: CommandT, context: CallerT) -> Result:
            context.principal.require(scope)
            return await handle(command, context)

        return checked

    return decorate


def handles_once(
    scope: Scope,
    *,
    subject: Callable[[Any, ContextT], Awaitable[Subject]],
    existing: Callable[[ContextT, UUID], Awaitable[Result]],
) -> Callable[
    [Callable[[IdempotentT, ContextT, Subject, UUID], Awaitable[Result]]],
    Handler[IdempotentT, ContextT, Result],
]:
    """Carry out a command of a party with `scope` once for each key.

    `subject` returns what the command is about, which its handler gets, and takes the locks that it needs.
    The handler also gets the id of what it makes. A repetition gets `existing` of that id instead.
    """

    def decorate(
        handle: Callable[[IdempotentT, ContextT, Subject, UUID], Awaitable[Result]],
    ) -> Handler[IdempotentT, ContextT, Result]:
        @wraps(handle)
        async def once(command: IdempotentT, context: ContextT) -> Result:
            context.principal.require(scope)
            context.principal.require_party()
            about = await subject(command, context)
            made = context.new_id()
            if (before := await made_before(command, context, made)) is not None:
                return await existing(context, before)
            return await handle(command, context, about, made)

        return once

    return decorate


async def made_before(command: IdempotentCommand, context: Context, making: UUID) -> UUID | None:
    """Return the id of what the same command made before, None when this is the first and makes `making`.

    Raises Conflict when the party used the key for another command of this kind.
    """
    result = await claim_key(context.uow, command.claim(context.party_id), {"id": str(making)})
    return None if result is None else UUID(result["id"])


async def made_already(
    command: IdempotentCommand, caller: Caller, connection: AsyncConnection
) -> UUID | None:
    """Return the id of what the same command made before, if it has; claims nothing. Raises Conflict."""
    own = command.claim(caller.party_id)
    stored = (await answers(connection, [own])).get(own)
    if isinstance(stored, Conflict):
        raise stored
    return None if stored is None else UUID(stored["id"])
