"""Availability of many routes at once, in columns, with what a unit costs: as known, then as verified."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Annotated, Self

import numpy as np
import strawberry
from strawberry import relay

from capacity.feasibility.questions.many_routes import ManyRoutes
from capacity.networks.policy import Level
from capacity.rights.model import RouteKind
from linepack.events.model import Cursor, Stream
from linepack.ids import NetworkId
from linepack.limits import INPUT_LIST_MAX
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput
from linepack.units import CommercialUnit
from market.primary.many_routes import OfferedRoutes, RoutesAsked, known, routes_asked, verified
from market.products.on_sale import NotOnSale
from market.tariffs import unit_prices as prices
from schema.capacity.networks import Network, network_id_of
from schema.capacity.routes import RouteInput
from schema.types.columns import Int32Column, Int64Column
from schema.types.commands import caller_of
from schema.types.context import Info
from schema.types.domain_values import FromDomain, shown_as
from schema.types.event_streams import head_of
from schema.types.nodes import reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput

TABLE = "A table: one row for each route, one column for each stretch."

Kind = Annotated[
    RouteKind | None,
    strawberry.argument(
        description="All entries, all exits or all paths; without it and `routes`, all that is sold firm."
    ),
]
Routes = Annotated[
    list[RouteInput] | None,
    strawberry.argument(description=f"The routes asked about, 1 to {INPUT_LIST_MAX}; instead of `kind`."),
]


@strawberry.type
class AvailabilityStretch:
    """Gas days in a row on which every route asked about offers the same."""

    period: Period
    level: Level = strawberry.field(
        description="To which level every route is verified; below the network's where some are not yet."
    )
    not_on_sale: NotOnSale | None = strawberry.field(
        description="Why these gas days cannot be booked, and nothing is available; null where they can."
    )


@strawberry.type
class UnitPrice(FromDomain):
    """What one unit costs by the tariff in force on the first gas day on sale of the period.

    Not rounded, as a booking's charge is once; tiers of the tariff may price further units otherwise.
    """

    tariff_id: relay.GlobalID = strawberry.field(description="The id of the tariff.")
    amounts: list[Decimal | None] = strawberry.field(
        description="For all gas days of each stretch; null where they are not on sale, or where the price "
        "follows an index whose value is not known."
    )
    total: Decimal | None = strawberry.field(
        description="For all gas days on sale together; null where the price of one of them is not known."
    )

    @classmethod
    def of(cls, value: prices.UnitPrice) -> Self:
        """Show a price."""
        return shown_as(cls, value, tariff_id=relay.GlobalID("Tariff", str(value.tariff.id)))


@strawberry.type
class NetworkAvailability:
    """What many routes offer firm, each for itself beside all rights; quantities do not add up.

    Listen to `availabilityChanges` after `cursor`, and ask again when something changed.
    """

    table: strawberry.Private[ManyRoutes]
    places: strawberry.Private[tuple[int, ...]]
    network_id: strawberry.Private[NetworkId]
    cursor: Cursor = strawberry.field(
        description="Where the answer stands in the stream of `availabilityChanges`: continue after it."
    )
    rights_version: int
    unit: CommercialUnit
    currency: Currency = strawberry.field(description="The currency of its prices.")
    demanded_level: Level = strawberry.field(
        description="The level to which bookings are proved, and `available` is verified."
    )
    bound_level: Level = strawberry.field(
        description="The level at which `atMost` is exact; a higher level allows no more."
    )
    stretches: list[AvailabilityStretch] = strawberry.field(
        description="The columns: neighbouring gas days that are alike are one."
    )
    unit_prices: list[UnitPrice] = strawberry.field(
        description="What a unit costs, once for each tariff that applies to some row."
    )
    network: Network = reference(Network, "network_id", "The network concerned.")

    @classmethod
    def of(cls, asked: RoutesAsked, cursor: Cursor, offered: OfferedRoutes) -> Self:
        """Show what was found."""
        published, table = asked.view.published, offered.table
        stretches = zip(table.stretches, offered.levels, offered.not_on_sale, strict=True)
        return cls(
            table=table,
            places=offered.prices.place_of,
            network_id=published.id,
            cursor=cursor,
            rights_version=asked.view.rights.version,
            unit=published.network.unit,
            currency=published.currency,
            demanded_level=published.policy.firm_level,
            bound_level=table.bound_level,
            stretches=[
                AvailabilityStretch(period=Period.of(period), level=level, not_on_sale=reason)
                for period, level, reason in stretches
            ],
            unit_prices=[UnitPrice.of(price) for price in offered.prices.prices],
        )

    @strawberry.field(description="The rows: the node where gas enters; null for the hub.")
    def receipt_codes(self) -> list[str | None]:
        """Return one for each row."""
        return [route.receipt for route in self.table.routes]

    @strawberry.field(description="The rows: the node where gas is handed back; null for the hub.")
    def delivery_codes(self) -> list[str | None]:
        """Return one for each row."""
        return [route.delivery for route in self.table.routes]

    @strawberry.field(
        description=f"{TABLE} The largest quantity verified for a booking of these gas days; -1 where none "
        "is verified yet."
    )
    def available(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.table.available)

    @strawberry.field(description=f"{TABLE} What capacities allow: no booking gets more.")
    def at_most(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.table.at_most)

    @strawberry.field(description=f"{TABLE} What the empty network carries.")
    def technical(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.table.technical)

    @strawberry.field(description=f"{TABLE} Firm capacity sold on the route, or set aside by the operator.")
    def sold(self) -> Int64Column:
        """Return the table."""
        return Int64Column(self.table.sold)

    @strawberry.field(
        description="For each row the place of its price in `unitPrices`, from 0; -1 without a tariff."
    )
    def unit_price_places(self) -> Int32Column:
        """Return one for each row."""
        return Int32Column(np.array(self.places, dtype=np.int32))


@strawberry.type
class NetworkAvailabilityQueries:
    """Queries of the availability of many routes."""

    @strawberry.field(permission_classes=[MayRead])
    async def network_availability(
        self, info: Info, network: str, period: PeriodInput, kind: Kind = None, routes: Routes = None
    ) -> NetworkAvailability:
        """What many routes offer firm over a period, as far as it is known without waiting.

        Complete unless the network's policy demands pressures; then `available` is what was verified before,
        and the subscription of the same name verifies the rest.
        """
        asked, cursor = await _asked(info, network, period, kind, routes)
        return NetworkAvailability.of(asked, cursor, await known(caller_of(info).market, asked))


@strawberry.type
class NetworkAvailabilitySubscriptions:
    """Following the verification of many routes."""

    @strawberry.subscription(permission_classes=[MayRead])
    async def network_availability(
        self, info: Info, network: str, period: PeriodInput, kind: Kind = None, routes: Routes = None
    ) -> AsyncIterator[NetworkAvailability]:
        """What the query of the same name says, then one row after another as it is verified, to the end.

        All is about the rights of the first answer. The routes that may offer most come first.
        """
        asked, cursor = await _asked(info, network, period, kind, routes)
        async for offered in verified(caller_of(info).market, asked):
            yield NetworkAvailability.of(asked, cursor, offered)


async def _asked(
    info: Info, network: str, period: PeriodInput, kind: RouteKind | None, routes: list[RouteInput] | None
) -> tuple[RoutesAsked, Cursor]:
    """Return the question, and the cursor; raises NotFound, and InvalidInput."""
    if kind is not None and routes is not None:
        raise InvalidInput([Fault("kind", "give either a kind or routes")])
    if routes is not None and not 0 < len(routes) <= INPUT_LIST_MAX:
        raise InvalidInput([Fault("routes", f"give 1 to {INPUT_LIST_MAX} routes, not {len(routes)}")])
    caller, network_id = caller_of(info), await network_id_of(info, network)
    cursor = await head_of(info, Stream.CAPACITY)
    asked = await routes_asked(
        caller.market,
        network_id,
        period.to_period(),
        kind=kind,
        routes=tuple(one.to_route(f"routes.{place}") for place, one in enumerate(routes or ())),
        at=caller.at,
    )
    return asked, cursor
