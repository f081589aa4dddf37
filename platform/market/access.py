"""The home of who may do and see what on the market.

A party sees its own affairs, the operator of a network everything on it, and those who keep order in every
market everything (`capacity.visibility`). Whoever sees nothing cannot tell that from there being nothing:
queries pass `visible_to`, and `sees` says the same of a row that was read for another reason.
"""

import sqlalchemy as sa

from capacity import visibility
from capacity.networks.repository import PublishedNetwork
from capacity.visibility import SEEING_ALL
from linepack.identity.model import Principal, Role, Scope
from linepack.ids import PartyId
from linepack.problems import NotFound


def acting_party(principal: Principal, scope: Scope) -> PartyId:
    """Return the party on whose behalf `principal` uses `scope`; raises Forbidden when it may not."""
    principal.require(scope)
    return principal.require_party()


def require_operator(principal: Principal, published: PublishedNetwork) -> PartyId:
    """Return the party that runs the network, which `principal` acts for.

    Raises Forbidden without scope OPERATE, NotFound for another operator's network.
    """
    party_id = acting_party(principal, Scope.OPERATE)
    if party_id != published.operator_id:
        raise NotFound("network", published.id)
    return party_id


def sees(principal: Principal, *parties: PartyId | None, operator_id: PartyId) -> bool:
    """Tell whether the affairs of `parties` on a network of `operator_id` are visible to `principal`."""
    if not principal.roles.isdisjoint(SEEING_ALL):
        return True
    if principal.party_id is None:
        return False
    is_operator = Role.OPERATOR in principal.roles and principal.party_id == operator_id
    return is_operator or principal.party_id in parties


def visible_to(
    principal: Principal, *parties: sa.ColumnElement[object], operator: sa.ColumnElement[object]
) -> sa.ColumnElement[bool]:
    """Return the condition that `principal` sees a row: as one of `parties`, as operator, or by its role."""
    return sa.or_(*(visibility.visible_to(principal, owner=party, operator=operator) for party in parties))
