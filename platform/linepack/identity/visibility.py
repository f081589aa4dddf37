"""The home of whose affairs a query may return: the rule of `Principal.sees`, as a condition on rows.

Every query of rows that belong to a party takes it. Whoever sees nothing is told that there is nothing.
"""

import sqlalchemy as sa

from linepack.access import Principal, Role


def visible_to(
    principal: Principal,
    *parties: sa.ColumnElement[object],
    operator: sa.ColumnElement[object] | None = None,
) -> sa.ColumnElement[bool]:
    """Return the condition that `principal` may see a row of `parties` on a network of `operator`."""
    if principal.oversees:
        return sa.true()
    if principal.party_id is None:
        return sa.false()
    columns = list(parties)
    if operator is not None and Role.OPERATOR in principal.roles:
        columns.append(operator)
    return sa.or_(*(column == principal.party_id for column in columns))
