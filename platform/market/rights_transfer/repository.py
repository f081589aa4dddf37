"""The queries of trades, which only their two parties and those who oversee the market see."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal, visible_to
from linepack.commands.handling import Context
from linepack.ids import NetworkId, TradeId
from linepack.problems import NotFound
from market.offers.repository import DAYS, MarketTable
from market.rights_transfer.model import Trade
from market.rights_transfer.tables import TradeRow

TRADES = MarketTable[TradeId, Trade](TradeRow, Trade, "trade", period=DAYS)

_trades = TRADES.core.c


async def trades_by_id(
    connection: AsyncConnection, principal: Principal, trade_ids: Iterable[TradeId]
) -> dict[TradeId, Trade]:
    """Return the trades with these ids that the principal may see."""
    return await TRADES.by_ids(connection, trade_ids, _seen(principal))


async def own_trade(context: Context, trade_id: UUID) -> Trade:
    """Return a trade that the principal's party has concluded; raises NotFound."""
    found = await trades_by_id(context.connection, context.principal, [TradeId(trade_id)])
    if trade_id not in found:
        raise NotFound("trade", trade_id)
    return found[TradeId(trade_id)]


async def trades(
    connection: AsyncConnection,
    principal: Principal,
    *,
    network_id: NetworkId | None = None,
    after: TradeId | None = None,
    limit: int,
) -> list[Trade]:
    """Return the trades that the principal may see: as seller, as buyer, or overseeing the market."""
    on_network = () if network_id is None else (_trades.network_id == network_id,)
    return await TRADES.page(connection, _seen(principal), *on_network, after=after, limit=limit)


def _seen(principal: Principal) -> sa.ColumnElement[bool]:
    return visible_to(principal, _trades.seller_id, _trades.buyer_id, operator=_trades.operator_id)
