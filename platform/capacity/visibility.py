"""The home of whose rights may be seen: a condition that every query of party-owned rows takes.

A party sees its own. The operator of a network sees everything on it, other networks' not. Regulators, the
billing system and administrators see all. Whoever sees nothing is told that there is nothing.
"""

import sqlalchemy as sa

from linepack.identity.model import Principal, Role

SEEING_ALL = frozenset({Role.REGULATOR, Role.BILLING, Role.ADMIN})


def visible_to(
    principal: Principal, *, owner: sa.ColumnElement[object], operator: sa.ColumnElement[object]
) -> sa.ColumnElement[bool]:
    """Return the condition that `principal` may see a row of `owner` on a network of `operator`."""
    if not principal.roles.isdisjoint(SEEING_ALL):
        return sa.true()
    if principal.party_id is None:
        return sa.false()
    own = owner == principal.party_id
    if Role.OPERATOR in principal.roles:
        return sa.or_(own, operator == principal.party_id)
    return own
