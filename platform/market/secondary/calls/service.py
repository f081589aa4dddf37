"""The commands on calls and their orders, carried out. `at` is the instant of the command, in UTC."""

from dataclasses import replace
from datetime import datetime

from capacity.contracts import repository as contracts
from linepack.identity.model import Principal, Scope
from linepack.ids import CallId, OrderId, TradeId, new_id
from linepack.problems import NotFound
from linepack.unit_of_work import UnitOfWork
from market.access import acting_party
from market.conclusion import own_contract
from market.errors import NotOpen, OwnOffer
from market.marketplace import Marketplace
from market.repetition import made_before
from market.secondary.calls import events, repository
from market.secondary.calls.commands import AcceptOrder, CallToBuy, CallToSell, PlaceOrder
from market.secondary.calls.model import Call, CallState, Order, OrderState, Side
from market.secondary.calls.rules import (
    call_to_buy,
    call_to_sell,
    check_contract_of_order,
    order_on,
    require_acceptable,
    require_open,
)
from market.secondary.trades.model import Bargain, Trade
from market.secondary.trades.repository import trades_by_id
from market.secondary.trades.service import conclude_trade


async def open_call(
    market: Marketplace, principal: Principal, command: CallToSell | CallToBuy, at: datetime
) -> Call:
    """Open a call for orders.

    Raises Forbidden, NotFound (a network, or a contract that is not the party's), DutiesNotHeld, Conflict, or
    InvalidInput with every fault.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        call_id = CallId(new_id())
        if (earlier := await made_before(uow, party_id, command, call_id)) is not None:
            return await repository.call_for_update(uow.connection, CallId(earlier))
        if isinstance(command, CallToSell):
            contract = await own_contract(uow.connection, principal, party_id, command.contract_id)
            clock = await market.clock(contract.network_id)
            call = call_to_sell(command, contract, clock, at, call_id=call_id)
        else:
            published = await market.published(command.network_id)
            call = call_to_buy(command, published, party_id, at, call_id=call_id)
        await repository.insert_call(uow.connection, call)
        uow.record(events.of_call("call.opened", call))
        return call


async def close_call(market: Marketplace, principal: Principal, call_id: CallId, at: datetime) -> Call:
    """Close the party's call; its orders cannot be accepted any more.

    Raises NotFound for a call that is not the party's, NotOpen, Forbidden.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        opened = await repository.call_for_update(uow.connection, call_id)
        if opened.initiator_id != party_id:
            raise NotFound("call", call_id, path=("callId",))
        await uow.lock_network(opened.capacity.network_id)
        call = await repository.call_for_update(uow.connection, call_id)
        require_open(call, at)
        await repository.close_call(uow.connection, call_id)
        closed = replace(call, state=CallState.CLOSED)
        uow.record(events.of_call("call.closed", closed))
        return closed


async def place_order(market: Marketplace, principal: Principal, command: PlaceOrder, at: datetime) -> Order:
    """Answer a call.

    Raises Forbidden, NotFound, OwnOffer, NotOpen, DutiesNotHeld, Conflict, or InvalidInput with every fault.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        order_id = OrderId(new_id())
        if (earlier := await made_before(uow, party_id, command, order_id)) is not None:
            return await repository.order_for_update(uow.connection, OrderId(earlier))
        call = await repository.call_for_update(uow.connection, command.call_id)
        if call.initiator_id == party_id:
            raise OwnOffer("call")
        require_open(call, at)
        if at >= call.closes_at:
            raise NotOpen("call", f"orders were taken until {call.closes_at:%Y-%m-%d %H:%M} UTC")
        seller = None
        if command.contract_id is not None:
            seller = await own_contract(uow.connection, principal, party_id, command.contract_id)
        check_contract_of_order(command, call, seller)
        order = order_on(command, call, party_id, seller, at, order_id=order_id)
        await repository.insert_order(uow.connection, order)
        uow.record(events.of_order("order.placed", order, call))
        return order


async def accept_order(
    market: Marketplace, principal: Principal, command: AcceptOrder, at: datetime
) -> Trade:
    """Pick an order on the party's call and conclude the trade; the call stays open for what is left of it.

    Raises NotFound for an order on a call that is not the party's, NotOpen, NotOnOffer, NotHeld,
    DutiesNotHeld, NotDivisible, Conflict, Forbidden.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        placed = await repository.order_for_update(uow.connection, command.order_id)
        opened = await repository.call_for_update(uow.connection, placed.call_id)
        if opened.initiator_id != party_id:
            raise NotFound("order", command.order_id, path=("orderId",))
        await uow.lock_network(opened.capacity.network_id)
        trade_id = TradeId(new_id())
        if (earlier := await made_before(uow, party_id, command, trade_id)) is not None:
            return (await trades_by_id(uow.connection, principal, [TradeId(earlier)]))[TradeId(earlier)]
        call = await repository.call_for_update(uow.connection, opened.id)
        order = await repository.order_for_update(uow.connection, placed.id)
        accepted = await repository.accepted_orders(uow.connection, call.id)
        require_acceptable(call, order, accepted, at)
        return await _accept(uow, call, order, trade_id, at)


async def _accept(uow: UnitOfWork, call: Call, order: Order, trade_id: TradeId, at: datetime) -> Trade:
    contract_id = call.contract_id if call.side is Side.SELL else order.contract_id
    buyer_id = order.party_id if call.side is Side.SELL else call.initiator_id
    if contract_id is None or buyer_id is None:
        raise RuntimeError("an order is accepted as its own party sees it")
    parent = await contracts.behind(uow.connection, contract_id)
    bargain = Bargain(
        trade_id=trade_id,
        purpose=call.purpose if call.side is Side.SELL else order.purpose,
        kind=call.kind,
        buyer_id=buyer_id,
        quantity=order.quantity,
        period=order.period,
        price_per_unit_day=order.price_per_unit_day,
        order_id=order.id,
    )
    trade = await conclude_trade(uow, parent, bargain, at=at)
    if not await repository.accept_order(uow.connection, order.id):
        raise RuntimeError(f"order {order.id} changed although the network's lock is held")
    uow.record(events.of_order("order.accepted", replace(order, state=OrderState.ACCEPTED), call))
    return trade
