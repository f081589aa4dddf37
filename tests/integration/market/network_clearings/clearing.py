"""Clearings and bids of the tests, made as parties make them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.integration.market.market_fixture import (
    NOVEMBER,
    NOW,
    OPERATING,
    PATH,
    MarketFixture,
    acting_for,
    key,
)

from capacity.contracts.contract import Contract
from capacity.rights.model import Route
from linepack.access import platform_principal
from linepack.gasday import Period
from linepack.ids import PartyId
from market.clearing.model import Side
from market.network_clearings import repository
from market.network_clearings.closing import close_due
from market.network_clearings.commands import OpenClearing, PlacePathBid
from market.network_clearings.model import NetworkClearing
from market.network_clearings.service import open_clearing, place_path_bid

CLOSE = NOW + timedelta(days=10)


async def opened(market_fixture: MarketFixture, **changes: Any) -> NetworkClearing:
    """Open a clearing of November."""
    terms = {
        "network_id": market_fixture.network_id,
        "start": NOVEMBER.start,
        "end": NOVEMBER.end,
        "closes_at": CLOSE,
        "idempotency_key": key(),
    }
    command = OpenClearing(**{**terms, **changes})
    return await market_fixture.market.caller(OPERATING, NOW).run(open_clearing, command)


async def buy(
    market_fixture: MarketFixture,
    clearing: NetworkClearing,
    party: PartyId,
    quantity: int,
    price: str,
    *,
    route: Route = PATH,
    period: Period = NOVEMBER,
    at: datetime = NOW,
    **changes: Any,
) -> Any:
    """Bid to buy."""
    terms = {
        "clearing_id": clearing.id,
        "side": Side.BUY,
        "start": period.start,
        "end": period.end,
        "quantity": quantity,
        "price": Decimal(price),
        "receipt": route.receipt,
        "delivery": route.delivery,
        "idempotency_key": key(),
    }
    command = PlacePathBid(**{**terms, **changes})
    return await market_fixture.market.caller(acting_for(party), at).run(place_path_bid, command)


async def sell(
    market_fixture: MarketFixture,
    clearing: NetworkClearing,
    contract: Contract,
    quantity: int,
    price: str,
    **changes: Any,
) -> Any:
    """Offer a part of a contract."""
    given = {"side": Side.SELL, "receipt": None, "delivery": None, "contract_id": contract.id, **changes}
    return await buy(market_fixture, clearing, contract.holder_id, quantity, price, **given)


async def closed(market_fixture: MarketFixture, at: datetime = CLOSE) -> int:
    """Close what is due, as a worker does."""
    return await close_due(market_fixture.market.caller(platform_principal(now=at), at))


async def stored(market_fixture: MarketFixture, clearing: NetworkClearing) -> NetworkClearing:
    """Return a clearing as it is now."""
    async with market_fixture.database.read() as connection:
        return await repository.CLEARINGS.get(connection, clearing.id)


async def awards(market_fixture: MarketFixture, clearing: NetworkClearing) -> Any:
    """Return the record of a clearing's award."""
    async with market_fixture.database.read() as connection:
        return (await repository.awards_of(connection, [clearing.id]))[clearing.id].record
