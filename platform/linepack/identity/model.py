"""Parties, the accounts of people who act for them, and the API keys of their machines. Instants are UTC."""

from dataclasses import dataclass
from datetime import datetime

from linepack.access import PartyKind, Role, Scope
from linepack.ids import ApiKeyId, PartyId, UserId


@dataclass(frozen=True, slots=True)
class Party:
    """A company; `code` is its unique business key (an EIC, a DUNS number or a short name)."""

    id: PartyId
    code: str
    name: str
    kind: PartyKind


@dataclass(frozen=True, slots=True)
class OidcSubject:
    """A person as another identity provider knows them: `subject` is unique within `issuer`."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signs in and acts for one party.

    Tokens issued before `credentials_changed_at` are void; a `disabled_at` account cannot act at all. An
    account without a password signs in through the provider that knows it as `foreign`. A password that an
    administrator had made can be replaced until `initial_password_until`, and is good for nothing else;
    `signed_in_at` is when the person last signed in.
    """

    id: UserId
    party_id: PartyId
    email: str
    name: str
    roles: frozenset[Role]
    foreign: OidcSubject | None
    created_at: datetime
    credentials_changed_at: datetime
    disabled_at: datetime | None = None
    signed_in_at: datetime | None = None
    initial_password_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A machine's credential as it may be shown: everything but the secret, of which only a hash is kept.

    `prefix` is the public part that finds it; `rotated_from` is the key it replaces.
    """

    id: ApiKeyId
    party_id: PartyId
    name: str
    prefix: str
    roles: frozenset[Role]
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    rotated_from: ApiKeyId | None
    last_used_at: datetime | None
