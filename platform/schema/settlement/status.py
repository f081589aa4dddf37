"""Settlement status: how far settlement has come, and what could not be settled."""

from datetime import datetime
from typing import Self

import strawberry

from linepack.events.model import Cursor, Stream
from linepack.ids import NetworkId
from linepack.limits import PAGE_SIZE_DEFAULT
from schema.capacity.networks import Network
from schema.settlement.billing_feed import SETTLED_THROUGH
from schema.types.context import Info
from schema.types.domain_values import FromDomain, shown_as
from schema.types.enumerations.names import EventTopic
from schema.types.nodes import reference
from schema.types.page_cursors import page_size
from schema.types.permissions import MaySettle
from settlement.progress import status


@strawberry.type
class SettledPositions:
    """The last position settled in each stream: every event up to it is posted, parked or irrelevant."""

    capacity: Cursor = strawberry.field(description="In the stream of capacity.")
    market: Cursor = strawberry.field(description="In the stream of the market.")


@strawberry.type
class ParkedEvent(FromDomain):
    """An event that could not be settled; it is tried again when what it lacks arrives."""

    network_id: strawberry.Private[NetworkId | None]
    stream: Stream = strawberry.field(description="The stream of the event.")
    position: Cursor = strawberry.field(description="The position of the event in its stream.")
    topic: EventTopic = strawberry.field(description="What happened.")
    code: str = strawberry.field(description="Stable name of the reason, for programs.")
    reason: str
    since: datetime = strawberry.field(description="When it was parked.")
    network: Network | None = reference(Network, "network_id", "The network concerned.")

    @classmethod
    def of(cls, value: status.Parked) -> Self:
        """Show a parked event."""
        return shown_as(cls, value, topic=EventTopic(value.topic))


@strawberry.type
class SettlementStatus:
    """How far settlement has come, and what it could not settle."""

    settled_through: datetime = strawberry.field(description=SETTLED_THROUGH)
    positions: SettledPositions = strawberry.field(description="How far each stream is settled.")
    behind_seconds: int = strawberry.field(
        description="Age of the oldest event that waits to be settled; 0 when none does."
    )
    parked_count: int = strawberry.field(description="How many parked events you may see.")

    @strawberry.field
    async def parked(self, info: Info, first: int = PAGE_SIZE_DEFAULT) -> list[ParkedEvent]:
        """The parked events that you may see, longest parked first."""
        size = page_size(first)
        async with info.context.services.database.read() as connection:
            found = await status.parked_events(connection, info.context.caller(), limit=size)
        return [ParkedEvent.of(parked) for parked in found]


@strawberry.type
class SettlementStatusQueries:
    """Queries of the state of settlement."""

    @strawberry.field(permission_classes=[MaySettle])
    async def settlement_status(self, info: Info) -> SettlementStatus:
        """How far settlement has come.

        An operator sees what is parked of its networks, a shipper what is parked of its contracts;
        regulators, billing and administrators see all of it.
        """
        services = info.context.services
        async with services.database.read() as connection:
            through = await status.settled_through(connection)
            reached = await status.positions(connection)
            behind_s = await status.behind_s(connection, at=services.now())
            parked = await status.parked_seen(connection, info.context.caller())
        return SettlementStatus(
            settled_through=through,
            positions=SettledPositions(capacity=reached[Stream.CAPACITY], market=reached[Stream.MARKET]),
            behind_seconds=round(behind_s),
            parked_count=parked,
        )
