"""How far settlement has come in the API, and what waits for something that it lacks."""

from datetime import datetime
from typing import Self

import strawberry

from linepack.events.model import Cursor, Stream
from linepack.ids import NetworkId
from linepack.limits import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX
from linepack.problems import Fault, InvalidInput
from schema.capacity.networks import Network
from schema.types.nodes import Info
from schema.types.permissions import MaySettle
from settlement.progress import status


@strawberry.type(description="The last position settled in each stream of events.")
class SettledPositions:
    """Every event up to these is posted, parked or of no concern."""

    capacity: Cursor
    market: Cursor


@strawberry.type(
    description="An event that could not be settled; it is tried again when what it lacks arrives."
)
class ParkedEvent:
    """A parked event and why."""

    network_id: strawberry.Private[NetworkId | None]
    stream: str
    position: Cursor
    topic: str
    code: str
    reason: str
    since: datetime

    @classmethod
    def of(cls, parked: status.Parked) -> Self:
        """Show a parked event."""
        return cls(
            network_id=parked.network_id,
            stream=parked.stream.value,
            position=parked.position,
            topic=parked.topic,
            code=parked.code,
            reason=parked.reason,
            since=parked.since,
        )

    @strawberry.field
    async def network(self, info: Info) -> Network | None:
        """Return the network it happened on."""
        return None if self.network_id is None else await Network.load(info, self.network_id)


@strawberry.type(description="How far settlement has come, and what it could not settle.")
class SettlementStatus:
    """The feed is complete up to `settledThrough` but for what is parked."""

    settled_through: datetime = strawberry.field(
        description="Bookings and trades committed before this instant are in the feed, but for parked ones."
    )
    positions: SettledPositions
    behind_seconds: int = strawberry.field(
        description="Age of the oldest event that waits to be settled; 0 when none does."
    )
    parked_count: int = strawberry.field(description="How many parked events you may see.")

    @strawberry.field(description="The parked events that you may see, longest parked first.")
    async def parked(self, info: Info, first: int = PAGE_SIZE_DEFAULT) -> list[ParkedEvent]:
        """Return parked events."""
        if not 1 <= first <= PAGE_SIZE_MAX:
            raise InvalidInput([Fault("first", f"a page has 1 to {PAGE_SIZE_MAX} rows, not {first}")])
        async with info.context.services.database.read() as connection:
            found = await status.parked_events(connection, info.context.caller(), limit=first)
        return [ParkedEvent.of(parked) for parked in found]


@strawberry.type
class SettlementStatusQueries:
    """The state of settlement."""

    @strawberry.field(
        permission_classes=[MaySettle],
        description="How far settlement has come. An operator sees what is parked of its networks, a shipper"
        " what is of its contracts, who oversees the market all of it.",
    )
    async def settlement_status(self, info: Info) -> SettlementStatus:
        """Return the state of settlement."""
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
