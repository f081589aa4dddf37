"""Physical networks: what operators have published, and the overlays in force."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from capacity.networks import model, policy, repository
from capacity.networks.model import OverlayKind
from capacity.networks.repository import NetworkSummary, PublishedNetwork, SetOverlay
from linepack.access import Role
from linepack.events.model import Event
from linepack.ids import NetworkId, PartyId, RevisionId
from linepack.money import Currency
from linepack.units import CommercialUnit
from schema.capacity.network_elements import (
    PhysicalEdge,
    PhysicalNode,
    elements_of,
    load_summaries,
)
from schema.identity.parties import Party
from schema.types.context import Info, RequestContext
from schema.types.domain_values import FromDomain, Newest, shown_as
from schema.types.nodes import StoredNode, batched_public, reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period

load_revisions = batched_public(repository.revision_ids)


async def load_contents(context: RequestContext, ids: Sequence[RevisionId]) -> list[model.Network]:
    """Return networks as they were in revisions that the caller has been shown."""
    found = await context.services.snapshots.revisions(ids)
    return [found[revision_id] for revision_id in ids]


async def load_overlays(context: RequestContext, ids: Sequence[NetworkId]) -> list[list[SetOverlay]]:
    """Return the overlays in force on each network, oldest first."""
    found = await repository.overlays(context.reading, ids)
    return [[put for put in found if put.network_id == network_id] for network_id in ids]


@strawberry.type
class Overlay(FromDomain):
    """A dated change of one edge's capacity."""

    id: relay.GlobalID = strawberry.field(description="The id of the overlay.")
    put: strawberry.Private[SetOverlay]
    kind: OverlayKind = strawberry.field(description="Why the capacity differs.")
    period: Period
    factor: float = strawberry.field(description="Multiplies both directions; 0 closes the edge.")
    reason: str
    set_at: datetime

    @classmethod
    def of(cls, value: SetOverlay) -> Self:
        """Show an overlay."""
        return shown_as(
            cls,
            value.overlay,
            id=relay.GlobalID("Overlay", str(value.id)),
            put=value,
            set_at=value.set_at,
        )

    @strawberry.field
    async def edge(self, info: Info) -> PhysicalEdge:
        """The edge, as the newest revision that has it shows it."""
        network_id, code = self.put.network_id, self.put.overlay.edge_id
        edges = (await elements_of(info, Newest(network_id))).edges
        if code not in edges:
            for revision_id in await info.context.loader(load_revisions).load(network_id) or ():
                edges = (await elements_of(info, revision_id)).edges
                if code in edges:
                    break
        return edges[code]


@strawberry.type
class Clock(FromDomain):
    """When gas days start."""

    zone: str = strawberry.field(description="The time zone, such as Europe/Berlin.")
    start_hour: int = strawberry.field(description="The local hour at which a gas day starts.")


@strawberry.type
class Policy(FromDomain):
    """To which level rights are proved before they are sold."""

    firm_level: policy.Level
    interruptible_level: policy.Level
    deadline_s: float = strawberry.field(
        description="How long the proof of one request may take, in seconds."
    )
    when_undecided: policy.WhenUndecided


@strawberry.type
class Network(StoredNode):
    """A physical network, as its operator has published it: its newest revision and overlays."""

    id: relay.NodeID[UUID]
    code: str
    name: str
    unit: CommercialUnit
    currency: Currency
    revision: int = strawberry.field(description="The number of its newest revision: 1, 2, 3, …")
    policy: Policy = strawberry.field(
        description="To which level its rights are proved before they are sold."
    )
    revision_id: strawberry.Private[RevisionId]
    operator_id: strawberry.Private[PartyId]
    operator: Party = reference(Party, "operator_id", "The party that runs it.")

    load_rows = staticmethod(load_summaries)

    @classmethod
    def of(cls, value: NetworkSummary) -> Self:
        """Show a network without reading its content."""
        return shown_as(cls, value, revision=value.revision_number)

    @classmethod
    def of_published(cls, published: PublishedNetwork) -> Self:
        """Show a network that was read."""
        return shown_as(
            cls,
            published.network,
            id=published.id,
            currency=published.currency,
            policy=Policy.of(published.policy),
            revision=published.revision_number,
            revision_id=published.revision_id,
            operator_id=published.operator_id,
        )

    @strawberry.field
    async def clock(self, info: Info) -> Clock:
        """When its gas days start."""
        return Clock.of((await self._network(info)).clock)

    @strawberry.field
    async def attribution(self, info: Info) -> str:
        """Where it comes from, and under which licence."""
        return (await self._network(info)).attribution

    @strawberry.field
    async def notes(self, info: Info) -> list[str]:
        """What its importer assumed or changed."""
        return list((await self._network(info)).notes)

    @strawberry.field
    async def nodes(self, info: Info) -> list[PhysicalNode]:
        """The nodes of the newest revision."""
        return list((await elements_of(info, self.revision_id)).nodes.values())

    @strawberry.field
    async def edges(self, info: Info) -> list[PhysicalEdge]:
        """The edges of the newest revision."""
        return list((await elements_of(info, self.revision_id)).edges.values())

    @strawberry.field
    async def overlays(self, info: Info) -> list[Overlay]:
        """The overlays in force, oldest first."""
        found = await info.context.loader(load_overlays).load(NetworkId(self.id))
        return [Overlay.of(put) for put in found]

    async def _network(self, info: Info) -> model.Network:
        return await info.context.loader(load_contents).load(self.revision_id)


async def network_id_of(info: Info, code: str) -> NetworkId:
    """Return the id of the network with this code, by which clients name networks; raises NotFound."""
    return await info.context.services.snapshots.id_of(code)


async def may_receive(info: Info, event: Event, *, sealed: Collection[str] = ()) -> bool:
    """Return whether an event may be sent to the caller: it is public, or the caller sees its parties.

    To oversee the market does not open the topics that are `sealed`.
    """
    caller = info.context.caller()
    sees = caller.is_concerned if event.topic in sealed else caller.sees
    if event.audience is None or sees(*event.audience):
        return True
    if event.network_id is None or Role.OPERATOR not in caller.roles:
        return False
    network = await info.context.loader(Network.load_rows).load(event.network_id)
    return network is not None and sees(*event.audience, operator_id=network.operator_id)


@strawberry.type
class NetworkQueries:
    """Queries of networks, which every signed-in caller may read."""

    @strawberry.field(permission_classes=[MayRead])
    async def networks(self, info: Info) -> list[Network]:
        """Every network, by code."""
        async with info.context.services.database.read() as connection:
            return [Network.of(one) for one in await repository.list_networks(connection)]

    @strawberry.field(permission_classes=[MayRead])
    async def network(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description="The code of the network.")],
    ) -> Network:
        """The network with this code."""
        return await Network.require(info, await network_id_of(info, code))
