"""The home of what an offer on the market shows of the capacity behind it: everything but whose it is."""

from decimal import Decimal
from typing import Self

import strawberry

from capacity.rights.model import Firmness
from linepack.ids import NetworkId
from market.offers import model
from schema.capacity.networks import Network
from schema.types.capacity_route import Route
from schema.types.nodes import Info
from schema.types.scalars import Period


@strawberry.type(description="A route of an offer, and how many of its units one offered unit stands for.")
class OfferedRoute:
    """A route with its share."""

    route: Route
    share: Decimal


@strawberry.type(description="Capacity under somebody's contract, over a part of the contract's period.")
class OfferedCapacity:
    """What is offered."""

    network_id: strawberry.Private[NetworkId]
    routes: list[OfferedRoute]
    firmness: Firmness
    period: Period

    @classmethod
    def of(cls, capacity: model.OfferedCapacity) -> Self:
        """Show offered capacity."""
        return cls(
            network_id=capacity.network_id,
            routes=[
                OfferedRoute(route=Route.of(route), share=Decimal(share.numerator) / share.denominator)
                for route, share in capacity.routes
            ],
            firmness=capacity.firmness,
            period=Period.of(capacity.period),
        )

    @strawberry.field
    async def network(self, info: Info) -> Network:
        """Return the network the capacity is on."""
        return await Network.load(info, self.network_id)
