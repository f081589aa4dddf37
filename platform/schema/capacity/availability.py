"""Availability: what a route offers, and when that changes."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Annotated, Final, Self

import strawberry

from capacity.feasibility.shortfalls.events import is_notice
from capacity.networks.policy import Level
from capacity.publication.events import OverlaySet, OverlayWithdrawn
from linepack.events.follower import OutOfStep
from linepack.events.model import Cursor, Event, Stream
from linepack.events.typed import TypedEvent
from linepack.ids import NetworkId
from linepack.jobs.events import is_about_job
from linepack.units import CommercialUnit
from market.network_clearings.events import RightsCleared
from market.primary.events import ContractBooked
from market.products import repository as products
from market.products.on_sale import NotOnSale, Offered, offered, on_sale_spans
from market.set_asides.events import SetAsideEnded, SetAsideMade
from schema.capacity.networks import Network, network_id_of
from schema.capacity.routes import Route, RouteInput
from schema.types.context import Info
from schema.types.domain_values import FromDomain, shown_as
from schema.types.enumerations.names import EventTopic
from schema.types.event_streams import After, OneEvent, ResyncRequired, following, head_of
from schema.types.nodes import reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput, Quantity

_CONFINED: Final[Mapping[str, type[TypedEvent]]] = {
    event.topic: event
    for event in (ContractBooked, RightsCleared, SetAsideMade, SetAsideEnded, OverlaySet, OverlayWithdrawn)
}
"""The events that change availability on some gas days only; others concern all of them."""


@strawberry.type
class AvailableCapacity(FromDomain):
    """What a route offers on the gas days of `period`."""

    period: Period
    technical: Quantity = strawberry.field(description="What the empty network carries.")
    booked_firm: Quantity = strawberry.field(description="Firm capacity sold on the route.")
    set_aside: Quantity = strawberry.field(description="Firm capacity that the operator keeps back.")
    booked_interruptible: Quantity = strawberry.field(description="Interruptible capacity sold on the route.")
    available: Quantity = strawberry.field(description="The largest further firm quantity, verified.")
    interruptible_quantity: Quantity = strawberry.field(
        description="The stated interruptible quantity that limits the route most, for it or one of its ends."
    )
    interruptible_left: Quantity = strawberry.field(
        description="What is left of it, at most the technical capacity; each booking is proved alone."
    )
    level: Level = strawberry.field(description="To which level it was verified.")
    not_on_sale: NotOnSale | None = strawberry.field(
        description="Why these gas days cannot be booked, and nothing is available; null where they can."
    )

    @classmethod
    def of(cls, value: Offered) -> Self:
        """Show a stretch of equal availability."""
        capacity = value.capacity
        return shown_as(
            cls,
            capacity,
            interruptible_quantity=Quantity(capacity.interruptible_stated),
            not_on_sale=value.not_on_sale,
        )


@strawberry.type
class Availability:
    """What a route offers over a period, stretch by stretch."""

    route: Route
    unit: CommercialUnit
    rights_version: int
    cursor: Cursor = strawberry.field(
        description="Where the answer stands in the stream of `availabilityChanges`: continue after it."
    )
    stretches: list[AvailableCapacity] = strawberry.field(description="Periods of equal availability.")


@strawberry.type
class AvailabilityChange(OneEvent):
    """Availability has changed, on any route of the network: query it again.

    Rights share the edges they need, so that a booking on one route changes what others offer. It is public,
    as availability is: a booking is shown as its period, without route, quantity or holder.
    """

    cursor: Cursor
    topic: EventTopic = strawberry.field(description="What changed it.")
    recorded_at: datetime
    network_id: strawberry.Private[NetworkId]
    period: Period | None = strawberry.field(description="When it changed; null for every gas day.")
    network: Network = reference(Network, "network_id", "The network concerned.")

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show what an event of the capacity stream changed."""
        if event.network_id is None:
            raise LookupError(f"event {event.id} names no network")
        kind = _CONFINED.get(event.topic)
        found = None if kind is None else event.read_as(kind)
        period = None
        if isinstance(found, ContractBooked):
            period = found.contract.period
        elif isinstance(found, RightsCleared | SetAsideMade | SetAsideEnded | OverlaySet | OverlayWithdrawn):
            period = found.period
        return cls(
            cursor=event.position,
            topic=EventTopic(event.topic),
            recorded_at=event.recorded_at,
            network_id=event.network_id,
            period=None if period is None else Period.of(period),
        )


AvailabilityNews = Annotated[AvailabilityChange | ResyncRequired, strawberry.union("AvailabilityNews")]


@strawberry.type
class AvailabilityQueries:
    """Queries of availability."""

    @strawberry.field(permission_classes=[MayRead])
    async def availability(
        self, info: Info, network: str, route: RouteInput, period: PeriodInput
    ) -> Availability:
        """What a route offers over a period; nothing on gas days that are not on sale."""
        asked, days = route.to_route(), period.to_period()
        services, network_id = info.context.services, await network_id_of(info, network)
        cursor = await head_of(info, Stream.CAPACITY)
        view = await services.snapshots.current(network_id)
        today = view.published.network.clock.gas_day(services.now())
        async with services.database.read() as connection:
            rules = await products.in_force(connection, view.published.id, today)
        stretches = await services.verifiers.run(
            view.published, lambda verifier: verifier.availability(view.rights, asked, days)
        )
        return Availability(
            route=Route.of(asked, view.published.revision_id),
            unit=view.published.network.unit,
            rights_version=view.rights.version,
            cursor=cursor,
            stretches=[
                AvailableCapacity.of(one) for one in offered(stretches, on_sale_spans(rules, days, today))
            ],
        )


@strawberry.type
class AvailabilitySubscriptions:
    """Following availability."""

    @strawberry.subscription(permission_classes=[MayRead])
    async def availability_changes(
        self, info: Info, network: str | None = None, after: After = None
    ) -> AsyncIterator[AvailabilityNews]:
        """When to query availability again; of all networks or of one."""
        network_id = await network_id_of(info, network) if network else None
        async with following(info, Stream.CAPACITY, after) as events:
            async for event in events:
                if isinstance(event, OutOfStep):
                    yield ResyncRequired.of(event)
                elif network_id in (None, event.network_id) and not (is_about_job(event) or is_notice(event)):
                    yield AvailabilityChange.of(event)
