"""Usage: how full each edge of a network is, expected and at the worst, in columns."""

from typing import Self

import strawberry

from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.questions import network_usage
from linepack.events.model import Cursor, Stream
from linepack.ids import NetworkId
from linepack.units import CommercialUnit
from schema.capacity.networks import Network, network_id_of
from schema.types.columns import Int64Column
from schema.types.context import Info
from schema.types.event_streams import head_of
from schema.types.nodes import reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput

USAGE_DAYS_MAX = 400
TABLE = "A table: one row for each edge, one column for each stretch."
WORST = (
    "The most that any balanced nomination within the firm rights forces through the edge, other edges as "
    "full as they may be"
)
UNSAID = "-1 without bound, and where the edge lies on too many cycles to say"
HEADROOM = "What is left beyond the worst, 0 where more is sold than can be carried"


@strawberry.type
class NetworkUsage:
    """How full each edge is by the firm rights of each gas day, interruptible rights left out.

    The expected flow uses all of them at once and is one of possibly many; whether more can be sold over an
    edge is decided by the worst. Listen to `availabilityChanges` after `cursor` for what changes later.
    """

    usage: strawberry.Private[network_usage.NetworkUsage]
    network_id: strawberry.Private[NetworkId]
    unit: CommercialUnit
    rights_version: int
    cursor: Cursor = strawberry.field(
        description="Where the answer stands in the stream of `availabilityChanges`: continue after it."
    )
    edge_codes: list[str] = strawberry.field(description="The rows: the edges, in the revision's order.")
    stretches: list[Period] = strawberry.field(
        description="The columns: neighbouring gas days that are alike are one."
    )
    network: Network = reference(Network, "network_id", "The network concerned.")

    @classmethod
    def of(cls, view: NetworkView, cursor: Cursor, usage: network_usage.NetworkUsage) -> Self:
        """Show what was found."""
        network = view.published.network
        return cls(
            usage=usage,
            network_id=view.published.id,
            unit=network.unit,
            rights_version=view.rights.version,
            cursor=cursor,
            edge_codes=[edge.id for edge in network.edges],
            stretches=[Period.of(period) for period in usage.stretches],
        )

    @strawberry.field(description=f"{TABLE} The expected flow, negative from head to tail.")
    def flow(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.usage.flow)

    @strawberry.field(description=f"{TABLE} From tail to head, with overlays; -1 without bound.")
    def capacity_forward(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.usage.capacity_forward)

    @strawberry.field(description=f"{TABLE} From head to tail, with overlays; -1 without bound.")
    def capacity_backward(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.usage.capacity_backward)

    @strawberry.field(description=f"{TABLE} {WORST}, from tail to head; {UNSAID}.")
    def worst_forward(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.usage.worst_forward)

    @strawberry.field(description=f"{TABLE} {WORST}, from head to tail; {UNSAID}.")
    def worst_backward(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.usage.worst_backward)

    @strawberry.field(description=f"{TABLE} {HEADROOM}, from tail to head; {UNSAID}.")
    def headroom_forward(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.usage.headroom_forward)

    @strawberry.field(description=f"{TABLE} {HEADROOM}, from head to tail; {UNSAID}.")
    def headroom_backward(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.usage.headroom_backward)


@strawberry.type
class UsageQueries:
    """Queries of usage."""

    @strawberry.field(permission_classes=[MayRead])
    async def usage(self, info: Info, network: str, period: PeriodInput) -> NetworkUsage:
        """How full each edge is over a period, expected and at the worst."""
        days = period.to_period(days_max=USAGE_DAYS_MAX)
        services, network_id = info.context.services, await network_id_of(info, network)
        cursor = await head_of(info, Stream.CAPACITY)
        view = await services.snapshots.current(network_id)
        usage = await services.verifiers.look(
            view.published, lambda verifier: verifier.views.usage(view.rights, days)
        )
        return NetworkUsage.of(view, cursor, usage)
