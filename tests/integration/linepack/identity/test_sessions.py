"""Sessions with PostgreSQL and Valkey: rotation, theft, requests that race, and the end of a session."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import anyio
import pytest
import sqlalchemy as sa
from redis.asyncio import ConnectionPool, Redis
from tests.identities import ADDRESS, PASSWORD, Identities, issued_at, make_identity, session_of
from tests.waiting import eventually
from time_machine import travel

from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.identity import repository
from linepack.identity.administration.service import disable_user
from linepack.identity.authentication import Authenticator, SignedIn
from linepack.identity.commands import ChangePassword, DisableUser, ResetPassword
from linepack.identity.errors import InvalidCredentials, SessionEnded, Unauthenticated
from linepack.identity.passwords import Passwords
from linepack.identity.service import change_password, reset_password
from linepack.identity.sessions.endings import Endings
from linepack.identity.sessions.model import Session
from linepack.identity.sessions.refresh_tokens import RefreshToken
from linepack.identity.sessions.repository import live, of_account
from linepack.identity.sessions.tables import SessionRow
from linepack.identity.signing_out import (
    EndSession,
    EndSessionsOf,
    SignOut,
    end_session,
    end_sessions_of,
    sign_out,
)
from linepack.ids import SessionId
from linepack.problems import Conflict, Forbidden, NotFound

pytestmark = pytest.mark.anyio

ELSEWHERE = "203.0.113.9"
DATABASES_OF_VALKEY = 16
NEW_PASSWORD = "another horse battery"


async def signed_in(identities: Identities, address: str = ADDRESS) -> SignedIn:
    return await identities.identity.sign_in(
        identities.alice.email, PASSWORD, address=address, user_agent="Firefox"
    )


async def stored(identities: Identities, database: Database, token: str) -> Session:
    session_id = session_of(token)
    async with database.read() as connection:
        return (await of_account(connection, identities.alice.id, [session_id]))[session_id]


async def live_sessions(identities: Identities, database: Database) -> int:
    listed = live(identities.alice.id, now=datetime.now(UTC))
    async with database.read() as connection:
        return len((await connection.execute(listed.statement)).all())


async def is_refused(identity: Authenticator, token: str) -> bool:
    try:
        await identity.authenticate(token)
    except Unauthenticated as refusal:
        return refusal.reason == "session ended"
    return False


async def test_a_session_is_refreshed_again_and_again(identities: Identities, database: Database) -> None:
    tokens = [await signed_in(identities)]
    for _ in range(3):
        tokens.append(
            await identities.identity.refresh(
                tokens[-1].refresh_token, address=ELSEWHERE, user_agent="Safari"
            )
        )
    assert len({each.refresh_token for each in tokens}) == 4
    for each in tokens:
        principal = await identities.identity.authenticate(each.token)
        assert principal == each.principal
        assert principal.session_id == tokens[0].principal.session_id
    session = await stored(identities, database, tokens[0].token)
    assert (session.address, session.user_agent) == (ELSEWHERE, "Safari")


async def test_no_refresh_token_is_in_the_database(identities: Identities, database: Database) -> None:
    first = await signed_in(identities)
    second = await identities.identity.refresh(first.refresh_token, address=ADDRESS)
    async with database.read() as connection:
        row = (await connection.execute(sa.select(SessionRow.core()))).one()
    for text in (first.refresh_token, second.refresh_token):
        token = RefreshToken.read(text)
        assert token is not None
        assert token.family not in repr(tuple(row))
        assert token.secret not in repr(tuple(row))
    assert first.refresh_token not in repr(first)


async def test_a_stolen_token_used_after_the_rotation_ends_the_session_of_thief_and_owner(
    identities: Identities, database: Database
) -> None:
    stolen = await signed_in(identities)
    owner = await identities.identity.refresh(stolen.refresh_token, address=ADDRESS)
    await _let_pass(database, timedelta(minutes=2))
    with pytest.raises(SessionEnded):
        await identities.identity.refresh(stolen.refresh_token, address=ELSEWHERE)
    with pytest.raises(SessionEnded):
        await identities.identity.refresh(owner.refresh_token, address=ADDRESS)
    for tokens in (stolen, owner):
        assert await is_refused(identities.identity, tokens.token)


async def test_a_thief_who_was_first_is_found_out_by_the_owner(
    identities: Identities, database: Database
) -> None:
    owner = await signed_in(identities)
    thief = await identities.identity.refresh(owner.refresh_token, address=ELSEWHERE)
    await _let_pass(database, timedelta(minutes=2))
    with pytest.raises(SessionEnded):
        await identities.identity.refresh(owner.refresh_token, address=ADDRESS)
    assert await is_refused(identities.identity, thief.token)


async def _let_pass(database: Database, time: timedelta) -> None:
    table = SessionRow.core()
    async with UnitOfWork(database) as uow:
        await uow.connection.execute(sa.update(table).values(rotated_at=table.c.rotated_at - time))


async def test_twenty_refreshes_at_once_over_two_processes_get_one_answer_and_sign_nobody_out(
    identities: Identities, database: Database, redis: Redis
) -> None:
    processes = [identities.identity, make_identity(database, redis)]
    first = await signed_in(identities)
    answers = await asyncio.gather(
        *(
            processes[number % 2].refresh(first.refresh_token, address=ADDRESS, user_agent=f"tab {number}")
            for number in range(20)
        )
    )
    assert len({answer.refresh_token for answer in answers}) == 1
    for answer in answers:
        await processes[0].authenticate(answer.token)
    after = await processes[1].refresh(answers[0].refresh_token, address=ADDRESS)
    assert after.refresh_token != answers[0].refresh_token
    assert await live_sessions(identities, database) == 1


@pytest.mark.parametrize("ahead_s", [-30, 30])
async def test_clocks_that_differ_by_the_leeway_sign_nobody_out(
    identities: Identities, database: Database, redis: Redis, ahead_s: int
) -> None:
    here = identities.identity
    there = make_identity(database, redis, now=lambda: datetime.now(UTC) + timedelta(seconds=ahead_s))
    first = await signed_in(identities)
    second = await here.refresh(first.refresh_token, address=ADDRESS)
    crossing = await there.refresh(first.refresh_token, address=ADDRESS)
    assert crossing.refresh_token == second.refresh_token
    third = await there.refresh(second.refresh_token, address=ADDRESS)
    for token in (crossing.token, third.token):
        await here.authenticate(token)
        await there.authenticate(token)


async def test_a_token_of_the_future_or_of_a_session_that_has_passed_is_refused(
    identities: Identities,
) -> None:
    token = (await signed_in(identities)).token
    now = datetime.now(UTC)
    for instant in (now + timedelta(minutes=5), now - timedelta(minutes=20)):
        with pytest.raises(Unauthenticated):
            await identities.identity.authenticate(issued_at(token, instant))


@pytest.mark.parametrize("text", ["", "x", "lr_" + "a" * 43 + "_" + "b" * 43, "lp_aaaaaaaaaaaa_" + "b" * 43])
async def test_what_is_no_refresh_token_of_ours_is_refused(identities: Identities, text: str) -> None:
    with pytest.raises(SessionEnded):
        await identities.identity.refresh(text, address=ADDRESS)


async def test_neither_kind_of_token_stands_for_the_other(identities: Identities) -> None:
    tokens = await signed_in(identities)
    with pytest.raises(Unauthenticated):
        await identities.identity.authenticate(tokens.refresh_token)
    with pytest.raises(SessionEnded):
        await identities.identity.refresh(tokens.token, address=ADDRESS)


async def test_a_session_that_nobody_refreshes_ends(identities: Identities) -> None:
    tokens = await signed_in(identities)
    with travel(datetime.now(UTC) + timedelta(hours=11), tick=True):
        tokens = await identities.identity.refresh(tokens.refresh_token, address=ADDRESS)
    with travel(datetime.now(UTC) + timedelta(hours=24), tick=True), pytest.raises(SessionEnded):
        await identities.identity.refresh(tokens.refresh_token, address=ADDRESS)


async def test_signing_out_ends_this_session_and_no_other(identities: Identities) -> None:
    here, there = await signed_in(identities), await signed_in(identities, ELSEWHERE)
    await identities.identity.authenticate(here.token)
    assert await sign_out(SignOut(everywhere=False), identities.identity.context(here.principal)) == 1
    assert await is_refused(identities.identity, here.token)
    with pytest.raises(SessionEnded):
        await identities.identity.refresh(here.refresh_token, address=ADDRESS)
    await identities.identity.authenticate(there.token)
    with pytest.raises(Conflict):
        await sign_out(SignOut(everywhere=False), identities.identity.context(here.principal))


async def test_signing_out_everywhere_ends_all_sessions_of_the_person(identities: Identities) -> None:
    here, there = await signed_in(identities), await signed_in(identities, ELSEWHERE)
    bob = await identities.token(identities.bob)
    assert await sign_out(SignOut(everywhere=True), identities.identity.context(here.principal)) == 2
    for tokens in (here, there):
        assert await is_refused(identities.identity, tokens.token)
    await identities.identity.authenticate(bob)


async def test_a_session_is_ended_by_its_person_only(identities: Identities) -> None:
    here, there = await signed_in(identities), await signed_in(identities, ELSEWHERE)
    bob = await identities.sign_in(identities.bob)
    for session_id in (session_of(there.token), SessionId(UUID(int=4))):
        with pytest.raises(NotFound):
            await end_session(EndSession(session_id), identities.identity.context(bob))
    await identities.identity.authenticate(there.token)
    ended = await end_session(
        EndSession(session_of(there.token)), identities.identity.context(here.principal)
    )
    assert ended.ended_at is not None
    assert await is_refused(identities.identity, there.token)


async def test_an_administrator_ends_the_sessions_of_a_person_and_others_do_not(
    identities: Identities,
) -> None:
    alice = await signed_in(identities)
    with pytest.raises(Forbidden):
        await end_sessions_of(EndSessionsOf(identities.bob.id), identities.identity.context(alice.principal))
    admin = identities.identity.context(await identities.sign_in(identities.admin))
    assert await end_sessions_of(EndSessionsOf(identities.alice.id), admin) == 1
    assert await is_refused(identities.identity, alice.token)


@pytest.mark.parametrize("how", ["changed", "reset", "disabled"])
async def test_a_new_password_or_a_disabled_account_ends_every_session(
    identities: Identities, database: Database, how: str
) -> None:
    sessions = [await signed_in(identities), await signed_in(identities, ELSEWHERE)]
    own = identities.identity.context(sessions[0].principal)
    platform = identities.identity.context(identities.platform)
    if how == "changed":
        await change_password(ChangePassword(current=PASSWORD, new=NEW_PASSWORD, address=ADDRESS), own)
    elif how == "reset":
        await reset_password(ResetPassword(identities.alice.id, new=NEW_PASSWORD), platform)
    else:
        await disable_user(DisableUser(identities.alice.id), platform)
    for tokens in sessions:
        with pytest.raises(Unauthenticated):
            await identities.identity.authenticate(tokens.token)
        with pytest.raises(SessionEnded):
            await identities.identity.refresh(tokens.refresh_token, address=ADDRESS)
    assert await live_sessions(identities, database) == 0


async def test_a_password_that_is_replaced_while_it_is_checked_begins_no_session(
    identities: Identities, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = Passwords.verify

    async def replaced_meanwhile(self: Passwords, hashed: str | None, password: str) -> bool:
        matches = await verify(self, hashed, password)
        async with UnitOfWork(database) as uow:
            changed_at = datetime.now(UTC)
            await repository.set_password(
                uow.connection, identities.alice.id, "another", changed_at=changed_at
            )
        return matches

    monkeypatch.setattr(Passwords, "verify", replaced_meanwhile)
    with pytest.raises(InvalidCredentials):
        await signed_in(identities)
    assert await live_sessions(identities, database) == 0


async def test_another_process_hears_at_once_that_a_session_has_ended(
    identities: Identities, database: Database, redis: Redis
) -> None:
    here, there = identities.identity, make_identity(database, redis)
    tokens = await signed_in(identities)
    async with there.endings.following():
        await eventually(lambda: there.endings.heard > 0, "the other process listens")
        heard = there.endings.heard
        await there.authenticate(tokens.token)
        await sign_out(SignOut(everywhere=False), here.context(tokens.principal))
        await eventually(lambda: there.endings.heard > heard, "the other process has heard")
        assert await is_refused(there, tokens.token)


async def test_what_was_read_before_an_ending_was_heard_is_not_trusted_afterwards(
    identities: Identities, database: Database, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process has read that the session is live, and hears of its end before it has answered."""
    here, there = identities.identity, make_identity(database, redis)
    tokens = await signed_in(identities)
    read = repository.account_in_session

    async def and_then_it_ends(*arguments: object) -> object:
        found = await read(*arguments)  # type: ignore[arg-type]
        await sign_out(SignOut(everywhere=False), here.context(tokens.principal))
        await there.endings.announce(session_of(tokens.token))
        monkeypatch.setattr(repository, "account_in_session", read)
        return found

    monkeypatch.setattr(repository, "account_in_session", and_then_it_ends)
    await there.authenticate(tokens.token)
    assert await is_refused(there, tokens.token)


async def test_a_process_that_lost_redis_listens_again_and_trusts_nobody_from_before(
    identities: Identities, redis: Redis
) -> None:
    endings = identities.identity.endings
    tokens = await signed_in(identities)
    async with endings.following():
        await eventually(lambda: endings.heard == 1, "it listens")
        await identities.identity.authenticate(tokens.token)
        assert endings._trusted
        database_number = str(redis.connection_pool.connection_kwargs["db"])
        for follower in await redis.client_list(_type="pubsub"):
            if follower["db"] == database_number:
                await redis.client_kill_filter(_id=follower["id"])
        await eventually(lambda: endings.heard > 1, "it listens again")
        assert not endings._trusted


async def test_installations_in_two_databases_of_one_redis_do_not_hear_each_other(
    identities: Identities, redis: Redis
) -> None:
    endings = identities.identity.endings
    principal = (await signed_in(identities)).principal
    user_id = principal.user_id
    assert user_id is not None
    pool = redis.connection_pool
    number = (pool.connection_kwargs["db"] + DATABASES_OF_VALKEY // 2) % DATABASES_OF_VALKEY
    settings = {**pool.connection_kwargs, "db": number}
    async with (
        Redis.from_pool(ConnectionPool(pool.connection_class, **settings)) as other,
        endings.following(),
    ):
        await eventually(lambda: endings.heard == 1, "it listens")
        with endings.watching(principal) as ended:
            await Endings(other).announce(user_id)
            assert not ended.is_set()
            await Endings(redis).announce(user_id)
            await ended.wait()
        assert endings.heard == 2


async def test_the_least_recently_used_of_too_many_sessions_ends(
    identities: Identities, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linepack.identity.sessions.repository.SESSIONS_PER_ACCOUNT_MAX", 3)
    oldest, used, third = [await signed_in(identities) for _ in range(3)]
    used = await identities.identity.refresh(used.refresh_token, address=ADDRESS)
    oldest = await identities.identity.refresh(oldest.refresh_token, address=ADDRESS)
    await signed_in(identities)
    assert await is_refused(identities.identity, third.token)
    for tokens in (oldest, used):
        await identities.identity.authenticate(tokens.token)
    assert await live_sessions(identities, database) == 3


async def test_sign_ins_at_once_keep_to_the_number_of_sessions(
    identities: Identities, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linepack.identity.sessions.repository.SESSIONS_PER_ACCOUNT_MAX", 3)
    async with anyio.create_task_group() as group:
        for host in range(8):
            group.start_soon(signed_in, identities, f"203.0.113.{host}")
    assert await live_sessions(identities, database) == 3


async def test_sessions_that_ended_long_ago_are_forgotten(identities: Identities, database: Database) -> None:
    tokens = await signed_in(identities)
    await sign_out(SignOut(everywhere=False), identities.identity.context(tokens.principal))
    for days, rows in ((29, 2), (31, 1)):
        with travel(datetime.now(UTC) + timedelta(days=days), tick=True):
            await signed_in(identities)
        async with database.read() as connection:
            count = (
                await connection.execute(sa.select(sa.func.count()).select_from(SessionRow.core()))
            ).scalar()
        assert count == rows
        async with UnitOfWork(database) as uow:
            await uow.connection.execute(
                sa.delete(SessionRow.core()).where(SessionRow.core().c.id != session_of(tokens.token))
            )
