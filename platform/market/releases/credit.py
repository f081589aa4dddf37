"""Credit for bids: a bid binds, so that its bidder may come to owe its rate for all of its quantity."""

from sqlalchemy.ext.asyncio import AsyncConnection

from market.context import MarketCaller, MarketContext
from market.credit.check import require_credit_for
from market.credit.duties import Agreed
from market.releases.model import Bid, Release


async def require_credit_for_bid(
    caller: MarketContext | MarketCaller,
    connection: AsyncConnection,
    release: Release,
    bid: Bid,
    replaced: Bid | None,
) -> None:
    """Raise CreditSuspended or CreditExceeded where the bidder may not owe it; it owes `replaced` no more."""
    least = max(bid.minimum_quantity, release.minimum_quantity)
    await require_credit_for(
        Agreed.on(release.capacity, bid.period, bid.rate),
        bid.quantity,
        caller,
        connection,
        network_id=release.capacity.network_id,
        currency=release.currency,
        to_be_had=lambda most: most if most >= least else 0,
        excluding=None if replaced is None else replaced.id,
    )
