"""Refresh tokens: `lr_<family>_<secret>`, and what is made of one that is presented.

The family is that of a session and the same in all of its tokens; the secret is replaced each time
(rotation). Of both only SHA-256 hashes are stored, which needs no slow hash: they have 256 random bits.
Who presents a known family with a secret that was replaced holds a copy of a token, so that the session
ends (`Reuse`).

Requests that cross (two tabs of a browser, an answer that was lost) present the same token within seconds.
For `REFRESH_REPEAT_S` after the rotation the token before the newest gets the same answer again. No
readable token is kept for that: a secret is followed by its HMAC under a random salt, and the salt alone is
stored.
"""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self, TypeAlias

from linepack.limits import REFRESH_REPEAT_S

TOKEN_MARK = "lr_"  # noqa: S105 the part that all tokens begin with
RANDOM_BYTES = 32

_PART = "[A-Za-z0-9_-]{43}"
_TOKEN = re.compile(rf"lr_({_PART})_({_PART})")


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token, split in its parts."""

    family: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Split the text of a token; None when it does not have the form of one."""
        found = _TOKEN.fullmatch(text)
        return cls(found[1], found[2]) if found else None

    @property
    def text(self) -> str:
        """The token as its holder sends it."""
        return f"{TOKEN_MARK}{self.family}_{self.secret}"

    @property
    def family_hash(self) -> bytes:
        """What finds the session."""
        return _hashed(self.family)

    def follower(self, salt: bytes) -> Self:
        """Return the token that replaces this one."""
        derived = hmac.digest(salt, self.secret.encode(), "sha256")
        return replace(self, secret=urlsafe_b64encode(derived).decode().rstrip("="))


@dataclass(frozen=True, slots=True)
class Chain:
    """What is stored of the refresh tokens of a session.

    `salt` made the newest secret of the one before, which was replaced at `rotated_at`.
    """

    family_hash: bytes = field(repr=False)
    newest_hash: bytes = field(repr=False)
    previous_hash: bytes | None = field(repr=False)
    salt: bytes = field(repr=False)
    rotated_at: datetime

    def present(self, token: RefreshToken, *, salt: bytes, now: datetime) -> "Presented":
        """Return what follows when a token of this family is presented; `salt` is fresh and random."""
        hashed = _hashed(token.secret)
        if hmac.compare_digest(hashed, self.newest_hash):
            follower = token.follower(salt)
            rotated = Chain(self.family_hash, _hashed(follower.secret), hashed, salt, now)
            return Rotation(follower, rotated)
        is_previous = self.previous_hash is not None and hmac.compare_digest(hashed, self.previous_hash)
        if is_previous and now - self.rotated_at <= timedelta(seconds=REFRESH_REPEAT_S):
            return Repetition(token.follower(self.salt))
        return Reuse()


@dataclass(frozen=True, slots=True)
class Rotation:
    """The newest token was presented: another takes its place."""

    token: RefreshToken
    chain: Chain


@dataclass(frozen=True, slots=True)
class Repetition:
    """The token before was presented again, soon: its holder gets the newest, as in the first answer."""

    token: RefreshToken


@dataclass(frozen=True, slots=True)
class Reuse:
    """A token was presented that had been replaced: someone else may hold one too."""


Presented: TypeAlias = Rotation | Repetition | Reuse


def begin_chain(*, now: datetime) -> tuple[RefreshToken, Chain]:
    """Return the first token of a session, and what is stored of it."""
    token = RefreshToken(secrets.token_urlsafe(RANDOM_BYTES), secrets.token_urlsafe(RANDOM_BYTES))
    return token, Chain(token.family_hash, _hashed(token.secret), None, new_salt(), now)


def new_salt() -> bytes:
    """Return a fresh salt for one rotation."""
    return secrets.token_bytes(RANDOM_BYTES)


def _hashed(part: str) -> bytes:
    return hashlib.sha256(part.encode()).digest()
