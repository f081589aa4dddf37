"""Passwords: argon2id hashes (RFC 9106, second recommended parameters), and what is accepted as one.

Hashing takes tens of milliseconds and 64 MiB, so it runs in a thread, a few at a time. A password that is
checked against no account costs the same time as one that is checked against an account.
"""

import secrets

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from linepack.problems import Fault

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 200
CONCURRENT_HASHES_MAX = 2

_INITIAL_GROUPS, _INITIAL_GROUP = 4, 5
_INITIAL_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def password_faults(password: str, *, email: str) -> list[Fault]:
    """Return what is wrong with `password` as the password of the account `email`.

    Length is what counts (NIST SP 800-63B-4, 3.1.1.2): no rules of composition, but nothing that is one
    character repeated or the account's own name.
    """
    faults = []
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        faults.append(
            Fault("password", f"a password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters")
        )
    elif len(set(password)) < 4 or password.casefold() == email.casefold():
        faults.append(Fault("password", "this password is too easy to guess"))
    return faults


def new_initial_password() -> str:
    """Return a random password of 100 bits that can be read out, to be replaced at the first sign-in."""
    groups = (
        "".join(secrets.choice(_INITIAL_ALPHABET) for _ in range(_INITIAL_GROUP))
        for _ in range(_INITIAL_GROUPS)
    )
    return "-".join(groups)


class Passwords:
    """Hashes and checks passwords with one set of parameters."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._unmatched = self._hasher.hash("nobody has this password")
        self._turn = anyio.CapacityLimiter(CONCURRENT_HASHES_MAX)

    async def hash(self, password: str) -> str:
        """Return the salted hash of `password`, with its parameters, as it is stored."""
        return await anyio.to_thread.run_sync(self._hasher.hash, password, limiter=self._turn)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Return whether `password` belongs to the hash `stored`; None (no account) takes the same time."""
        matches = await anyio.to_thread.run_sync(
            self._matches, stored or self._unmatched, password[: PASSWORD_LENGTH_MAX + 1], limiter=self._turn
        )
        return matches and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Return whether `stored` was made with other parameters and should be made anew."""
        return self._hasher.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
