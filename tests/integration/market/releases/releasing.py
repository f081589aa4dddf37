"""Offers, bids and awards of capacity release, made as a party makes them."""

from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from tests.integration.market.market_fixture import DORA, NOW, WINTER, acting_for, key

from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import Period
from linepack.ids import new_id
from market.listings.commands import PostListing, TakeListing
from market.listings.service import post_listing, take_listing
from market.releases import repository
from market.releases.bid_evaluation import BidEvalMethod
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid
from market.releases.service import award_release, offer_release, place_bid
from market.releases.tables import BidRow
from market.rights_transfer.model import TradeKind

CLOSE = NOW + timedelta(days=10)
MARCH = Period(date(2027, 3, 1), date(2027, 4, 1))


async def offer(market_fixture, contract, quantity=80, *, period=WINTER, **changes):
    terms = {
        "contract_id": contract.id,
        "start": period.start,
        "end": period.end,
        "quantity": quantity,
        "method": BidEvalMethod.HIGHEST_RATE,
        "bids_close_at": CLOSE,
        "idempotency_key": key(),
    }
    command = OfferRelease(**{**terms, **changes})
    return await market_fixture.market.caller(acting_for(contract.holder_id), NOW).run(offer_release, command)


async def bid(market_fixture, release, bidder, quantity, rate, *, period=WINTER, at=NOW, **changes):
    terms = {
        "release_id": release.id,
        "start": period.start,
        "end": period.end,
        "quantity": quantity,
        "rate": Decimal(rate),
        "idempotency_key": key(),
    }
    return await market_fixture.market.caller(acting_for(bidder), at).run(
        place_bid, PlaceBid(**{**terms, **changes})
    )


async def award(market_fixture, release, *, principal=None, at=CLOSE, idempotency_key=""):
    command = AwardRelease(release_id=release.id, idempotency_key=idempotency_key or key())
    return await award_release(
        command, market_fixture.market.caller(principal or acting_for(release.releasing_id), at)
    )


async def stored(market_fixture, release):
    async with market_fixture.database.read() as connection:
        return await repository.get_release(connection, release.id)


async def sell(market_fixture, contract, quantity, period, *, kind=TradeKind.ASSIGNMENT, buyer=DORA):
    command = PostListing(
        contract_id=contract.id,
        kind=kind,
        start=period.start,
        end=period.end,
        quantity=quantity,
        price_per_unit_day=Decimal("0.3"),
        idempotency_key=key(),
    )
    listing = await market_fixture.market.caller(acting_for(contract.holder_id), NOW).run(
        post_listing, command
    )
    taking = TakeListing(listing_id=listing.id, quantity=quantity, idempotency_key=key())
    return await market_fixture.market.caller(acting_for(buyer), NOW).run(take_listing, taking)


async def insert_like(market_fixture, placed, **changes):
    """Insert a bid as `placed` is, but for `changes`, without any command."""
    bids = BidRow.core()
    async with UnitOfWork(market_fixture.database) as uow:
        row = (await uow.connection.execute(sa.select(bids).where(bids.c.id == placed.id))).one()
        values = {**row._mapping, "id": new_id(), "sequence": placed.sequence + 1, **changes}
        await uow.connection.execute(sa.insert(bids).values(values))
