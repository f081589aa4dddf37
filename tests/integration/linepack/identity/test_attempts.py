"""The time between attempts to sign in, with Valkey: those who guess wait, and nobody else does."""

import asyncio
import hashlib
from collections import Counter
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from tests.identities import ADDRESS, PASSWORD, Identities, make_identity

from linepack.database.connections import Database
from linepack.identity.administration.service import disable_user
from linepack.identity.attempts import WAITS_S, Attempts, wait_after
from linepack.identity.authentication import Authenticator
from linepack.identity.commands import ChangePassword, DisableUser
from linepack.identity.errors import InvalidCredentials, TooManyAttempts
from linepack.identity.passwords import Passwords
from linepack.identity.service import change_password
from linepack.redis.leaky_buckets import Buckets

pytestmark = pytest.mark.anyio

GUESS = "wrong horse battery"
ELSEWHERE = "203.0.113.9"
FREE = WAITS_S.index(1)
"""Failures after which there is no wait."""


async def guess(identity: Authenticator, email: str, address: str = ADDRESS) -> str:
    try:
        await identity.sign_in(email, GUESS, address=address)
    except (InvalidCredentials, TooManyAttempts) as refused:
        return type(refused).__name__
    raise AssertionError("the guess was right")


async def guess_until_refused(identity: Authenticator, email: str, address: str = ADDRESS) -> int:
    """Guess as fast as one can; return how many guesses were checked."""
    guesses = 0
    while await guess(identity, email, address) == "InvalidCredentials":
        guesses += 1
    return guesses


async def test_a_guesser_waits_and_the_person_signs_in_from_elsewhere(identities: Identities) -> None:
    alice = identities.alice.email
    checked = await guess_until_refused(identities.identity, alice)
    assert FREE + 1 <= checked <= FREE + 4  # a busy machine may take longer than the first waits
    with pytest.raises(TooManyAttempts) as refused:
        await identities.identity.sign_in(alice, PASSWORD, address=ADDRESS)
    assert 1 <= refused.value.retry_after_seconds <= WAITS_S[checked]
    await identities.identity.sign_in(alice, PASSWORD, address=ELSEWHERE)
    await identities.identity.sign_in(identities.bob.email, PASSWORD, address=ADDRESS)


async def test_strangers_at_many_addresses_do_not_keep_a_person_out(identities: Identities) -> None:
    alice = identities.alice.email
    for number in range(30):
        await guess_until_refused(identities.identity, alice, f"192.0.2.{number}")
    await identities.identity.sign_in(alice, PASSWORD, address=ELSEWHERE)


async def test_an_unknown_account_is_slowed_in_the_same_way(identities: Identities) -> None:
    answers = {}
    for email in (identities.alice.email, "nobody@a.example"):
        await guess_until_refused(identities.identity, email)
        with pytest.raises(TooManyAttempts) as refused:
            await identities.identity.sign_in(email, PASSWORD, address=ADDRESS)
        answers[email] = refused.value.message.rstrip("0123456789 s")
    assert len(set(answers.values())) == 1


async def test_the_same_work_is_done_for_every_account_and_none(
    identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    await disable_user(DisableUser(identities.bob.id), identities.identity.context(identities.platform))
    verify, hashed = Passwords.verify, []

    async def counted(self: Passwords, stored: str | None, password: str) -> bool:
        hashed.append(password)
        return await verify(self, stored, password)

    monkeypatch.setattr(Passwords, "verify", counted)
    for email in (identities.alice.email, identities.bob.email, "nobody@a.example"):
        assert await guess(identities.identity, email) == "InvalidCredentials"
    assert hashed == [GUESS] * 3


async def test_guesses_at_once_over_processes_gain_nothing(
    identities: Identities, database: Database, redis: Redis
) -> None:
    processes = [make_identity(database, redis) for _ in range(4)]
    answers = Counter(
        await asyncio.gather(*(guess(processes[number % 4], identities.alice.email) for number in range(80)))
    )
    assert answers["InvalidCredentials"] <= FREE + 4
    assert sum(answers.values()) == 80


async def test_an_address_is_bounded_over_many_accounts(identities: Identities) -> None:
    answers = Counter(
        await asyncio.gather(
            *(guess(identities.identity, f"guess{number}@a.example") for number in range(200))
        )
    )
    assert 100 <= answers["InvalidCredentials"] <= 110  # one leaks each 9 s
    with pytest.raises(TooManyAttempts):
        await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)
    await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ELSEWHERE)


async def test_all_addresses_of_an_ipv6_network_count_as_one(identities: Identities) -> None:
    answers: Counter[str] = Counter()
    for number in range(20):
        answers[await guess(identities.identity, identities.alice.email, f"2001:db8:0:1::{number:x}")] += 1
    assert answers["InvalidCredentials"] <= FREE + 4
    await identities.identity.sign_in(identities.alice.email, PASSWORD, address="2001:db8:0:2::1")


async def test_the_right_password_ends_the_row_of_failures(identities: Identities) -> None:
    for _ in range(3):
        for _ in range(FREE - 1):
            await guess(identities.identity, identities.alice.email)
        await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)


async def test_guessing_the_password_by_a_stolen_session_is_slowed_too(identities: Identities) -> None:
    thief = identities.identity.context(await identities.sign_in(identities.alice))
    with pytest.raises(TooManyAttempts):
        for _ in range(FREE + 8):
            try:
                await change_password(
                    ChangePassword(current=GUESS, new="another horse battery", address=ADDRESS), thief
                )
            except InvalidCredentials:
                continue


async def test_guesses_are_bounded_while_redis_is_away_and_when_it_forgets(
    identities: Identities, database: Database, redis: Redis
) -> None:
    alone = make_identity(database, Redis(port=1))
    assert await guess_until_refused(alone, identities.alice.email) <= FREE + 4
    await alone.sign_in(identities.alice.email, PASSWORD, address=ELSEWHERE)

    await guess_until_refused(identities.identity, identities.alice.email)
    await redis.flushdb()
    assert await guess(identities.identity, identities.alice.email) == "TooManyAttempts"


async def test_the_shared_wait_is_the_rules(redis: Redis) -> None:
    """Each wait as a process of its own meets it, which has counted nothing itself."""
    for failures in range(1, len(WAITS_S) + 2):
        await redis.flushdb()
        await redis.hset(
            "linepack:sign-in:" + _alice_here(), mapping={"failures": failures - 1, "until": "0"}
        )
        await Attempts(redis, Buckets(redis)).begin("alice@a.example", ADDRESS)
        wait = await Attempts(redis, Buckets(redis))._begin_shared(_alice_here())
        expected = wait_after(failures)
        assert expected - timedelta(seconds=20) <= wait <= expected
        assert bool(wait) or expected <= timedelta(seconds=20)


def _alice_here() -> str:

    return f"{hashlib.sha256(b'alice@a.example').hexdigest()}:{ADDRESS}"


async def test_what_is_typed_is_not_kept_in_redis(identities: Identities, redis: Redis) -> None:
    await guess(identities.identity, "my secret password")
    kept = [key async for key in redis.scan_iter()]
    assert any(key.startswith(b"linepack:sign-in:") for key in kept)
    assert not any(b"secret" in key for key in kept)
