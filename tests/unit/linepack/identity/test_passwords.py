from typing import ClassVar, Literal

import pytest
from argon2 import PasswordHasher, Type

from linepack.identity.passwords import Passwords, password_faults

pytestmark = pytest.mark.anyio
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def test_a_password_matches_its_own_hash_only() -> None:
    passwords = Passwords(CHEAP)
    stored = await passwords.hash("correct horse battery")
    assert await passwords.verify(stored, "correct horse battery")
    assert not await passwords.verify(stored, "correct horse batterx")


async def test_two_hashes_of_one_password_differ() -> None:
    passwords = Passwords(CHEAP)
    assert await passwords.hash("correct horse battery") != await passwords.hash("correct horse battery")


async def test_no_account_never_matches_not_even_the_stand_in_password() -> None:
    assert not await Passwords(CHEAP).verify(None, "nobody has this password")


async def test_a_broken_hash_matches_nothing() -> None:
    assert not await Passwords(CHEAP).verify("not a hash", "correct horse battery")


async def test_no_account_costs_one_hash_as_an_account_does() -> None:
    class Counting(PasswordHasher):
        checked: ClassVar[list[str]] = []

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            self.checked.append(str(hash))
            return super().verify(hash, password)

    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    passwords = Passwords(hasher)
    stored = await passwords.hash("correct horse battery")
    assert not await passwords.verify(stored, "wrong horse battery")
    assert not await passwords.verify(None, "wrong horse battery")
    with_account, without = hasher.checked
    # The cost of a check is in the parameters of the hash that is checked.
    assert with_account.split("$")[:4] == without.split("$")[:4]


async def test_the_default_is_argon2id_by_the_second_recommendation_of_rfc_9106() -> None:
    stored = await Passwords().hash("correct horse battery")
    # RFC 9106 section 4: t=3 iterations, p=4 lanes, m=2^16 KiB (64 MiB).
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_a_hash_with_other_parameters_is_outdated() -> None:
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.I).hash("correct horse")
    assert Passwords().is_outdated(stored)
    assert not Passwords().is_outdated(await Passwords().hash("correct horse"))


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "12 to 200 characters"),
        ("x" * 201, "12 to 200 characters"),
        ("aaaaaaaaaaaaaa", "too easy"),
        ("Desk@Shipper.Example", "too easy"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, fault: str) -> None:
    faults = password_faults(password, email="desk@shipper.example")
    assert [fault in str(found) for found in faults] == [True]


def test_a_long_phrase_without_digits_is_a_good_password() -> None:
    assert password_faults("correct horse battery staple", email="a@b.example") == []
