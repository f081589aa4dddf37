"""Routes: where gas is handed over, as clients write and read it."""

import strawberry

from capacity.rights import model
from linepack.problems import Fault, InvalidInput
from schema.capacity.network_elements import PhysicalNode, element
from schema.types.domain_values import InNetwork


@strawberry.type
class Route(InNetwork):
    """Where gas is handed over. Null is the hub of an entry-exit network."""

    receipt: PhysicalNode | None = element("The node where gas is handed over to the operator.")
    delivery: PhysicalNode | None = element("The node where the operator hands it back.")
    kind: model.RouteKind = strawberry.field(description="Which of its ends are points of the network.")


@strawberry.input
class RouteInput:
    """A receipt node alone is an entry, a delivery node alone an exit, both together a path."""

    receipt: str | None = None
    delivery: str | None = None

    def to_route(self, place: str = "route") -> model.Route:
        """Return the domain route; raises InvalidInput, at `place`, when it has no end or twice the same."""
        try:
            return model.Route(self.receipt, self.delivery)
        except ValueError as refusal:
            raise InvalidInput([Fault(place, str(refusal))]) from None
