"""Elements of physical networks: nodes and edges as they are in one revision, and links to them.

The id of an element holds the revision and the code: two revisions of a network, or two networks, never
share an id. A revision never changes, so that what is shown of it is made once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.extensions.field_extension import FieldExtension

from capacity.networks import model, repository
from capacity.networks.model import EdgeKind, NodeRole
from capacity.networks.repository import REVISIONS_KEPT_MAX
from linepack.ids import RevisionId
from schema.types.context import Info, RequestContext
from schema.types.domain_values import Newest, Within, shown_as
from schema.types.nodes import FoundById, batched_public
from schema.types.scalars import Quantity

load_summaries = batched_public(repository.summaries)


class NetworkElement(FoundById):
    """Base of nodes and edges."""

    @classmethod
    async def by_text(cls, info: Info, identity: str) -> Self | None:
        """Return the element with this revision and code; None when there is none."""
        revision, _, code = identity.partition(":")
        try:
            found = await info.context.loader(load_elements).load(RevisionId(UUID(revision)))
        except ValueError:
            return None
        element = None if found is None else found.of_kind(cls).get(code)
        return element if isinstance(element, cls) else None


@strawberry.type
class PhysicalNode(NetworkElement):
    """A node of a revision of a network. Pressures are absolute."""

    id: relay.NodeID[str]
    code: str = strawberry.field(description="Its name in its network, the same in every revision.")
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


@strawberry.type
class PhysicalEdge(NetworkElement):
    """A connection in a revision of a network; flow from `tail` to `head` is positive."""

    id: relay.NodeID[str]
    code: str = strawberry.field(description="Its name in its network, the same in every revision.")
    name: str
    kind: EdgeKind
    tail: PhysicalNode
    head: PhysicalNode
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
    path: list[list[float]] = strawberry.field(
        description="Longitude and latitude of the vertices between tail and head, for drawing."
    )


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of a revision by their codes, in its order."""

    nodes: Mapping[str, PhysicalNode]
    edges: Mapping[str, PhysicalEdge]

    def of_kind(self, kind: type) -> Mapping[str, PhysicalNode | PhysicalEdge]:
        """Return the nodes or the edges."""
        return self.nodes if kind is PhysicalNode else self.edges


@dataclass(frozen=True, slots=True)
class _Revision:
    """A revision; two with one id are the same."""

    id: RevisionId
    network: model.Network = field(compare=False)


@lru_cache(maxsize=REVISIONS_KEPT_MAX)
def _elements(revision: _Revision) -> Elements:
    nodes = {
        node.id: shown_as(
            PhysicalNode,
            node,
            id=f"{revision.id}:{node.id}",
            code=node.id,
            may_enter=node.role.may_enter,
            may_exit=node.role.may_exit,
        )
        for node in revision.network.nodes
    }
    edges = {
        edge.id: shown_as(
            PhysicalEdge,
            edge,
            id=f"{revision.id}:{edge.id}",
            code=edge.id,
            tail=nodes[edge.tail],
            head=nodes[edge.head],
            path=[list(vertex) for vertex in edge.route],
        )
        for edge in revision.network.edges
    }
    return Elements(nodes, edges)


async def load_elements(context: RequestContext, places: Sequence[Within]) -> list[Elements | None]:
    """Return the elements of revisions; None for a revision that does not exist."""
    networks = [place.network_id for place in places if isinstance(place, Newest)]
    summaries = await context.loader(load_summaries).load_many(networks)
    newest = {one.id: one.revision_id for one in summaries if one is not None}
    wanted = [newest.get(place.network_id) if isinstance(place, Newest) else place for place in places]
    found = await context.services.snapshots.revisions(one for one in wanted if one is not None)
    return [
        _elements(_Revision(one, found[one])) if one is not None and one in found else None for one in wanted
    ]


async def elements_of(info: Info, within: Within) -> Elements:
    """Return the elements of a revision that a row which the caller may see refers to."""
    found = await info.context.loader(load_elements).load(within)
    if found is None:
        raise LookupError(f"no revision {within}")
    return found


class _Element(FieldExtension):
    """Shows the elements whose codes an attribute holds."""

    def __init__(self) -> None:
        self._kind: type = object

    def apply(self, field: Any) -> None:
        """Read from the field's annotation whether it shows nodes or edges."""
        shown = field.type
        while hasattr(shown, "of_type"):
            shown = shown.of_type
        self._kind = shown

    def resolve(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        """Return the element with the code, each of several, or None without one."""
        codes = next_(source, info, **kwargs)
        return None if codes is None else self._find(info, source.within, codes)

    async def _find(self, info: Info, within: Within, codes: str | Sequence[str]) -> Any:
        found = (await elements_of(info, within)).of_kind(self._kind)
        return found[codes] if isinstance(codes, str) else [found[code] for code in codes]


def element(description: str | None = None) -> Any:
    """Return a field that shows the elements whose codes it was made of; its annotation is their type.

    Its type derives from `InNetwork`.
    """
    return strawberry.field(description=description, extensions=[_Element()])
