"""The queries of calls and orders. Whatever a principal reads passes `seen_by`.

Lists are newest first; `after` is the last id seen. Functions that serve commands take the connection of a
unit of work that holds the network's lock.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights.model import Route
from linepack.access import Principal, visible_to
from linepack.gasday import Period
from linepack.ids import CallId, ContractId, NetworkId, OrderId, PartyId
from linepack.money import Currency
from linepack.problems import NotFound
from market.calls.model import Call, CallState, Order, OrderState, Side
from market.calls.tables import CallRow, OrderRow
from market.offers.repository import capacity_columns, capacity_of, newest, on_route, sharing_days
from market.rights_transfer.model import TradeKind

_calls = CallRow.core()
_orders = OrderRow.core()


async def get_call(connection: AsyncConnection, call_id: CallId) -> Call:
    """Return a call with its initiator; raises NotFound. Stable while the network's lock is held."""
    row = (await connection.execute(sa.select(_calls).where(_calls.c.id == call_id))).first()
    if row is None:
        raise NotFound("call", call_id, path=("callId",))
    return call_of(row)


async def calls_by_id(
    connection: AsyncConnection, principal: Principal, call_ids: Iterable[CallId]
) -> dict[CallId, Call]:
    """Return the calls with these ids, as the principal may see them."""
    statement = sa.select(_calls).where(_calls.c.id.in_(list(call_ids)))
    found = (call_of(row).seen_by(principal) for row in await connection.execute(statement))
    return {call.id: call for call in found}


async def open_calls(
    connection: AsyncConnection,
    principal: Principal,
    network_id: NetworkId,
    *,
    route: Route | None = None,
    period: Period | None = None,
    after: CallId | None = None,
    limit: int,
) -> list[Call]:
    """Return open calls of a network, those on `route` and sharing gas days with `period` if given."""
    statement = sa.select(_calls).where(
        _calls.c.network_id == network_id,
        _calls.c.state == CallState.OPEN.value,
        *on_route(_calls, route),
        *sharing_days(_calls, period),
    )
    rows = await newest(connection, statement, _calls.c.id, after=after, limit=limit)
    return [call_of(row).seen_by(principal) for row in rows]


async def own_calls(
    connection: AsyncConnection, principal: Principal, *, after: CallId | None = None, limit: int
) -> list[Call]:
    """Return the calls of the principal's party, whatever became of them."""
    statement = sa.select(_calls).where(_calls.c.initiator_id == principal.party_id)
    rows = await newest(connection, statement, _calls.c.id, after=after, limit=limit)
    return [call_of(row).seen_by(principal) for row in rows]


async def insert_call(connection: AsyncConnection, call: Call) -> None:
    """Add a call."""
    values = capacity_columns(call.capacity) | {
        "id": call.id,
        "initiator_id": call.initiator_id,
        "side": call.side.value,
        "contract_id": call.contract_id,
        "kind": call.kind.value,
        "quantity": call.quantity,
        "remaining": call.remaining,
        "limit_price": call.limit_price,
        "currency": call.currency.value,
        "state": call.state.value,
        "is_firm": call.is_firm,
        "opened_at": call.opened_at,
        "closes_at": call.closes_at,
    }
    await connection.execute(sa.insert(_calls).values(values))


async def close_call(connection: AsyncConnection, call_id: CallId) -> bool:
    """Close an open call; return whether it was open."""
    statement = (
        sa.update(_calls)
        .where(_calls.c.id == call_id, _calls.c.state == CallState.OPEN.value)
        .values(state=CallState.CLOSED.value)
    )
    return (await connection.execute(statement)).rowcount == 1


async def open_indicative(connection: AsyncConnection, contract_id: ContractId) -> list[Call]:
    """Return the open calls to sell a contract that hold nothing, oldest first."""
    statement = (
        sa.select(_calls)
        .where(
            _calls.c.contract_id == contract_id,
            _calls.c.state == CallState.OPEN.value,
            sa.not_(_calls.c.is_firm),
        )
        .order_by(_calls.c.id)
    )
    return [call_of(row) for row in await connection.execute(statement)]


async def set_remaining(connection: AsyncConnection, calls: Sequence[Call]) -> None:
    """Store what remains of calls, at least one, and their states."""
    statement = sa.update(_calls).where(_calls.c.id == sa.bindparam("call_id"))
    rows = [{"call_id": one.id, "remaining": one.remaining, "state": one.state.value} for one in calls]
    await connection.execute(statement, rows)


async def open_orders(connection: AsyncConnection, call_id: CallId) -> list[Order]:
    """Return the orders of a call that were not accepted, lapsed ones too."""
    statement = sa.select(_orders).where(
        _orders.c.call_id == call_id, _orders.c.state == OrderState.OPEN.value
    )
    return [order_of(row) for row in await connection.execute(statement)]


async def get_order(connection: AsyncConnection, order_id: OrderId) -> Order:
    """Return an order with its party; raises NotFound. Stable while the network's lock is held."""
    row = (await connection.execute(sa.select(_orders).where(_orders.c.id == order_id))).first()
    if row is None:
        raise NotFound("order", order_id, path=("orderId",))
    return order_of(row)


async def accepted_orders(connection: AsyncConnection, call_id: CallId) -> list[Order]:
    """Return the orders of a call that were accepted."""
    return (await accepted_orders_on(connection, [call_id]))[call_id]


async def accepted_orders_on(
    connection: AsyncConnection, call_ids: Iterable[CallId]
) -> dict[CallId, list[Order]]:
    """Return the orders of each call that were accepted."""
    found: dict[CallId, list[Order]] = {call_id: [] for call_id in call_ids}
    statement = sa.select(_orders).where(
        _orders.c.call_id.in_(list(found)), _orders.c.state == OrderState.ACCEPTED.value
    )
    for row in await connection.execute(statement):
        found[CallId(row.call_id)].append(order_of(row))
    return found


async def orders_by_id(
    connection: AsyncConnection, principal: Principal, order_ids: Iterable[OrderId]
) -> dict[OrderId, Order]:
    """Return those of the orders that the principal may see."""
    statement = _orders_seen(principal).where(_orders.c.id.in_(list(order_ids)))
    found = (order_of(row).seen_by(principal) for row in await connection.execute(statement))
    return {order.id: order for order in found}


async def orders_of_call(
    connection: AsyncConnection,
    principal: Principal,
    call_id: CallId,
    *,
    after: OrderId | None = None,
    limit: int,
) -> list[Order]:
    """Return the orders on a call: all to its initiator, else only those of the principal's party."""
    statement = _orders_seen(principal).where(_orders.c.call_id == call_id)
    rows = await newest(connection, statement, _orders.c.id, after=after, limit=limit)
    return [order_of(row).seen_by(principal) for row in rows]


async def own_orders(
    connection: AsyncConnection, principal: Principal, *, after: OrderId | None = None, limit: int
) -> list[Order]:
    """Return the orders of the principal's party."""
    statement = sa.select(_orders).where(_orders.c.party_id == principal.party_id)
    rows = await newest(connection, statement, _orders.c.id, after=after, limit=limit)
    return [order_of(row).seen_by(principal) for row in rows]


async def insert_order(connection: AsyncConnection, order: Order) -> None:
    """Add an order."""
    values = {
        "id": order.id,
        "call_id": order.call_id,
        "network_id": order.network_id,
        "operator_id": order.operator_id,
        "party_id": order.party_id,
        "contract_id": order.contract_id,
        "start_day": order.period.start,
        "end_day": order.period.end,
        "quantity": order.quantity,
        "price_per_unit_day": order.price_per_unit_day,
        "accept_by": order.accept_by,
        "state": order.state.value,
        "placed_at": order.placed_at,
    }
    await connection.execute(sa.insert(_orders).values(values))


async def accept_order(connection: AsyncConnection, order_id: OrderId) -> bool:
    """Mark an open order as accepted; return whether it was open."""
    statement = (
        sa.update(_orders)
        .where(_orders.c.id == order_id, _orders.c.state == OrderState.OPEN.value)
        .values(state=OrderState.ACCEPTED.value)
    )
    return (await connection.execute(statement)).rowcount == 1


def _orders_seen(principal: Principal) -> sa.Select[Any]:
    seen = visible_to(principal, _orders.c.party_id, _calls.c.initiator_id, operator=_calls.c.operator_id)
    return sa.select(_orders).join(_calls, _calls.c.id == _orders.c.call_id).where(seen)


def call_of(row: sa.Row[Any]) -> Call:
    """Return the call that a row holds."""
    return Call(
        id=CallId(row.id),
        side=Side(row.side),
        capacity=capacity_of(row),
        kind=TradeKind(row.kind),
        quantity=row.quantity,
        remaining=row.remaining,
        limit_price=row.limit_price,
        currency=Currency(row.currency),
        state=CallState(row.state),
        is_firm=row.is_firm,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        initiator_id=PartyId(row.initiator_id),
        contract_id=None if row.contract_id is None else ContractId(row.contract_id),
    )


def order_of(row: sa.Row[Any]) -> Order:
    """Return the order that a row holds."""
    return Order(
        id=OrderId(row.id),
        call_id=CallId(row.call_id),
        network_id=NetworkId(row.network_id),
        operator_id=PartyId(row.operator_id),
        period=Period(row.start_day, row.end_day),
        quantity=row.quantity,
        price_per_unit_day=row.price_per_unit_day,
        accept_by=row.accept_by,
        state=OrderState(row.state),
        placed_at=row.placed_at,
        party_id=PartyId(row.party_id),
        contract_id=None if row.contract_id is None else ContractId(row.contract_id),
    )
