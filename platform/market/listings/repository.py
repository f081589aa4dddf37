"""The queries of listings. Whatever a principal reads passes `Listing.seen_by`.

Lists are newest first; `after` is the last id seen. Functions that serve commands take the connection of a
unit of work that holds the network's lock.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights.model import Route
from linepack.access import Principal
from linepack.gasday import Period
from linepack.ids import ContractId, ListingId, NetworkId, PartyId
from linepack.money import Currency
from linepack.problems import NotFound
from market.listings.model import Listing, ListingState
from market.listings.tables import ListingRow
from market.offers.repository import capacity_columns, capacity_of, newest, on_route, sharing_days
from market.rights_transfer.model import TradeKind

_listings = ListingRow.core()


async def get_listing(connection: AsyncConnection, listing_id: ListingId) -> Listing:
    """Return a listing with its seller; raises NotFound. Stable while the network's lock is held."""
    row = (await connection.execute(sa.select(_listings).where(_listings.c.id == listing_id))).first()
    if row is None:
        raise NotFound("listing", listing_id, path=("listingId",))
    return listing_of(row)


async def listings_by_id(
    connection: AsyncConnection, principal: Principal, listing_ids: Iterable[ListingId]
) -> dict[ListingId, Listing]:
    """Return the listings with these ids, as the principal may see them."""
    statement = sa.select(_listings).where(_listings.c.id.in_(list(listing_ids)))
    found = (listing_of(row).seen_by(principal) for row in await connection.execute(statement))
    return {listing.id: listing for listing in found}


async def open_listings(
    connection: AsyncConnection,
    principal: Principal,
    network_id: NetworkId,
    *,
    route: Route | None = None,
    period: Period | None = None,
    after: ListingId | None = None,
    limit: int,
) -> list[Listing]:
    """Return open listings of a network, those on `route` and sharing gas days with `period` if given."""
    statement = sa.select(_listings).where(
        _listings.c.network_id == network_id,
        _listings.c.state == ListingState.OPEN.value,
        *on_route(_listings, route),
        *sharing_days(_listings, period),
    )
    rows = await newest(connection, statement, _listings.c.id, after=after, limit=limit)
    return [listing_of(row).seen_by(principal) for row in rows]


async def own_listings(
    connection: AsyncConnection, principal: Principal, *, after: ListingId | None = None, limit: int
) -> list[Listing]:
    """Return the listings of the principal's party, whatever became of them."""
    statement = sa.select(_listings).where(_listings.c.seller_id == principal.party_id)
    rows = await newest(connection, statement, _listings.c.id, after=after, limit=limit)
    return [listing_of(row).seen_by(principal) for row in rows]


async def insert_listing(connection: AsyncConnection, listing: Listing) -> None:
    """Add a listing."""
    values = capacity_columns(listing.capacity) | {
        "id": listing.id,
        "seller_id": listing.seller_id,
        "contract_id": listing.contract_id,
        "kind": listing.kind.value,
        "quantity": listing.quantity,
        "remaining": listing.remaining,
        "minimum_quantity": listing.minimum_quantity,
        "price_per_unit_day": listing.price_per_unit_day,
        "currency": listing.currency.value,
        "state": listing.state.value,
        "is_firm": listing.is_firm,
        "posted_at": listing.posted_at,
    }
    await connection.execute(sa.insert(_listings).values(values))


async def take_from_listing(connection: AsyncConnection, listing_id: ListingId, quantity: int) -> bool:
    """Take `quantity` out of what remains of an open listing, in one statement; return whether there was."""
    left = _listings.c.remaining - quantity
    statement = (
        sa.update(_listings)
        .where(_listings.c.id == listing_id, _listings.c.state == ListingState.OPEN.value, left >= 0)
        .values(
            remaining=left,
            state=sa.case((left == 0, ListingState.TAKEN.value), else_=ListingState.OPEN.value),
        )
    )
    return (await connection.execute(statement)).rowcount == 1


async def open_indicative(connection: AsyncConnection, contract_id: ContractId) -> list[Listing]:
    """Return the open listings of a contract that hold nothing, oldest first."""
    statement = (
        sa.select(_listings)
        .where(
            _listings.c.contract_id == contract_id,
            _listings.c.state == ListingState.OPEN.value,
            sa.not_(_listings.c.is_firm),
        )
        .order_by(_listings.c.id)
    )
    return [listing_of(row) for row in await connection.execute(statement)]


async def shrink_listings(connection: AsyncConnection, shrunk: Sequence[Listing]) -> None:
    """Store what remains of open listings, at least one, and their states."""
    statement = sa.update(_listings).where(_listings.c.id == sa.bindparam("listing_id"))
    rows = [{"listing_id": one.id, "remaining": one.remaining, "state": one.state.value} for one in shrunk]
    await connection.execute(statement, rows)


async def withdraw_listing(connection: AsyncConnection, listing_id: ListingId) -> bool:
    """Withdraw what remains of an open listing; return whether it was open."""
    statement = (
        sa.update(_listings)
        .where(_listings.c.id == listing_id, _listings.c.state == ListingState.OPEN.value)
        .values(state=ListingState.WITHDRAWN.value)
    )
    return (await connection.execute(statement)).rowcount == 1


def listing_of(row: sa.Row[Any]) -> Listing:
    """Return the listing that a row holds."""
    return Listing(
        id=ListingId(row.id),
        capacity=capacity_of(row),
        kind=TradeKind(row.kind),
        quantity=row.quantity,
        remaining=row.remaining,
        minimum_quantity=row.minimum_quantity,
        price_per_unit_day=row.price_per_unit_day,
        currency=Currency(row.currency),
        state=ListingState(row.state),
        is_firm=row.is_firm,
        posted_at=row.posted_at,
        seller_id=PartyId(row.seller_id),
        contract_id=ContractId(row.contract_id),
    )
