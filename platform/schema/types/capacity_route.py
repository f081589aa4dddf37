"""The home of routes in the API: where gas is handed over, as clients write and read it."""

from typing import Self

import strawberry

from capacity.rights import model
from linepack.problems import Fault, InvalidInput


@strawberry.type(description="Where gas is handed over. Null is the hub of an entry-exit network.")
class Route:
    """A route, shown."""

    receipt: str | None = strawberry.field(description="The node where gas is handed over to the operator.")
    delivery: str | None = strawberry.field(description="The node where the operator hands it back.")
    kind: model.RouteKind

    @classmethod
    def of(cls, route: model.Route) -> Self:
        """Show a domain route."""
        return cls(receipt=route.receipt, delivery=route.delivery, kind=route.kind)


@strawberry.input(
    description="A receipt node alone is an entry, a delivery node alone an exit, both together a path."
)
class RouteInput:
    """A route, asked for."""

    receipt: str | None = None
    delivery: str | None = None

    def to_route(self, place: str = "route") -> model.Route:
        """Return the domain route; raises InvalidInput, at `place`, when it has no end or twice the same."""
        try:
            return model.Route(self.receipt, self.delivery)
        except ValueError as refusal:
            raise InvalidInput([Fault(place, str(refusal))]) from None
