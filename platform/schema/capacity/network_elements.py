"""Elements of a physical network: its nodes and edges."""

from typing import Self

import strawberry

from capacity.networks import model
from capacity.networks.model import EdgeKind, NodeRole
from schema.types.domain_values import FromDomain, shown_as
from schema.types.scalars import Quantity


@strawberry.type
class PhysicalNode(FromDomain):
    """A node of the network. Pressures are absolute."""

    id: str = strawberry.field(description="The id of the node in its network.")
    name: str
    role: NodeRole = strawberry.field(description="What gas may do here.")
    may_enter: bool = strawberry.field(description="Whether gas can be handed over into the network here.")
    may_exit: bool = strawberry.field(description="Whether gas can be handed back from the network here.")
    longitude: float | None = strawberry.field(description="WGS 84.")
    latitude: float | None = strawberry.field(description="WGS 84.")
    x: float | None = strawberry.field(description="For drawing, where the source gives no longitude.")
    y: float | None = strawberry.field(description="For drawing, where the source gives no latitude.")
    height_m: float = strawberry.field(description="Height above sea level, in m.")
    pressure_min_bar: float | None = strawberry.field(description="The lowest pressure; null: no limit.")
    pressure_max_bar: float | None = strawberry.field(description="The highest pressure; null: no limit.")
    entry_capacity: Quantity | None = strawberry.field(
        description="The most that may enter here. Null: no limit given."
    )
    exit_capacity: Quantity | None = strawberry.field(
        description="The most that may leave here. Null: no limit given."
    )

    @classmethod
    def of(cls, value: model.Node) -> Self:
        """Show a node."""
        return shown_as(cls, value, may_enter=value.role.may_enter, may_exit=value.role.may_exit)


@strawberry.type
class PhysicalEdge(FromDomain):
    """A connection; flow from `tail` to `head` is positive."""

    id: str = strawberry.field(description="The id of the edge in its network.")
    name: str
    kind: EdgeKind
    tail: str
    head: str
    length_m: float | None = strawberry.field(description="Length, in m; null where there is none.")
    diameter_mm: float | None = strawberry.field(
        description="Inner diameter, in mm; null where there is none."
    )
    capacity_forward: Quantity | None = strawberry.field(
        description="From tail to head, without overlays. Null: without bound."
    )
    capacity_backward: Quantity | None = strawberry.field(
        description="From head to tail, without overlays. Null: without bound."
    )
    route: list[list[float]] = strawberry.field(
        description="Longitude and latitude of the vertices between tail and head, for drawing."
    )
