"""What was changed about an account or a key, by whom and when. Instants are UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linepack.access import Role
from linepack.ids import AccountEventId, ApiKeyId, PartyId, UserId


class AccountEventKind(StrEnum):
    """What was changed."""

    CREATED = "CREATED"
    DISABLED = "DISABLED"
    ENABLED = "ENABLED"
    ROLES_CHANGED = "ROLES_CHANGED"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 no password
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 no password
    SECOND_FACTOR_ADDED = "SECOND_FACTOR_ADDED"
    SECOND_FACTOR_REMOVED = "SECOND_FACTOR_REMOVED"
    SECOND_FACTOR_RESET = "SECOND_FACTOR_RESET"
    SESSIONS_ENDED = "SESSIONS_ENDED"
    KEY_CREATED = "KEY_CREATED"
    KEY_ROTATED = "KEY_ROTATED"
    KEY_REVOKED = "KEY_REVOKED"


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """One change of an account of a party, or of one of its keys.

    `subject` is the principal that made it, as logs name it, and `by_account_id` the person's account if it
    was a person; `is_by_installation` says that it administers every party. Roles are those of the account
    before and after, or those of the key.
    """

    id: AccountEventId
    party_id: PartyId
    kind: AccountEventKind
    account_id: UserId | None
    api_key_id: ApiKeyId | None
    by_account_id: UserId | None
    subject: str
    is_by_installation: bool
    roles_before: frozenset[Role]
    roles_after: frozenset[Role]
    recorded_at: datetime
