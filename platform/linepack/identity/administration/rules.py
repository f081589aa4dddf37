"""What an administrator may do with an account, decided from values.

The installation's administrators (scope ADMINISTER) keep the accounts of every party, a company's (scope
MANAGE) those of its own: what is another party's is not found. A company's administrator gives the roles of
`GIVEN_BY_COMPANIES`, and changes nothing about an account that has another one. Nobody gives themselves a
role or resets their own password. The last administrator of a company stays one, unless the installation's
administrators decide otherwise; the installation's own last administrator always stays one.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from linepack.access import GIVEN_BY_COMPANIES, PARTY_ROLES, PartyKind, Principal, Role, Scope
from linepack.identity.commands import role_faults
from linepack.identity.errors import LastAdministrator
from linepack.identity.model import Account
from linepack.ids import PartyId, UserId
from linepack.problems import Forbidden, InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class Administration:
    """Who administers accounts of a party of `kind`, and its `administrators` who can sign in."""

    principal: Principal
    kind: PartyKind
    administrators: frozenset[UserId]

    def disabled(self, account: Account, *, at: datetime) -> Account:
        """Return an account that cannot act from `at` on; raises NotFound, Forbidden, LastAdministrator."""
        require_kept(self.principal, account)
        if account.disabled_at is not None:
            return account
        self._require_another_administrator(account, frozenset())
        return replace(account, disabled_at=at)

    def enabled(self, account: Account) -> Account:
        """Return an account that can act again; raises NotFound, Forbidden."""
        require_kept(self.principal, account)
        return replace(account, disabled_at=None)

    def with_roles(self, account: Account, roles: frozenset[Role]) -> Account:
        """Return an account with other roles.

        Raises NotFound, InvalidInput, Forbidden, LastAdministrator.
        """
        require_kept(self.principal, account)
        require_grantable(self.principal, self.kind, roles)
        if account.id == self.principal.user_id and not roles <= account.roles:
            raise Forbidden("nobody gives themselves a role")
        self._require_another_administrator(account, roles)
        return replace(account, roles=roles)

    def _require_another_administrator(self, account: Account, roles: frozenset[Role]) -> None:
        if administering_role(self.principal) in account.roles - roles and self.administrators == {
            account.id
        }:
            raise LastAdministrator


def administering_role(principal: Principal) -> Role:
    """Return the role that somebody of the party must keep, as far as the principal has a say in it."""
    return Role.ADMIN if principal.holds(Scope.ADMINISTER) else Role.COMPANY_ADMIN


def keeps(principal: Principal, party_id: PartyId) -> bool:
    """Return whether a principal keeps the accounts of a party."""
    if principal.holds(Scope.ADMINISTER):
        return True
    return principal.holds(Scope.MANAGE) and principal.party_id == party_id


def require_kept(principal: Principal, account: Account) -> None:
    """Raise NotFound for another party's account, Forbidden for one with roles that a company cannot give."""
    if not keeps(principal, account.party_id):
        raise NotFound("user", account.id, path=("accountId",))
    if not principal.holds(Scope.ADMINISTER) and not account.roles <= GIVEN_BY_COMPANIES:
        raise Forbidden("only the installation's administrators change this account")


def require_grantable(principal: Principal, kind: PartyKind, roles: frozenset[Role]) -> None:
    """Raise InvalidInput for roles that no party of `kind` has, Forbidden for those not to be given."""
    if faults := role_faults(roles, kind):
        raise InvalidInput(faults)
    if not roles <= grantable(principal, kind):
        raise Forbidden("only the installation's administrators give these roles")


def grantable(principal: Principal, kind: PartyKind) -> frozenset[Role]:
    """Return the roles that a principal may give to accounts of a party of `kind`."""
    roles = PARTY_ROLES[kind]
    return roles if principal.holds(Scope.ADMINISTER) else roles & GIVEN_BY_COMPANIES


def require_resettable(principal: Principal, account: Account) -> None:
    """Raise NotFound or Forbidden unless a principal may have another password made for an account."""
    require_kept(principal, account)
    if account.id == principal.user_id:
        raise Forbidden("change your own password with the present one")
    if account.foreign is not None:
        raise Forbidden("this person signs in through an identity provider")
