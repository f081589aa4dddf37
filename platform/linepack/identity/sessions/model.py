"""Sessions: what a person's sign-in lasts for, from which its tokens come. Instants are UTC."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from linepack.ids import SessionId, UserId
from linepack.limits import ACCESS_TOKEN_S, SESSION_IDLE_S, SESSION_S_MAX

ADDRESS_LENGTH_MAX = 60
USER_AGENT_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from: its network address, and the program that its sender says it is."""

    address: str
    user_agent: str = ""

    @classmethod
    def of(cls, address: str, user_agent: str) -> Self:
        """Return a visitor as it is stored: cut, and without characters that cannot be printed."""
        printable = "".join(character for character in user_agent if character.isprintable())
        return cls(address[:ADDRESS_LENGTH_MAX], printable[:USER_AGENT_LENGTH_MAX])


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in of a person; ends when the person says so, or `expires_at` unless it is refreshed before.

    `last_used_at` is when its newest access token was issued, which is valid until `access_expires_at`.
    """

    id: SessionId
    account_id: UserId
    created_at: datetime
    last_used_at: datetime
    access_expires_at: datetime
    expires_at: datetime
    address: str
    user_agent: str
    ended_at: datetime | None

    @classmethod
    def begun(cls, session_id: SessionId, account_id: UserId, visitor: Visitor, *, now: datetime) -> Self:
        """Return the session that a sign-in at `now` begins."""
        session = cls(
            id=session_id,
            account_id=account_id,
            created_at=now,
            last_used_at=now,
            access_expires_at=now,
            expires_at=now,
            address=visitor.address,
            user_agent=visitor.user_agent,
            ended_at=None,
        )
        return session.used(visitor, now=now)

    def used(self, visitor: Visitor, *, now: datetime) -> Self:
        """Return the session after a visitor was given new tokens at `now`."""
        longest = self.created_at + timedelta(seconds=SESSION_S_MAX)
        expires_at = min(now + timedelta(seconds=SESSION_IDLE_S), longest)
        return replace(
            self,
            last_used_at=now,
            access_expires_at=min(now + timedelta(seconds=ACCESS_TOKEN_S), expires_at),
            expires_at=expires_at,
            address=visitor.address,
            user_agent=visitor.user_agent,
        )

    def is_live(self, *, now: datetime) -> bool:
        """Return whether it has neither ended nor expired."""
        return self.ended_at is None and now < self.expires_at
