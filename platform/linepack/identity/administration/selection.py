"""Which accounts a principal sees, and the conditions of the list of them."""

from enum import StrEnum

import sqlalchemy as sa

from linepack.access import Principal, Role, Scope
from linepack.identity.tables import AccountRow
from linepack.ids import PartyId
from linepack.limits import SEARCH_LENGTH_MAX
from linepack.problems import Fault, InvalidInput

_account = AccountRow.core()


class AccountSort(StrEnum):
    """The columns that accounts may be ordered by."""

    CREATED_AT = "id"
    EMAIL = "email"
    NAME = "name"


def kept_by(principal: Principal) -> sa.ColumnElement[bool]:
    """Return the condition that a principal keeps an account; `rules.keeps` says it of values."""
    if principal.holds(Scope.ADMINISTER):
        return sa.true()
    if not principal.holds(Scope.MANAGE):
        return sa.false()
    return _account.c.party_id == principal.party_id


def seen_by(principal: Principal) -> sa.ColumnElement[bool]:
    """Return the condition that a principal may see an account: one that it keeps, or its own."""
    if principal.user_id is None:
        return kept_by(principal)
    return sa.or_(kept_by(principal), _account.c.id == principal.user_id)


def matches(search: str) -> sa.ColumnElement[bool]:
    """Return the condition that an address, or a word of a name, begins with `search`, in any case.

    Raises InvalidInput when `search` is empty or too long.
    """
    wanted = search.strip().lower()
    if not 1 <= len(wanted) <= SEARCH_LENGTH_MAX:
        raise InvalidInput([Fault("search", f"a search has 1 to {SEARCH_LENGTH_MAX} characters")])
    words = sa.func.concat(" ", sa.func.lower(_account.c.name))
    return sa.or_(sa.func.starts_with(_account.c.email, wanted), sa.func.strpos(words, f" {wanted}") > 0)


def is_of_party(party_id: PartyId) -> sa.ColumnElement[bool]:
    """Return the condition that an account is of this party."""
    return _account.c.party_id == party_id


def has_role(role: Role) -> sa.ColumnElement[bool]:
    """Return the condition that an account has this role."""
    return sa.literal(role.value) == sa.any_(_account.c.roles)


def may_act(wanted: bool) -> sa.ColumnElement[bool]:
    """Return the condition that an account is not disabled, or that it is."""
    return _account.c.disabled_at.is_(None) if wanted else _account.c.disabled_at.is_not(None)
