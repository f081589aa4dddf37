"""Availability: what a network can still sell, how full it is, and when that changes."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Final, Self

import numpy as np
import strawberry

from capacity.feasibility.flow.flow_network import Integers
from capacity.feasibility.questions import availability as questions
from capacity.feasibility.shortfalls.events import is_notice
from capacity.networks.overlays import on_day
from capacity.networks.policy import Level
from capacity.publication.events import OverlaySet, OverlayWithdrawn
from capacity.rights import model as rights
from linepack import gasday
from linepack.events.follower import OutOfStep
from linepack.events.model import Cursor, Event, Stream
from linepack.events.typed import TypedEvent
from linepack.ids import NetworkId
from linepack.jobs.events import is_about_job
from linepack.problems import Fault, InvalidInput
from linepack.units import CommercialUnit
from market.primary.events import ContractBooked
from market.set_asides.events import SetAsideEnded, SetAsideMade
from schema.capacity.networks import Network, network_id_of
from schema.capacity.routes import Route, RouteInput
from schema.types.context import Info
from schema.types.domain_values import FromDomain, Newest, shown_as
from schema.types.event_streams import After, ResyncRequired, following
from schema.types.names import EventTopic
from schema.types.nodes import reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput, Quantity

MATRIX_CELLS_MAX = 100_000
"""Quantities in one matrix, after equal neighbouring days are made one."""
MATRIX_DAYS_MAX = 400

_CONFINED: Final[Mapping[str, type[TypedEvent]]] = {
    event.topic: event
    for event in (ContractBooked, SetAsideMade, SetAsideEnded, OverlaySet, OverlayWithdrawn)
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

    @classmethod
    def of(cls, value: questions.AvailableCapacity) -> Self:
        """Show a stretch of equal availability."""
        return shown_as(cls, value, interruptible_quantity=Quantity(value.interruptible_stated))


@strawberry.type
class Availability:
    """What a route offers over a period, stretch by stretch."""

    route: Route
    unit: CommercialUnit
    rights_version: int
    stretches: list[AvailableCapacity] = strawberry.field(description="Periods of equal availability.")


@strawberry.type
class MatrixRow:
    """What a path could be given, for each of the matrix's periods."""

    receipt: str
    delivery: str
    available: list[Quantity] = strawberry.field(description="The quantity of each period.")


@strawberry.type
class AvailabilityMatrix:
    """What every path could be given, each beside all rights; quantities do not add up.

    Exact at level FLOW, an upper bound where the policy demands more.
    """

    unit: CommercialUnit
    rights_version: int
    periods: list[Period] = strawberry.field(description="Neighbouring days that are alike are one period.")
    rows: list[MatrixRow] = strawberry.field(description="One for each path.")


@strawberry.type
class EdgeUsage:
    """What an edge can carry on a gas day, and how full it is if all firm rights were used at once."""

    edge: str
    capacity_forward: Quantity | None = strawberry.field(description="With overlays. Null: without bound.")
    capacity_backward: Quantity | None = strawberry.field(description="With overlays. Null: without bound.")
    utilisation: float = strawberry.field(description="0 to 1, by one flow of possibly many.")


@strawberry.type
class AvailabilityChange:
    """Availability has changed: query it again.

    It is public, as availability is: a booking is shown as a route and a period, without quantity or holder.
    """

    cursor: Cursor
    topic: EventTopic = strawberry.field(description="What changed it.")
    recorded_at: datetime
    network_id: strawberry.Private[NetworkId]
    period: Period | None = strawberry.field(description="When it changed; null for every gas day.")
    routes: list[Route] | None = strawberry.field(description="Where it changed; null for every route.")
    network: Network = reference(Network, "network_id", "The network concerned.")

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show what an event of the capacity stream changed."""
        if event.network_id is None:
            raise LookupError(f"event {event.id} names no network")
        kind = _CONFINED.get(event.topic)
        found = None if kind is None else kind.read(event.payload)
        period, routes = None, None
        if isinstance(found, ContractBooked):
            period, routes = found.contract.period, [route for route, _ in found.contract.routes()]
        elif isinstance(found, SetAsideMade | SetAsideEnded):
            period, routes = found.period, [rights.Route(found.receipt, found.delivery)]
        elif isinstance(found, OverlaySet | OverlayWithdrawn):
            period = found.period
        return cls(
            cursor=event.position,
            topic=EventTopic(event.topic),
            recorded_at=event.recorded_at,
            network_id=event.network_id,
            period=None if period is None else Period.of(period),
            routes=None if routes is None else [Route.of(one, Newest(event.network_id)) for one in routes],
        )


AvailabilityNews = Annotated[AvailabilityChange | ResyncRequired, strawberry.union("AvailabilityNews")]


@strawberry.type
class AvailabilityQueries:
    """Queries of availability."""

    @strawberry.field(permission_classes=[MayRead])
    async def availability(
        self, info: Info, network: str, route: RouteInput, period: PeriodInput
    ) -> Availability:
        """What a route offers over a period."""
        asked, days = route.to_route(), period.to_period()
        services = info.context.services
        view = await services.snapshots.current(await network_id_of(info, network))
        stretches = await services.verifiers.run(
            view.published, lambda verifier: verifier.availability(view.rights, asked, days)
        )
        return Availability(
            route=Route.of(asked, view.published.revision_id),
            unit=view.published.network.unit,
            rights_version=view.rights.version,
            stretches=[AvailableCapacity.of(stretch) for stretch in stretches],
        )

    @strawberry.field(permission_classes=[MayRead])
    async def availability_matrix(self, info: Info, network: str, period: PeriodInput) -> AvailabilityMatrix:
        """What every path could be given over a period."""
        days = period.to_period(days_max=MATRIX_DAYS_MAX)
        services = info.context.services
        view = await services.snapshots.current(await network_id_of(info, network))
        entries, exits, matrix = await services.verifiers.run(
            view.published,
            lambda verifier: (
                verifier.views.entry_ids,
                verifier.views.exit_ids,
                verifier.views.matrix(view.rights, days),
            ),
        )
        periods, columns = compressed(matrix, days)
        if columns.size > MATRIX_CELLS_MAX:
            message = (
                f"the matrix has {columns.size} quantities, at most {MATRIX_CELLS_MAX}: ask for fewer days"
            )
            raise InvalidInput([Fault("period", message)])
        return AvailabilityMatrix(
            unit=view.published.network.unit,
            rights_version=view.rights.version,
            periods=[Period.of(one) for one in periods],
            rows=[
                MatrixRow(receipt=entry, delivery=exit_, available=columns[i, j].tolist())
                for i, entry in enumerate(entries)
                for j, exit_ in enumerate(exits)
                if entry != exit_
            ],
        )

    @strawberry.field(permission_classes=[MayRead])
    async def usage(self, info: Info, network: str, day: date) -> list[EdgeUsage]:
        """How full each edge is on a gas day, in the revision's order."""
        services = info.context.services
        view = await services.snapshots.current(await network_id_of(info, network))
        published = view.published
        shares = await services.verifiers.look(
            published, lambda verifier: verifier.views.utilisation(view.rights, day)
        )
        capacities = on_day(published.network, published.overlays, day)
        return [
            EdgeUsage(
                edge=edge.id,
                capacity_forward=None if forward is None else Quantity(forward),
                capacity_backward=None if backward is None else Quantity(backward),
                utilisation=shares[edge.id],
            )
            for edge, forward, backward in zip(
                published.network.edges, capacities.forward, capacities.backward, strict=True
            )
        ]


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


def compressed(matrix: Integers, days: gasday.Period) -> tuple[list[gasday.Period], Integers]:
    """Return the periods of alike neighbouring days, and the matrix with one column for each.

    matrix : int64 (entries, exits, days); returned int64 (entries, exits, periods)
    """
    changes = np.any(matrix[:, :, 1:] != matrix[:, :, :-1], axis=(0, 1))
    firsts = np.concatenate([[0], np.flatnonzero(changes) + 1])
    ordinals = [*(days.start.toordinal() + firsts).tolist(), days.end.toordinal()]
    periods = [
        gasday.Period(date.fromordinal(start), date.fromordinal(end)) for start, end in pairwise(ordinals)
    ]
    return periods, matrix[:, :, firsts]
