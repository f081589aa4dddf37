"""The queries of listings. Whatever a principal reads passes `Listing.seen_by`."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.ids import ListingId
from market.listings.model import Listing, ListingState
from market.listings.tables import ListingRow
from market.offers.repository import CAPACITY, OfferTable

LISTINGS = OfferTable[ListingId, Listing](ListingRow, Listing, "listing", "seller_id", capacity=CAPACITY)


class ListingSort(StrEnum):
    """The columns that listings may be ordered by."""

    POSTED_AT = "id"
    START = "start_day"
    END = "end_day"
    QUANTITY = "quantity"
    REMAINING = "remaining"
    PRICE = "price_per_unit_day"


async def take_from_listing(connection: AsyncConnection, listing_id: ListingId, quantity: int) -> bool:
    """Take `quantity` out of what remains of an open listing, in one statement; return whether there was."""
    listings = LISTINGS.core
    left = listings.c.remaining - quantity
    statement = (
        sa.update(listings)
        .where(listings.c.id == listing_id, listings.c.state == ListingState.OPEN.value, left >= 0)
        .values(
            remaining=left,
            state=sa.case((left == 0, ListingState.TAKEN.value), else_=ListingState.OPEN.value),
        )
    )
    return (await connection.execute(statement)).rowcount == 1
