"""The home of the elements of a physical network in the API: its nodes and edges."""

from typing import Self

import strawberry

from capacity.networks import model
from capacity.networks.model import EdgeKind, NodeRole
from schema.types.scalars import Quantity


def capacity(value: int | None) -> Quantity | None:
    """Show a capacity; None is without bound."""
    return None if value is None else Quantity(value)


@strawberry.type(description="A place of the network. Pressures are absolute.")
class PhysicalNode:
    """A node of a revision."""

    id: str
    name: str
    role: NodeRole
    may_enter: bool
    may_exit: bool
    longitude: float | None = strawberry.field(description="WGS 84.")
    latitude: float | None
    x: float | None = strawberry.field(description="For drawing, where the source gives no longitude.")
    y: float | None
    height_m: float
    pressure_min_bar: float | None
    pressure_max_bar: float | None
    entry_capacity: Quantity | None = strawberry.field(description="Null: no limit given.")
    exit_capacity: Quantity | None

    @classmethod
    def of(cls, node: model.Node) -> Self:
        """Show a node."""
        return cls(
            id=node.id,
            name=node.name,
            role=node.role,
            may_enter=node.role.may_enter,
            may_exit=node.role.may_exit,
            longitude=node.longitude,
            latitude=node.latitude,
            x=node.x,
            y=node.y,
            height_m=node.height_m,
            pressure_min_bar=node.pressure_min_bar,
            pressure_max_bar=node.pressure_max_bar,
            entry_capacity=capacity(node.entry_capacity),
            exit_capacity=capacity(node.exit_capacity),
        )


@strawberry.type(description="A connection; flow from `tail` to `head` is positive.")
class PhysicalEdge:
    """An edge of a revision."""

    id: str
    name: str
    kind: EdgeKind
    tail: str
    head: str
    length_m: float | None
    diameter_mm: float | None
    capacity_forward: Quantity | None = strawberry.field(
        description="From tail to head, without overlays. Null: without bound."
    )
    capacity_backward: Quantity | None
    route: list[list[float]] = strawberry.field(
        description="Longitude and latitude of the vertices between tail and head, for drawing."
    )

    @classmethod
    def of(cls, edge: model.Edge) -> Self:
        """Show an edge."""
        return cls(
            id=edge.id,
            name=edge.name,
            kind=edge.kind,
            tail=edge.tail,
            head=edge.head,
            length_m=edge.length_m,
            diameter_mm=edge.diameter_mm,
            capacity_forward=capacity(edge.capacity_forward),
            capacity_backward=capacity(edge.capacity_backward),
            route=[list(vertex) for vertex in edge.route],
        )
