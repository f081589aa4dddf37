"""The inputs of identity's commands, and the rules that can be checked without looking anything up.

Every `…_faults` function returns all faults of an input at once.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from linepack.access import PARTY_ROLES, ROLES_OF_PEOPLE, PartyKind, Role, Scope, scopes_of
from linepack.identity.model import OidcSubject
from linepack.identity.passwords import password_faults
from linepack.ids import ApiKeyId, PartyId, UserId
from linepack.limits import API_KEY_DAYS_MAX, API_KEY_OVERLAP_DAYS_MAX
from linepack.problems import Fault, InvalidInput

NAME_LENGTH_MAX = 200
EMAIL_LENGTH_MAX = 254

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+")

_OVERLAP_FAULT = Fault("overlapDays", f"the old key stays good for 0 to {API_KEY_OVERLAP_DAYS_MAX} days")


@dataclass(frozen=True, slots=True)
class NewParty:
    """A company to add."""

    code: str
    name: str
    kind: PartyKind


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person to add, who signs in by password or as `foreign` through an identity provider, or either."""

    party_id: PartyId
    email: str
    name: str
    roles: frozenset[Role]
    password: str | None = field(default=None, repr=False)
    foreign: OidcSubject | None = None


@dataclass(frozen=True, slots=True)
class InviteUser:
    """A person to add, who signs in by an initial password at first."""

    party_id: PartyId
    email: str
    name: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key to add for a machine of `party_id`."""

    party_id: PartyId
    name: str
    roles: frozenset[Role]
    scopes: frozenset[Scope]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RotateApiKey:
    """A key to replace by a successor; both are valid for `overlap`."""

    key_id: ApiKeyId
    overlap: timedelta


@dataclass(frozen=True, slots=True)
class RevokeApiKey:
    """A key to end at once."""

    key_id: ApiKeyId


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """One's own password to replace; `address` is where the caller comes from."""

    current: str = field(repr=False)
    new: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """A person's password to replace."""

    user_id: UserId
    new: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DisableUser:
    """An account to keep from acting."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class EnableUser:
    """An account to let act again."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class ChangeRoles:
    """The roles that an account has from now on."""

    user_id: UserId
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class MakeInitialPassword:
    """An account whose password is to be replaced by one that is good for the next sign-in only."""

    user_id: UserId


def party_faults(command: NewParty) -> list[Fault]:
    """Return what is wrong with a new party."""
    faults = _name_faults(command.name)
    if not _CODE.fullmatch(command.code):
        faults.append(Fault("code", "a code has 2 to 40 letters, digits, dots, dashes or underscores"))
    return faults


def invitation_faults(command: NewUser | InviteUser, kind: PartyKind) -> list[Fault]:
    """Return what is wrong with a new account of a party of `kind`, however the person signs in."""
    faults = _name_faults(command.name) + role_faults(command.roles, kind)
    if len(command.email) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(command.email):
        faults.append(Fault("email", "this is not an email address"))
    return faults


def user_faults(command: NewUser, kind: PartyKind) -> list[Fault]:
    """Return what is wrong with a new account of a party of `kind`."""
    faults = invitation_faults(command, kind)
    if command.password is not None:
        faults += password_faults(command.password, email=command.email)
    elif command.foreign is None:
        faults.append(Fault("password", "an account needs a password or an identity provider"))
    return faults


def key_faults(command: NewApiKey, kind: PartyKind, *, now: datetime) -> list[Fault]:
    """Return what is wrong with a new key of a party of `kind`."""
    faults = _name_faults(command.name) + role_faults(command.roles, kind)
    if command.roles & ROLES_OF_PEOPLE:
        faults.append(Fault("roles", f"a key has no {_listed(ROLES_OF_PEOPLE)}: only people keep accounts"))
    beyond = command.scopes - scopes_of(command.roles)
    if not command.scopes:
        faults.append(Fault("scopes", "a key needs at least one scope"))
    if beyond:
        faults.append(Fault("scopes", f"the roles of the key do not open {_listed(beyond)}"))
    if not now < command.expires_at <= now + timedelta(days=API_KEY_DAYS_MAX):
        faults.append(Fault("expiresAt", f"a key expires within {API_KEY_DAYS_MAX} days from now"))
    return faults


def overlap_faults(overlap: timedelta) -> list[Fault]:
    """Return what is wrong with the time for which a rotated key and its successor are both good."""
    if timedelta(0) <= overlap <= timedelta(days=API_KEY_OVERLAP_DAYS_MAX):
        return []
    return [_OVERLAP_FAULT]


def overlap_of(*, hours: int) -> timedelta:
    """Return so many hours as an overlap; raises InvalidInput for more than any key may have."""
    if not 0 <= hours <= 24 * API_KEY_OVERLAP_DAYS_MAX:
        raise InvalidInput([_OVERLAP_FAULT])
    return timedelta(hours=hours)


def role_faults(roles: frozenset[Role], kind: PartyKind) -> list[Fault]:
    """Return what is wrong with the roles of an account or key of a party of `kind`."""
    if not roles:
        return [Fault("roles", "at least one role is needed")]
    foreign_roles = roles - PARTY_ROLES[kind]
    if foreign_roles:
        return [Fault("roles", f"a party of kind {kind} has no {_listed(foreign_roles)}")]
    return []


def _name_faults(name: str) -> list[Fault]:
    if len(name.strip()) >= 1 and len(name) <= NAME_LENGTH_MAX and name.isprintable():
        return []
    return [Fault("name", f"a name has 1 to {NAME_LENGTH_MAX} printable characters")]


def _listed(members: frozenset[Role] | frozenset[Scope]) -> str:
    return ", ".join(sorted(members))
