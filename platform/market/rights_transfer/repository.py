"""The queries of trades, which only their two parties and those who oversee the market see."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights import ledger
from capacity.rights.model import Route
from linepack.access import Principal, visible_to
from linepack.commands.handling import Context
from linepack.database.paging import Listed
from linepack.database.together import Reader
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId, TradeId
from linepack.problems import NotFound
from market.offers.repository import DAYS, MarketTable
from market.rights_transfer.model import Trade, TradeKind
from market.rights_transfer.tables import TradeRow

TRADES = MarketTable[TradeId, Trade](TradeRow, Trade, "trade", period=DAYS)

_trades = TRADES.core.c


class TradeSort(StrEnum):
    """The columns that trades may be ordered by."""

    CONCLUDED_AT = "id"
    START = "start_day"
    END = "end_day"
    QUANTITY = "quantity"
    PRICE = "price_per_unit_day"


async def trades_by_id(
    connection: Reader, principal: Principal, trade_ids: Iterable[TradeId]
) -> dict[TradeId, Trade]:
    """Return the trades with these ids that the principal may see."""
    return await TRADES.by_ids(connection, trade_ids, _seen(principal))


async def own_trade(context: Context, trade_id: UUID) -> Trade:
    """Return a trade that the principal's party has concluded; raises NotFound."""
    found = await trades_by_id(context.connection, context.principal, [TradeId(trade_id)])
    if trade_id not in found:
        raise NotFound("trade", trade_id)
    return found[TradeId(trade_id)]


def trades(
    principal: Principal,
    *,
    network_id: NetworkId | None = None,
    route: Route | None = None,
    period: Period | None = None,
    kind: TradeKind | None = None,
    with_party: PartyId | None = None,
) -> Listed[Trade]:
    """Return the list of the trades that the principal may see: as seller, buyer, or overseeing the market.

    The others narrow it down: `route` to what passed on it, `with_party` to those that it is a side of.
    """
    conditions = [_seen(principal)]
    if network_id is not None:
        conditions.append(_trades.network_id == network_id)
    if route is not None:
        conditions.append(ledger.gives_rights(_trades.child_contract_id, route))
    if period is not None:
        conditions += [_trades.start_day < period.end, _trades.end_day > period.start]
    if kind is not None:
        conditions.append(_trades.kind == kind.value)
    if with_party is not None:
        conditions.append(sa.or_(_trades.seller_id == with_party, _trades.buyer_id == with_party))
    return TRADES.listed(*conditions)


async def prices_of_assignments(
    connection: AsyncConnection, child_ids: Iterable[ContractId]
) -> dict[ContractId, Decimal]:
    """Return what a unit and gas day costs by the trade that each of the contracts was assigned by."""
    query = sa.select(_trades.child_contract_id, _trades.price_per_unit_day).where(
        _trades.child_contract_id.in_(list(child_ids)), _trades.kind == TradeKind.ASSIGNMENT.value
    )
    return {ContractId(row[0]): row[1] for row in await connection.execute(query)}


def _seen(principal: Principal) -> sa.ColumnElement[bool]:
    return visible_to(principal, _trades.seller_id, _trades.buyer_id, operator=_trades.operator_id)
