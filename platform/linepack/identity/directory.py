"""The directory of parties: which companies a principal finds, by code or name.

Companies that may deal with each other find each other: shippers and operators. An operator, and those who
oversee the market, find every party. Everyone finds its own. What is shown of a party, its code, name and
kind, is what a public register of shippers shows; accounts, keys and contracts are not part of it.
"""

from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from linepack.access import PartyKind, Principal, Role
from linepack.identity.model import Party
from linepack.identity.tables import PartyRow
from linepack.limits import SEARCH_LENGTH_MAX
from linepack.problems import Fault, InvalidInput

DEALING: Final = frozenset({PartyKind.SHIPPER, PartyKind.OPERATOR})
"""The kinds that every party finds."""

_party = PartyRow.core()


class PartySort(StrEnum):
    """The columns that parties may be ordered by."""

    CODE = "code"
    NAME = "name"


def finds(principal: Principal, party: Party) -> bool:
    """Return whether the principal finds the party in the directory; `found_by` says it in SQL."""
    return _finds_all(principal) or party.kind in DEALING or party.id == principal.party_id


def found_by(principal: Principal) -> sa.ColumnElement[bool]:
    """Return the condition that the principal finds a party in the directory."""
    if _finds_all(principal):
        return sa.true()
    deals = _party.c.kind.in_(sorted(DEALING))
    return deals if principal.party_id is None else sa.or_(deals, _party.c.id == principal.party_id)


def matches(search: str) -> sa.ColumnElement[bool]:
    """Return the condition that a party's code, or a word of its name, begins with `search`, in any case.

    Raises InvalidInput when `search` is empty or too long.
    """
    wanted = search.strip().lower()
    if not 1 <= len(wanted) <= SEARCH_LENGTH_MAX:
        raise InvalidInput([Fault("search", f"a search has 1 to {SEARCH_LENGTH_MAX} characters")])
    code_begins = sa.func.starts_with(sa.func.lower(_party.c.code), wanted)
    words = sa.func.concat(" ", sa.func.lower(_party.c.name))
    return sa.or_(code_begins, sa.func.strpos(words, f" {wanted}") > 0)


def is_of_kind(kind: PartyKind) -> sa.ColumnElement[bool]:
    """Return the condition that a party is of this kind."""
    return _party.c.kind == kind.value


def _finds_all(principal: Principal) -> bool:
    return principal.oversees or Role.OPERATOR in principal.roles
