"""Credit for bids to buy in clearings: a bid binds, so that its bidder may come to owe its price in full."""

from capacity.rights.model import Firmness
from market.clearing.model import Side
from market.context import MarketContext
from market.credit.check import require_credit_for
from market.credit.duties import Agreed
from market.network_clearings.model import NetworkClearing, PathBid


async def require_credit_for_path_bid(
    context: MarketContext, clearing: NetworkClearing, bid: PathBid
) -> None:
    """Raise CreditSuspended or CreditExceeded where the bidder may not come to owe what it bids."""
    if bid.side is Side.SELL:
        return
    await require_credit_for(
        Agreed(bid.price, frozenset({bid.route.kind}), Firmness.FIRM, bid.period),
        bid.quantity,
        context,
        context.connection,
        network_id=clearing.network_id,
        currency=clearing.currency,
        to_be_had=lambda most: most if most >= bid.minimum else 0,
    )
