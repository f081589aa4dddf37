"""Offered capacity: what an offer shows of the capacity behind it, everything but its owner."""

from decimal import Decimal
from typing import Self

import strawberry

from capacity.rights.model import Firmness
from linepack.ids import NetworkId
from market.offers import model
from schema.capacity.networks import Network
from schema.capacity.routes import Route
from schema.types.domain_values import FromDomain, Newest, shown_as
from schema.types.nodes import reference
from schema.types.scalars import Period


@strawberry.type
class OfferedRoute:
    """A route of an offer, and how many of its units one offered unit stands for."""

    route: Route
    share: Decimal = strawberry.field(description="Units on the route for one offered unit.")


@strawberry.type
class OfferedCapacity(FromDomain):
    """Capacity under a contract, over a part of the contract's period."""

    network_id: strawberry.Private[NetworkId]
    routes: list[OfferedRoute] = strawberry.field(description="Where gas is handed over.")
    firmness: Firmness
    period: Period
    network: Network = reference(Network, "network_id", "The network the capacity is on.")

    @classmethod
    def of(cls, value: model.OfferedCapacity) -> Self:
        """Show offered capacity."""
        within = Newest(value.network_id)
        routes = [
            OfferedRoute(route=Route.of(route, within), share=Decimal(share.numerator) / share.denominator)
            for route, share in value.routes
        ]
        return shown_as(cls, value, routes=routes)
