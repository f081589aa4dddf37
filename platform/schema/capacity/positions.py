"""Positions: what the caller's party has on each route, whatever the contracts, and when that changes."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import positions as repository
from capacity.contracts import repository as contracts
from capacity.contracts.positions import Asked
from capacity.rights import ledger
from capacity.rights.model import Firmness
from linepack.events.follower import OutOfStep
from linepack.events.model import Cursor, Stream
from linepack.ids import NetworkId
from schema.capacity.contracts import Contract
from schema.capacity.networks import Network, network_id_of
from schema.capacity.routes import Route, RouteInput
from schema.types.context import Info
from schema.types.domain_values import FromDomain, InNetwork, Newest
from schema.types.event_streams import After, ResyncRequired, stirring
from schema.types.nodes import reference
from schema.types.permissions import MayRead
from schema.types.scalars import Period, PeriodInput, Quantity

CHANGED_CONTRACTS_MAX = 100
"""Contracts that one change names; what else has changed comes with the next."""


@strawberry.type
class Position(FromDomain):
    """What you have on every gas day of a period: acquired − traded − released − held = free."""

    period: Period
    acquired: Quantity = strawberry.field(description="Booked, or bought of other shippers.")
    traded: Quantity = strawberry.field(description="Passed on to others by trades.")
    released: Quantity = strawberry.field(description="Passed on to others by releases.")
    owned: Quantity = strawberry.field(description="What is left of it: acquired − traded − released.")
    listed: Quantity = strawberry.field(description="The part of `held` that listings hold.")
    held: Quantity = strawberry.field(
        description="Promised to listings, calls, orders and releases. What lapses by itself counts until "
        "the platform has ended it, within seconds."
    )
    free: Quantity = strawberry.field(description="What can be offered or passed on.")


@strawberry.type
class RoutePositions(InNetwork):
    """What you have on one route, in stretches of equal figures; none on gas days without any capacity."""

    route: Route
    firmness: Firmness
    positions: list[Position] = strawberry.field(description="In the order of their gas days.")


@strawberry.type
class Positions:
    """What you have on a network, route by route, all of one instant."""

    network_id: strawberry.Private[NetworkId]
    network: Network = reference(Network, "network_id", "The network concerned.")
    period: Period
    cursor: Cursor = strawberry.field(
        description="The version of the network's rights that this is; `positionChanges` goes on from here."
    )
    routes: list[RoutePositions] = strawberry.field(description="By receipt and delivery, the hub first.")


@strawberry.type
class PositionChange:
    """Some of your positions have changed: these are the new ones of the routes concerned, all of them."""

    cursor: Cursor = strawberry.field(
        description="The version of the network's rights that you have now; go on from here."
    )
    routes: list[RoutePositions] = strawberry.field(
        description="In place of all that you had of these routes and firmnesses, also where none is left."
    )
    contracts: list[Contract] = strawberry.field(description="Your contracts that are new or have changed.")


PositionNews = Annotated[PositionChange | ResyncRequired, strawberry.union("PositionNews")]

Days = Annotated[PeriodInput, strawberry.argument(description="The gas days that positions are shown for.")]
OnRoute = Annotated[RouteInput | None, strawberry.argument(description="Only this route.")]


@strawberry.type
class PositionQueries:
    """Queries of positions."""

    @strawberry.field(permission_classes=[MayRead])
    async def positions(
        self,
        info: Info,
        *,
        network: str,
        period: Days,
        route: OnRoute = None,
        firmness: Annotated[
            Firmness | None, strawberry.argument(description="Only firm, or only interruptible, rights.")
        ] = None,
    ) -> Positions:
        """What your party has on the routes of a network: acquired, traded, released, held and free."""
        asked = Asked(
            await network_id_of(info, network),
            info.context.caller().require_party(),
            period.to_period(),
            route.to_route() if route else None,
            firmness,
        )
        async with info.context.services.database.read() as connection:
            version = await ledger.version(connection, asked.network_id)
            found = await repository.positions(connection, asked)
        return Positions(
            network_id=asked.network_id,
            period=Period.of(asked.period),
            cursor=Cursor(version),
            routes=[RoutePositions.of(one, Newest(asked.network_id)) for one in found],
        )


@strawberry.type
class PositionSubscriptions:
    """Following positions."""

    @strawberry.subscription(permission_classes=[MayRead])
    async def position_changes(
        self, info: Info, *, network: str, period: Days, after: After = None
    ) -> AsyncIterator[PositionNews]:
        """When what your party has on a network changes, after the version `after` of its rights."""
        network_id, days = await network_id_of(info, network), period.to_period()
        asked = Asked(network_id, info.context.caller().require_party(), days)
        async with stirring(info, network_id, Stream.CAPACITY, Stream.MARKET) as stirred:
            async with info.context.services.database.read() as connection:
                version = Cursor(await ledger.version(connection, network_id))
            if after is not None and after > version:
                yield ResyncRequired.of(OutOfStep(after))
                return
            reached = version if after is None else after
            while True:
                async with info.context.services.database.read() as connection:
                    change = await _change(info, connection, asked, reached)
                if change is None:
                    await stirred()
                    continue
                reached = change.cursor
                yield change


async def _change(
    info: Info, connection: AsyncConnection, asked: Asked, after: Cursor
) -> PositionChange | None:
    """Return what has changed after a version, None when nothing has."""
    touched = await repository.touched_since(
        connection, asked.network_id, asked.holder_id, after, limit=CHANGED_CONTRACTS_MAX + 1
    )
    if not touched:
        return None
    version = await ledger.version(connection, asked.network_id)
    if len(touched) > CHANGED_CONTRACTS_MAX:
        touched.pop()
        version = touched[-1][0]
    ids = [contract_id for _, contract_id in touched]
    found = await contracts.get_many(connection, info.context.caller(), ids)
    keys = {(route, one.firmness) for one in found.values() for route, _ in one.routes()}
    new = await repository.positions(connection, asked, routes=[route for route, _ in keys])
    within = Newest(asked.network_id)
    by_key = {(one.route, one.firmness): one for one in new}
    return PositionChange(
        cursor=Cursor(version),
        routes=[
            RoutePositions.of(by_key.get(key) or repository.RoutePositions(*key, ()), within)
            for key in sorted(keys, key=lambda key: (key[0].sort_key, key[1]))
        ],
        contracts=[Contract.of(found[contract_id]) for contract_id in ids],
    )
