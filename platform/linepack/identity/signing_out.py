"""The commands on sessions: signing out, ending one of one's own sessions, and those of another person."""

from dataclasses import dataclass, replace

from linepack.access import Scope
from linepack.commands.handling import handles
from linepack.identity import repository
from linepack.identity.account_events.model import AccountEventKind
from linepack.identity.account_events.repository import record
from linepack.identity.authentication import IdentityContext
from linepack.identity.sessions import repository as sessions
from linepack.identity.sessions.model import Session
from linepack.ids import SessionId, UserId
from linepack.monitoring.logging import logger
from linepack.problems import Conflict, Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class SignOut:
    """One's own session to end, or with `everywhere` all of one's own."""

    everywhere: bool


@dataclass(frozen=True, slots=True)
class EndSession:
    """A session of one's own to end."""

    session_id: SessionId


@dataclass(frozen=True, slots=True)
class EndSessionsOf:
    """A person all of whose sessions are to end."""

    user_id: UserId


async def sign_out(command: SignOut, context: IdentityContext) -> int:
    """End one's own session, or all of them; return how many. Raises Forbidden when there is none."""
    user_id, session_id = context.principal.user_id, context.principal.session_id
    if user_id is None:
        raise Forbidden("a key has no session: revoke it")
    if command.everywhere:
        return await _end_all(user_id, context)
    if session_id is None:
        raise Forbidden("sign out where you have signed in: at your identity provider")
    await end_session(EndSession(session_id), context)
    return 1


async def end_session(command: EndSession, context: IdentityContext) -> Session:
    """End a session of one's own. Raises NotFound, and Conflict when it has ended already."""
    user_id, now = context.principal.user_id, context.at
    async with context.unit_of_work() as uow:
        session = await sessions.lock(uow.connection, command.session_id)
        if session is None or session.account_id != user_id:
            raise NotFound("session", command.session_id, path=("sessionId",))
        if not session.is_live(now=now):
            raise Conflict("this session has ended already", path=("sessionId",))
        await sessions.end(uow.connection, session.id, now=now)
    await context.authenticator.endings.announce(session.id)
    logger.info("session_ended", session_id=str(session.id), by=context.principal.subject)
    return replace(session, ended_at=now)


@handles(Scope.ADMINISTER)
async def end_sessions_of(command: EndSessionsOf, context: IdentityContext) -> int:
    """End all sessions of a person; return how many. Raises Forbidden, NotFound."""
    async with context.database.read() as connection:
        account = await repository.get_account(connection, command.user_id)
    return await _end_all(account.id, context)


async def _end_all(user_id: UserId, context: IdentityContext) -> int:
    async with context.unit_of_work() as uow:
        # A sign-in under way is over, or will find the sessions ended.
        account = await repository.lock_account(uow.connection, user_id)
        count = await sessions.end_all(uow.connection, user_id, now=context.at)
        if account is not None and count:
            await record(uow.connection, context, AccountEventKind.SESSIONS_ENDED, account)
    await context.authenticator.endings.announce(user_id)
    logger.info("sessions_ended", user_id=str(user_id), count=count, by=context.principal.subject)
    return count
