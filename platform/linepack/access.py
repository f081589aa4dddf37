"""Who may do what: roles, scopes, the principal that every command acts for, and which rows it sees.

A *role* is what an account or key is in this market; it opens *scopes*, and a scope is what a root field of
the API asks for. A key may hold fewer scopes than its roles open, never more. Instants are UTC.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from linepack.ids import ApiKeyId, PartyId, SessionId, UserId
from linepack.problems import Forbidden


class PartyKind(StrEnum):
    """What a company is in this market."""

    SHIPPER = "SHIPPER"
    OPERATOR = "OPERATOR"
    BILLING = "BILLING"
    REGULATOR = "REGULATOR"
    PLATFORM = "PLATFORM"


class Role(StrEnum):
    """What an account or a key is."""

    SHIPPER = "SHIPPER"
    MARKETER = "MARKETER"
    OPERATOR = "OPERATOR"
    BILLING = "BILLING"
    REGULATOR = "REGULATOR"
    COMPANY_ADMIN = "COMPANY_ADMIN"
    ADMIN = "ADMIN"


class Scope(StrEnum):
    """What one may do.

    READ: see networks, availability, prices and one's own contracts. BOOK: buy capacity from the operator.
    TRADE: sell, release and take capacity of other shippers. SETTLE: read charges and the settlement feed;
    for operator and billing, record who did not pay. OPERATE: change networks, tariffs and overlays.
    MANAGE: the accounts of one's own party. ADMINISTER: parties, accounts and keys of every party.
    """

    READ = "READ"
    BOOK = "BOOK"
    TRADE = "TRADE"
    SETTLE = "SETTLE"
    OPERATE = "OPERATE"
    MANAGE = "MANAGE"
    ADMINISTER = "ADMINISTER"


ROLE_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.SHIPPER: frozenset({Scope.READ, Scope.BOOK, Scope.TRADE, Scope.SETTLE}),
    Role.MARKETER: frozenset({Scope.READ, Scope.BOOK, Scope.TRADE}),
    Role.OPERATOR: frozenset({Scope.READ, Scope.SETTLE, Scope.OPERATE}),
    Role.BILLING: frozenset({Scope.READ, Scope.SETTLE}),
    Role.REGULATOR: frozenset({Scope.READ, Scope.SETTLE}),
    Role.COMPANY_ADMIN: frozenset({Scope.READ, Scope.MANAGE}),
    Role.ADMIN: frozenset({Scope.READ, Scope.SETTLE, Scope.MANAGE, Scope.ADMINISTER}),
}
"""The scopes each role opens. Operators, regulators and administrators do not trade."""

PARTY_ROLES: dict[PartyKind, frozenset[Role]] = {
    PartyKind.SHIPPER: frozenset({Role.SHIPPER, Role.MARKETER, Role.COMPANY_ADMIN}),
    PartyKind.OPERATOR: frozenset({Role.OPERATOR}),
    PartyKind.BILLING: frozenset({Role.BILLING}),
    PartyKind.REGULATOR: frozenset({Role.REGULATOR}),
    PartyKind.PLATFORM: frozenset({Role.ADMIN}),
}
"""The roles that the accounts and keys of a party of each kind may have.

BILLING reads the charges of every operator, so an operator has no such role to give: its own billing system
gets a key of role OPERATOR with the scopes READ and SETTLE only. Only shippers have administrators of their
own: the roles of others reach beyond their party.
"""

GIVEN_BY_COMPANIES = frozenset({Role.SHIPPER, Role.MARKETER, Role.COMPANY_ADMIN})
"""The roles that a company's administrator may give; others reach beyond the company."""

ROLES_OF_PEOPLE = frozenset({Role.COMPANY_ADMIN})
"""The roles that no key has: a key that makes accounts would outlive its own end."""

OVERSEEING_ROLES = frozenset({Role.BILLING, Role.REGULATOR, Role.ADMIN})
"""The roles that see every party's affairs on every network; an operator sees those on its own."""


def scopes_of(roles: frozenset[Role]) -> frozenset[Scope]:
    """Return every scope that at least one of `roles` opens."""
    return frozenset(scope for role in roles for scope in ROLE_SCOPES[role])


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf something is done, until `expires_at`; built by authentication.

    Exactly one of `user_id` and `api_key_id` is set, except for the platform's own worker and command line
    (`platform_principal`), which have neither. `session_id` is set for who signed in here, not through an
    identity provider. `subject` names the principal in logs.
    """

    subject: str
    party_id: PartyId | None
    roles: frozenset[Role]
    scopes: frozenset[Scope]
    expires_at: datetime
    user_id: UserId | None = None
    api_key_id: ApiKeyId | None = None
    session_id: SessionId | None = None

    def holds(self, needed: Scope | Role) -> bool:
        """Return whether this principal has the role or scope."""
        return needed in (self.scopes if isinstance(needed, Scope) else self.roles)

    def require(self, *needed: Scope | Role) -> None:
        """Raise Forbidden unless this principal has every role and scope named."""
        for one in needed:
            if not self.holds(one):
                kind = "scope" if isinstance(one, Scope) else "role"
                raise Forbidden(f"this needs the {kind} {one}")

    def require_party(self) -> PartyId:
        """Return the party this principal acts for; raises Forbidden when it acts for none."""
        if self.party_id is None:
            raise Forbidden("only someone who acts for a party can do this")
        return self.party_id

    @property
    def oversees(self) -> bool:
        """Whether this principal sees every party's affairs, not only those of its own party."""
        return not self.roles.isdisjoint(OVERSEEING_ROLES)

    def sees(self, *parties: PartyId | None, operator_id: PartyId | None = None) -> bool:
        """Return whether an affair of `parties` on a network of `operator_id` is visible to this principal.

        A party sees its own, the operator of a network everything on it, those who oversee the market all of
        it. What is not visible is to be reported not found. `visible_to` says it in SQL.
        """
        return self.oversees or self.is_concerned(*parties, operator_id=operator_id)

    def is_concerned(self, *parties: PartyId | None, operator_id: PartyId | None = None) -> bool:
        """Return whether an affair is its own party's, or on a network that it operates.

        So are sealed things shown, which those who oversee the market do not see either. `concerns` says it
        in SQL.
        """
        if self.party_id is None:
            return False
        is_operator = Role.OPERATOR in self.roles and self.party_id == operator_id
        return is_operator or self.party_id in parties


def platform_principal(*, now: datetime) -> Principal:
    """Return the principal of the platform's own worker and command line, good for a day from `now`.

    It administers and operates, but does not trade. Never to be built for a request from outside.
    """
    roles = frozenset({Role.ADMIN, Role.OPERATOR, Role.BILLING})
    expires_at = now + timedelta(days=1)
    return Principal("platform", None, roles, scopes_of(roles), expires_at)


def visible_to(
    principal: Principal,
    *parties: sa.ColumnElement[object],
    operator: sa.ColumnElement[object] | None = None,
) -> sa.ColumnElement[bool]:
    """Return the condition that `principal` may see a row of `parties` on a network of `operator`."""
    return sa.true() if principal.oversees else concerns(principal, *parties, operator=operator)


def concerns(
    principal: Principal,
    *parties: sa.ColumnElement[object],
    operator: sa.ColumnElement[object] | None = None,
) -> sa.ColumnElement[bool]:
    """Return the condition that a row is of the principal's party, or on a network that it operates."""
    if principal.party_id is None:
        return sa.false()
    columns = list(parties)
    if operator is not None and Role.OPERATOR in principal.roles:
        columns.append(operator)
    return sa.or_(*(column == principal.party_id for column in columns))
