"""Availability in the API: what a network can still sell, and how full it is."""

from datetime import date
from itertools import pairwise
from typing import Self

import numpy as np
import strawberry

from capacity.feasibility.flow.flow_network import Integers
from capacity.feasibility.verdicts import verdict
from capacity.networks.overlays import on_day
from capacity.networks.policy import Level
from linepack import gasday
from linepack.problems import Fault, InvalidInput
from linepack.units import CommercialUnit
from schema.capacity.network_elements import capacity
from schema.capacity.networks import network_id_of
from schema.types.capacity_route import Route, RouteInput
from schema.types.nodes import Info
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput, Quantity

MATRIX_CELLS_MAX = 100_000
"""Quantities in one matrix, after equal neighbouring days are made one."""
MATRIX_DAYS_MAX = 400


@strawberry.type(description="What a route offers on the gas days of `period`.")
class AvailableCapacity:
    """A stretch of equal availability."""

    period: Period
    technical: Quantity = strawberry.field(description="What the empty network carries.")
    booked_firm: Quantity
    set_aside: Quantity = strawberry.field(description="Firm capacity that the operator keeps back.")
    booked_interruptible: Quantity
    available: Quantity = strawberry.field(description="The largest further firm quantity, verified.")
    interruptible_quantity: Quantity = strawberry.field(
        description="The stated interruptible quantity that limits the route most, for it or one of its ends."
    )
    interruptible_left: Quantity = strawberry.field(
        description="What is left of it, at most the technical capacity; each booking is proved alone."
    )
    level: Level = strawberry.field(description="To which level it was verified.")

    @classmethod
    def of(cls, found: verdict.AvailableCapacity) -> Self:
        """Show a stretch."""
        return cls(
            period=Period.of(found.period),
            technical=Quantity(found.technical),
            booked_firm=Quantity(found.booked_firm),
            set_aside=Quantity(found.set_aside),
            booked_interruptible=Quantity(found.booked_interruptible),
            available=Quantity(found.available),
            interruptible_quantity=Quantity(found.interruptible_stated),
            interruptible_left=Quantity(found.interruptible_left),
            level=found.level,
        )


@strawberry.type(description="What a route offers over a period, stretch by stretch.")
class Availability:
    """The answer about one route."""

    route: Route
    unit: CommercialUnit
    rights_version: int = strawberry.field(description="Names the state of all rights that was looked at.")
    stretches: list[AvailableCapacity]


@strawberry.type(description="What a path could be given, for each of the matrix's periods.")
class MatrixRow:
    """One path of a matrix."""

    receipt: str
    delivery: str
    available: list[Quantity]


@strawberry.type(
    description="What every path could be given, each beside all rights; quantities do not add up. "
    "Exact at level FLOW, an upper bound where the policy demands more."
)
class AvailabilityMatrix:
    """Entries × exits × periods."""

    unit: CommercialUnit
    rights_version: int
    periods: list[Period] = strawberry.field(description="Neighbouring days that are alike are one period.")
    rows: list[MatrixRow]


@strawberry.type(description="An edge on a gas day, if all firm rights were used at once.")
class EdgeUsage:
    """What an edge carries, and how full it is."""

    edge: str
    capacity_forward: Quantity | None = strawberry.field(description="With overlays. Null: without bound.")
    capacity_backward: Quantity | None
    utilisation: float = strawberry.field(description="0 to 1, by one flow of possibly many.")


@strawberry.type
class AvailabilityQueries:
    """What can still be had."""

    @strawberry.field(permission_classes=[MayRead], description="What a route offers over a period.")
    async def availability(
        self, info: Info, network: str, route: RouteInput, period: PeriodInput
    ) -> Availability:
        """Return the availability of one route."""
        asked, days = route.to_route(), period.to_period()
        services = info.context.services
        view = await services.snapshots.current(await network_id_of(info, network))
        stretches = await services.verifiers.run(
            view.published, lambda verifier: verifier.availability(view.rights, asked, days)
        )
        return Availability(
            route=Route.of(asked),
            unit=view.published.network.unit,
            rights_version=view.rights.version,
            stretches=[AvailableCapacity.of(stretch) for stretch in stretches],
        )

    @strawberry.field(
        permission_classes=[MayRead], description="What every path could be given over a period."
    )
    async def availability_matrix(self, info: Info, network: str, period: PeriodInput) -> AvailabilityMatrix:
        """Return the availability of all paths."""
        days = period.to_period()
        if days.days > MATRIX_DAYS_MAX:
            raise InvalidInput([Fault("period", f"at most {MATRIX_DAYS_MAX} gas days, not {days.days}")])
        services = info.context.services
        view = await services.snapshots.current(await network_id_of(info, network))
        entries, exits, matrix = await services.verifiers.run(
            view.published,
            lambda verifier: (verifier.entry_ids, verifier.exit_ids, verifier.matrix(view.rights, days)),
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

    @strawberry.field(
        permission_classes=[MayRead],
        description="How full each edge is on a gas day, in the revision's order.",
    )
    async def usage(self, info: Info, network: str, day: date) -> list[EdgeUsage]:
        """Return every edge's capacities and utilisation."""
        services = info.context.services
        view = await services.snapshots.current(await network_id_of(info, network))
        published = view.published
        shares = await services.verifiers.run(
            published, lambda verifier: verifier.utilisation(view.rights, day)
        )
        capacities = on_day(published.network, published.overlays, day)
        return [
            EdgeUsage(
                edge=edge.id,
                capacity_forward=capacity(forward),
                capacity_backward=capacity(backward),
                utilisation=shares[edge.id],
            )
            for edge, forward, backward in zip(
                published.network.edges, capacities.forward, capacities.backward, strict=True
            )
        ]


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
