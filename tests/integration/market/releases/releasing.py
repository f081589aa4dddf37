"""Offers, bids and awards of capacity release, made as a party makes them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from tests.integration.market.market_fixture import DORA, NOW, WINTER, MarketFixture, acting_for, key

from capacity.contracts.contract import Contract
from linepack.access import Principal
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import Period
from linepack.ids import PartyId, new_id
from market.listings.commands import PostListing, TakeListing
from market.listings.service import post_listing, take_listing
from market.releases import repository
from market.releases.bid_evaluation import BidEvalMethod
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid
from market.releases.model import Release
from market.releases.service import award_release, offer_release, place_bid
from market.releases.tables import BidRow
from market.rights_transfer.model import TradeKind

CLOSE = NOW + timedelta(days=10)
MARCH = Period(date(2027, 3, 1), date(2027, 4, 1))


async def offer(
    market_fixture: MarketFixture,
    contract: Contract,
    quantity: int = 80,
    *,
    period: Period = WINTER,
    **changes: Any,
) -> Any:
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


async def bid(
    market_fixture: MarketFixture,
    release: Release,
    bidder: PartyId,
    quantity: int,
    rate: Any,
    *,
    period: Period = WINTER,
    at: datetime = NOW,
    **changes: Any,
) -> Any:
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


async def award(
    market_fixture: MarketFixture,
    release: Release,
    *,
    principal: Principal | None = None,
    at: datetime = CLOSE,
    idempotency_key: Any = "",
) -> Any:
    command = AwardRelease(release_id=release.id, idempotency_key=idempotency_key or key())
    return await award_release(
        command, market_fixture.market.caller(principal or acting_for(release.releasing_id), at)
    )


async def stored(market_fixture: MarketFixture, release: Release) -> Any:
    async with market_fixture.database.read() as connection:
        return await repository.RELEASES.get(connection, release.id)


async def sell(
    market_fixture: MarketFixture,
    contract: Contract,
    quantity: int,
    period: Period,
    *,
    kind: Any = TradeKind.ASSIGNMENT,
    buyer: PartyId = DORA,
) -> Any:
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


async def insert_like(market_fixture: MarketFixture, placed: Any, **changes: Any) -> None:
    """Insert a bid as `placed` is, but for `changes`, without any command."""
    bids = BidRow.core()
    async with UnitOfWork(market_fixture.database) as uow:
        row = (await uow.connection.execute(sa.select(bids).where(bids.c.id == placed.id))).one()
        values = {**row._mapping, "id": new_id(), "sequence": placed.sequence + 1, **changes}
        await uow.connection.execute(sa.insert(bids).values(values))
