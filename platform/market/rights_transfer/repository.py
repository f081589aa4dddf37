"""The queries of trades, which only their two parties and those who oversee the market see.

Lists are newest first; `after` is the last id seen. Functions that serve commands take the connection of a
unit of work that holds the network's lock.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal, visible_to
from linepack.commands.handling import Context
from linepack.gasday import Period
from linepack.ids import ContractId, ListingId, NetworkId, OrderId, PartyId, TradeId
from linepack.money import Currency
from linepack.problems import NotFound
from market.offers.repository import newest
from market.rights_transfer.model import Trade, TradeKind
from market.rights_transfer.tables import TradeRow

_trades = TradeRow.core()


async def insert_trade(connection: AsyncConnection, trade: Trade) -> None:
    """Add a concluded trade."""
    values = {
        "id": trade.id,
        "network_id": trade.network_id,
        "operator_id": trade.operator_id,
        "kind": trade.kind.value,
        "seller_id": trade.seller_id,
        "buyer_id": trade.buyer_id,
        "parent_contract_id": trade.parent_contract_id,
        "child_contract_id": trade.child_contract_id,
        "start_day": trade.period.start,
        "end_day": trade.period.end,
        "quantity": trade.quantity,
        "price_per_unit_day": trade.price_per_unit_day,
        "currency": trade.currency.value,
        "listing_id": trade.listing_id,
        "order_id": trade.order_id,
        "concluded_at": trade.concluded_at,
    }
    await connection.execute(sa.insert(_trades).values(values))


async def trades_by_id(
    connection: AsyncConnection, principal: Principal, trade_ids: Iterable[TradeId]
) -> dict[TradeId, Trade]:
    """Return the trades with these ids that the principal may see."""
    statement = sa.select(_trades).where(_trades.c.id.in_(list(trade_ids)), _seen(principal))
    found = (_trade(row) for row in await connection.execute(statement))
    return {trade.id: trade for trade in found}


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
    statement = sa.select(_trades).where(_seen(principal))
    if network_id is not None:
        statement = statement.where(_trades.c.network_id == network_id)
    rows = await newest(connection, statement, _trades.c.id, after=after, limit=limit)
    return [_trade(row) for row in rows]


def _seen(principal: Principal) -> sa.ColumnElement[bool]:
    return visible_to(principal, _trades.c.seller_id, _trades.c.buyer_id, operator=_trades.c.operator_id)


def _trade(row: sa.Row[Any]) -> Trade:
    return Trade(
        id=TradeId(row.id),
        network_id=NetworkId(row.network_id),
        operator_id=PartyId(row.operator_id),
        kind=TradeKind(row.kind),
        seller_id=PartyId(row.seller_id),
        buyer_id=PartyId(row.buyer_id),
        parent_contract_id=ContractId(row.parent_contract_id),
        child_contract_id=ContractId(row.child_contract_id),
        period=Period(row.start_day, row.end_day),
        quantity=row.quantity,
        price_per_unit_day=row.price_per_unit_day,
        currency=Currency(row.currency),
        listing_id=None if row.listing_id is None else ListingId(row.listing_id),
        order_id=None if row.order_id is None else OrderId(row.order_id),
        concluded_at=row.concluded_at,
    )
