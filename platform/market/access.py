"""The home of who may do and see what on the market.

Every query for a party's affairs passes `visible_to`: whoever neither keeps order in the market nor is one of
the parties named finds nothing, and cannot tell that from there being nothing.
"""

import sqlalchemy as sa

from linepack.identity.model import Principal, Scope
from linepack.ids import PartyId
from linepack.problems import Forbidden


def acting_party(principal: Principal, scope: Scope) -> PartyId:
    """Return the party on whose behalf `principal` uses `scope`; raises Forbidden when it may not."""
    principal.require(scope)
    return principal.require_party()


def require_operator(principal: Principal, operator_id: PartyId) -> PartyId:
    """Return the operator's party when `principal` acts for it with scope OPERATE; else raises Forbidden."""
    party_id = acting_party(principal, Scope.OPERATE)
    if party_id != operator_id:
        raise Forbidden("another operator runs this network")
    return party_id


def visible_to(principal: Principal, *parties: sa.Column[object]) -> sa.ColumnElement[bool]:
    """Return the condition that the principal may see a row: by its role, or as one of `parties`."""
    if principal.oversees:
        return sa.true()
    return sa.or_(*(column == principal.party_id for column in parties))
