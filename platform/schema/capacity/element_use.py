"""Who uses an element: which contracts load an edge or a point, own ones by name and others summed."""

import asyncio
from typing import Annotated, Self

import strawberry

from capacity.feasibility import element_contracts as domain
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.questions.element_load import FlowDirection
from capacity.feasibility.verifier import Verifier
from capacity.feasibility.views import StretchLoads
from linepack import gasday
from linepack.events.model import Cursor, Stream
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.problems import Fault, InvalidInput
from linepack.units import CommercialUnit
from schema.capacity.contracts import Contract
from schema.capacity.network_elements import PhysicalEdge, PhysicalNode, elements_of
from schema.capacity.networks import Network, network_id_of
from schema.capacity.routes import Route
from schema.identity.parties import Party
from schema.types.context import Info
from schema.types.domain_values import FromDomain, InNetwork, Within, shown_as
from schema.types.event_streams import head_of
from schema.types.nodes import reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput, Quantity

ELEMENT_USE_DAYS_MAX = 400
SHARE = (
    "The part of the demand that it is, 0 to 1. Those of paths and entries add up to 1, and so do those of "
    "paths and exits, because gas under an entry leaves under an exit."
)


@strawberry.type
class ContractUse(InNetwork):
    """A contract whose rights load the element, and how much of it."""

    contract_id: strawberry.Private[ContractId]
    holder_id: strawberry.Private[PartyId]
    code: str
    route: Route
    quantity: Quantity = strawberry.field(description="What it has on the route, on every gas day.")
    share: float = strawberry.field(description=SHARE)
    contract: Contract | None = reference(Contract, "contract_id", "The contract.")
    holder: Party = reference(Party, "holder_id", "The party that holds it.")

    @classmethod
    def of(cls, value: domain.ContractUse, within: Within) -> Self:
        """Show a contract."""
        return shown_as(cls, value.held, within=within, share=float(value.share))


@strawberry.type
class SummedUse(FromDomain):
    """Rights that load the element and are not shown one by one."""

    quantity: Quantity = strawberry.field(description="All of them, on every gas day.")
    share: float = strawberry.field(description=SHARE)

    @classmethod
    def of(cls, value: domain.SummedUse) -> Self:
        """Show a sum."""
        return cls(quantity=Quantity(value.quantity), share=float(value.share))


@strawberry.type
class DirectedUse(InNetwork):
    """Who can force gas through the element in one direction, and how much."""

    direction: FlowDirection = strawberry.field(description="How gas passes the element.")
    capacity: Quantity | None = strawberry.field(
        description="The most that passes in this direction, with overlays; null without bound."
    )
    worst: Quantity = strawberry.field(
        description="The most that any balanced nomination within the firm rights forces through an edge, "
        "other edges as full as they may be; at a point all rights."
    )
    demand: Quantity = strawberry.field(
        description="What the rights can ask of the tightest cut through the edge; what of it is not `worst` "
        "goes through the other edges of the cut. At a point all rights."
    )
    contracts: list[ContractUse] = strawberry.field(
        description=f"Your contracts; to the operator and to those who oversee the market all, the "
        f"{domain.NAMED_MAX} largest. The largest first."
    )
    set_aside: SummedUse = strawberry.field(description="What the operator has set aside.")
    others: SummedUse = strawberry.field(description="All the other contracts.")

    @classmethod
    def of(cls, value: domain.ElementUse, within: Within) -> Self:
        """Show the use in one direction."""
        return shown_as(cls, value, within=within)


@strawberry.type
class UsedStretch(InNetwork):
    """Gas days in a row on which the element is used alike."""

    period: Period
    uses: list[DirectedUse] | None = strawberry.field(
        description="In each direction in which any rights load it; empty where none do, null where an edge "
        "lies on too many cycles to say."
    )


@strawberry.type
class ElementUse(InNetwork):
    """Who uses an element by firm rights, interruptible ones left out: own contracts by name, others summed.

    An edge is loaded by the rights across the tightest cut through it, which decides whether more can be sold
    over it; an edge that lies on no cycle, by the rights from one side of it to the other. A point is loaded
    by the rights to hand gas over, or take it back, there.
    """

    network_id: strawberry.Private[NetworkId]
    network: Network = reference(Network, "network_id", "The network concerned.")
    edge: PhysicalEdge | None = strawberry.field(description="The edge; null for a point.")
    node: PhysicalNode | None = strawberry.field(description="The point; null for an edge.")
    unit: CommercialUnit
    rights_version: int
    cursor: Cursor = strawberry.field(
        description="Where the answer stands in the stream of `availabilityChanges`: continue after it."
    )
    stretches: list[UsedStretch] = strawberry.field(description="In the order of their gas days.")


@strawberry.type
class ElementUseQueries:
    """Queries of who uses an element."""

    @strawberry.field(permission_classes=[MayRead])
    async def element_use(
        self,
        info: Info,
        *,
        network: str,
        period: PeriodInput,
        edge: Annotated[
            str | None, strawberry.argument(description="The code of an edge; instead of `node`.")
        ] = None,
        node: Annotated[
            str | None, strawberry.argument(description="The code of a node; instead of `edge`.")
        ] = None,
    ) -> ElementUse:
        """Who uses an edge or a point of a network: your contracts by name, those of others summed."""
        days = period.to_period(days_max=ELEMENT_USE_DAYS_MAX)
        services, network_id = info.context.services, await network_id_of(info, network)
        cursor = await head_of(info, Stream.CAPACITY)
        view = await services.snapshots.current(network_id)
        within = view.published.revision_id
        elements = await elements_of(info, within)
        asked = _Asked(view, days, edge, node)
        asked.check()
        loads = await services.verifiers.look(view.published, asked.loads)
        async with services.database.read() as connection:
            seen = await domain.pieces(connection, info.context.caller(), view, days)
        found = await asyncio.to_thread(domain.uses, loads, seen, view)
        return ElementUse(
            within=within,
            network_id=network_id,
            edge=None if edge is None else elements.edges[edge],
            node=None if node is None else elements.nodes[node],
            unit=view.published.network.unit,
            rights_version=view.rights.version,
            cursor=cursor,
            stretches=[UsedStretch.of(one, within) for one in found],
        )


class _Asked:
    """An element of a network, asked about for a period."""

    def __init__(self, view: NetworkView, period: gasday.Period, edge: str | None, node: str | None) -> None:
        self._view, self._period, self._edge, self._node = view, period, edge, node

    def check(self) -> None:
        """Raise InvalidInput unless one element that there is was asked for."""
        network = self._view.published.network
        if (self._edge is None) is (self._node is None):
            raise InvalidInput([Fault("edge", "give either an edge or a node")])
        if self._edge is not None and self._edge not in {edge.id for edge in network.edges}:
            raise InvalidInput([Fault("edge", f"network {network.code} has no edge {self._edge}")])
        if self._node is not None and self._node not in {node.id for node in network.nodes}:
            raise InvalidInput([Fault("node", f"network {network.code} has no node {self._node}")])

    def loads(self, verifier: Verifier) -> StretchLoads:
        """Return what loads the element."""
        rights, views = self._view.rights, verifier.views
        if self._edge is not None:
            return views.edge_loads(rights, self._period, self._edge)
        return views.point_loads(rights, self._period, str(self._node))
