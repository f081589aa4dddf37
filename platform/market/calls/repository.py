"""The queries of calls and orders. Whatever a principal reads passes `seen_by`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal, visible_to
from linepack.database.paging import Listed
from linepack.database.together import Reader
from linepack.ids import CallId, NetworkId, OrderId, PartyId
from market.calls.model import Call, CallState, Order, OrderState, Side
from market.calls.tables import CallRow, OrderRow
from market.offers.binding import BindingOffer
from market.offers.repository import CAPACITY, DAYS, MarketTable, OfferTable

CALLS = OfferTable[CallId, Call](CallRow, Call, "call", "initiator_id", capacity=CAPACITY)
ORDERS = MarketTable[OrderId, Order](OrderRow, Order, "order", period=DAYS)

_calls, _orders = CALLS.core.c, ORDERS.core.c


class CallSort(StrEnum):
    """The columns that calls may be ordered by."""

    OPENED_AT = "id"
    CLOSES_AT = "closes_at"
    START = "start_day"
    END = "end_day"
    QUANTITY = "quantity"
    REMAINING = "remaining"
    LIMIT_PRICE = "limit_price"


class OrderSort(StrEnum):
    """The columns that orders may be ordered by."""

    PLACED_AT = "id"
    ACCEPT_BY = "accept_by"
    START = "start_day"
    END = "end_day"
    QUANTITY = "quantity"
    PRICE = "price_per_unit_day"


async def open_orders(connection: AsyncConnection, call_id: CallId) -> list[Order]:
    """Return the orders of a call that were not accepted, lapsed ones too."""
    return await ORDERS.find(connection, _orders.call_id == call_id, _orders.state == OrderState.OPEN.value)


async def accepted_orders(
    connection: AsyncConnection, call_ids: Iterable[CallId]
) -> dict[CallId, list[Order]]:
    """Return the orders of each call that were accepted."""
    found: dict[CallId, list[Order]] = {call_id: [] for call_id in call_ids}
    are_accepted = (_orders.call_id.in_(list(found)), _orders.state == OrderState.ACCEPTED.value)
    for order in await ORDERS.find(connection, *are_accepted):
        found[order.call_id].append(order)
    return found


async def binding_orders(
    connection: AsyncConnection, network_id: NetworkId, party_ids: Sequence[PartyId], *, at: datetime
) -> list[BindingOffer]:
    """Return the orders of parties on open calls to sell that can still be accepted at an instant."""
    binds = (
        _orders.network_id == network_id,
        _orders.party_id.in_(party_ids),
        _orders.state == OrderState.OPEN.value,
        _orders.accept_by > at,
    )
    orders = await ORDERS.find(connection, *binds, order_by=[_orders.id])
    if not orders:
        return []
    calls = await CALLS.by_ids(
        connection,
        {order.call_id for order in orders},
        _calls.side == Side.SELL.value,
        _calls.state == CallState.OPEN.value,
    )
    return [order.binding(calls[order.call_id]) for order in orders if order.call_id in calls]


async def orders_by_id(
    connection: Reader, principal: Principal, order_ids: Iterable[OrderId]
) -> dict[OrderId, Order]:
    """Return those of the orders that the principal may see."""
    found = await ORDERS.by_ids(connection, order_ids, *_seen(principal))
    return {order_id: order.seen_by(principal) for order_id, order in found.items()}


def orders(
    principal: Principal, *, call_id: CallId | None = None, state: OrderState | None = None
) -> Listed[Order]:
    """Return the list of orders on a call: all for its initiator, else those of the principal's party.

    Without a call, those of the principal's party.
    """
    conditions = [] if state is None else [_orders.state == state.value]
    if call_id is None:
        conditions.append(_orders.party_id == principal.party_id)
    else:
        conditions += [*_seen(principal), _orders.call_id == call_id]
    return ORDERS.listed(*conditions, shown=lambda order: order.seen_by(principal))


def _seen(principal: Principal) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for orders that the principal may see, each with the call that it answers."""
    seen = visible_to(principal, _orders.party_id, _calls.initiator_id, operator=_calls.operator_id)
    return _calls.id == _orders.call_id, seen
