"""The home of physical networks in the API: what is published, and what changes it for a while."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry
from strawberry import relay

from capacity.networks import model, policy, repository
from capacity.networks.model import OverlayKind
from capacity.networks.repository import NetworkSummary, PublishedNetwork, SetOverlay
from linepack.ids import NetworkId, PartyId
from linepack.money import Currency
from linepack.units import CommercialUnit
from schema.capacity.network_elements import PhysicalEdge, PhysicalNode
from schema.identity.parties import Party
from schema.types.context import RequestContext
from schema.types.nodes import Found, Info, shown
from schema.types.permissions import MayRead
from schema.types.scalars import Period


async def load_summaries(context: RequestContext, ids: Sequence[NetworkId]) -> list[NetworkSummary | None]:
    """Return the networks with these ids without reading them; networks are public to the signed-in."""
    async with context.services.database.read() as connection:
        found = await repository.summaries(connection, ids)
    return [found.get(network_id) for network_id in ids]


async def load_networks(context: RequestContext, ids: Sequence[NetworkId]) -> list[PublishedNetwork | None]:
    """Return the networks with these ids, read."""
    async with context.services.database.read() as connection:
        found = await repository.load_many(connection, ids)
    return [found.get(network_id) for network_id in ids]


async def load_overlays(context: RequestContext, ids: Sequence[NetworkId]) -> list[list[SetOverlay]]:
    """Return the overlays in force on each network, oldest first."""
    async with context.services.database.read() as connection:
        found = await repository.overlays(connection, ids)
    return [[put for put in found if put.network_id == network_id] for network_id in ids]


@strawberry.type(description="A dated change of one edge's capacity.")
class Overlay:
    """An overlay in force."""

    id: relay.GlobalID
    edge: str
    kind: OverlayKind
    period: Period
    factor: float = strawberry.field(description="Multiplies both directions; 0 closes the edge.")
    reason: str
    set_at: datetime

    @classmethod
    def of(cls, put: SetOverlay) -> Self:
        """Show an overlay."""
        return cls(
            id=relay.GlobalID("Overlay", str(put.id)),
            edge=put.overlay.edge_id,
            kind=put.overlay.kind,
            period=Period.of(put.overlay.period),
            factor=put.overlay.factor,
            reason=put.overlay.reason,
            set_at=put.set_at,
        )


@strawberry.type(description="When gas days start.")
class Clock:
    """A network's clock."""

    zone: str
    start_hour: int


@strawberry.type(description="To which level rights are proved before they are sold.")
class Policy:
    """A network's policy."""

    firm_level: policy.Level
    interruptible_level: policy.Level
    deadline_s: float = strawberry.field(
        description="How long the proof of one request may take, in seconds."
    )
    when_undecided: policy.WhenUndecided

    @classmethod
    def of(cls, found: policy.Policy) -> Self:
        """Show a policy."""
        return cls(
            firm_level=found.firm_level,
            interruptible_level=found.interruptible_level,
            deadline_s=found.deadline_s,
            when_undecided=found.when_undecided,
        )


@strawberry.type(description="A physical network, as its operator has published it.")
class Network(Found):
    """The newest revision of a network, with the overlays in force."""

    id: relay.NodeID[UUID]
    code: str
    name: str
    unit: CommercialUnit
    currency: Currency
    revision: int = strawberry.field(description="The number of its newest revision: 1, 2, 3, …")
    operator_id: strawberry.Private[PartyId]

    @classmethod
    def of(cls, network: PublishedNetwork) -> Self:
        """Show a published network."""
        return cls(
            id=network.id,
            code=network.network.code,
            name=network.network.name,
            unit=network.network.unit,
            currency=network.currency,
            revision=network.revision_number,
            operator_id=network.operator_id,
        )

    @classmethod
    def of_summary(cls, summary: NetworkSummary) -> Self:
        """Show a network of a list."""
        return cls(
            id=summary.id,
            code=summary.code,
            name=summary.name,
            unit=summary.unit,
            currency=summary.currency,
            revision=summary.revision_number,
            operator_id=summary.operator_id,
        )

    @classmethod
    async def load(cls, info: Info, network_id: NetworkId) -> Self:
        """Show the network with this id, which a row refers to."""
        summary = await info.context.loader(load_summaries).load(network_id)
        if summary is None:
            raise LookupError(f"no network {network_id}")
        return cls.of_summary(summary)

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return networks."""
        found = await info.context.loader(load_summaries).load_many([NetworkId(one) for one in ids])
        return [shown(cls.of_summary, one) for one in found]

    @strawberry.field
    async def operator(self, info: Info) -> Party:
        """Return who runs it."""
        return await Party.load(info, self.operator_id)

    @strawberry.field
    async def clock(self, info: Info) -> Clock:
        """Return when its gas days start."""
        clock = (await self._network(info)).clock
        return Clock(zone=clock.zone, start_hour=clock.start_hour)

    @strawberry.field
    async def policy(self, info: Info) -> Policy:
        """Return to which level its rights are proved."""
        return Policy.of((await _published(info, NetworkId(self.id))).policy)

    @strawberry.field(description="Where it comes from, and under which licence.")
    async def attribution(self, info: Info) -> str:
        """Return the source's attribution."""
        return (await self._network(info)).attribution

    @strawberry.field(description="What its importer assumed or changed.")
    async def notes(self, info: Info) -> list[str]:
        """Return the importer's notes."""
        return list((await self._network(info)).notes)

    @strawberry.field
    async def nodes(self, info: Info) -> list[PhysicalNode]:
        """Return the nodes of the newest revision."""
        return [PhysicalNode.of(node) for node in (await self._network(info)).nodes]

    @strawberry.field
    async def edges(self, info: Info) -> list[PhysicalEdge]:
        """Return the edges of the newest revision."""
        return [PhysicalEdge.of(edge) for edge in (await self._network(info)).edges]

    @strawberry.field(description="Overlays in force, oldest first.")
    async def overlays(self, info: Info) -> list[Overlay]:
        """Return the overlays in force."""
        found = await info.context.loader(load_overlays).load(NetworkId(self.id))
        return [Overlay.of(put) for put in found]

    async def _network(self, info: Info) -> model.Network:
        return (await _published(info, NetworkId(self.id))).network


async def _published(info: Info, network_id: NetworkId) -> PublishedNetwork:
    published = await info.context.loader(load_networks).load(network_id)
    if published is None:
        raise LookupError(f"no network {network_id}")
    return published


async def network_id_of(info: Info, code: str) -> NetworkId:
    """Return the id of the network with this code, by which clients name networks; raises NotFound."""
    return await info.context.services.snapshots.id_of(code)


@strawberry.type
class NetworkQueries:
    """What is published."""

    @strawberry.field(permission_classes=[MayRead], description="Every network, by code.")
    async def networks(self, info: Info) -> list[Network]:
        """Return all networks; an installation has a handful."""
        async with info.context.services.database.read() as connection:
            return [Network.of_summary(one) for one in await repository.list_networks(connection)]

    @strawberry.field(permission_classes=[MayRead], description="The network with this code.")
    async def network(self, info: Info, code: str) -> Network:
        """Return one network; not found is an error."""
        return await Network.load(info, await network_id_of(info, code))
