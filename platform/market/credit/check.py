"""The check of credit that every procedure makes before a party takes on a duty to another one.

It is made while the network's lock is held, so that of two duties that together exceed a limit one is
refused; a quote asks the same without the lock. Bookings of the operator's capacity: `market.primary.credit`.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.ids import NetworkId
from linepack.money import Currency
from market.context import MarketCaller, MarketContext
from market.credit.duties import Agreed, duty_agreed
from market.credit.exposure import credit_of, pricing_of
from market.credit.rules import ToBeHad, any_quantity, require_credit


async def require_credit_for(
    agreed: Agreed,
    quantity: int,
    caller: MarketContext | MarketCaller,
    connection: AsyncConnection,
    *,
    network_id: NetworkId,
    currency: Currency,
    to_be_had: ToBeHad = any_quantity,
    excluding: UUID | None = None,
) -> None:
    """Raise CreditSuspended or CreditExceeded where the caller's party may not take so much on these terms.

    What the offer `excluding` binds the party to does not count, as it is replaced.
    """
    day = (await caller.market.clock(network_id)).gas_day(caller.at)
    party_id = caller.party_id
    found = await credit_of(
        connection, caller.market, network_id, [party_id], day=day, at=caller.at, excluding=excluding
    )
    credit = found[party_id]
    if not credit.usages and credit.suspension is None:
        return
    priced = [] if agreed.parent is None else [agreed.parent]
    pricing = await pricing_of(connection, network_id, currency, day, priced)
    require_credit(credit, lambda units: duty_agreed(pricing, agreed, units), quantity, to_be_had=to_be_had)
