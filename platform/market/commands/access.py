"""The home of who may act on the market, and for whom."""

from capacity.networks.repository import PublishedNetwork
from linepack.access import Principal, Scope
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
