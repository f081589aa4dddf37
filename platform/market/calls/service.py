"""The commands on calls and their orders, carried out. `at` is the instant of the command, in UTC."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.rights import holds
from linepack.access import Principal, Scope
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import Period
from linepack.ids import CallId, OrderId, TradeId, new_id
from linepack.problems import NotFound
from market.calls import events, repository
from market.calls.commands import AcceptOrder, CallToBuy, CallToSell, PlaceOrder
from market.calls.model import Call, CallState, Order, OrderState, Side
from market.calls.rules import (
    call_to_buy,
    call_to_sell,
    check_contract_of_order,
    order_on,
    require_acceptable,
    require_open,
)
from market.commands.access import acting_party
from market.commands.idempotency import made_before
from market.errors import NotOpen, OwnOffer
from market.holds.free import Free, free, require_free
from market.holds.service import take
from market.marketplace import Marketplace
from market.offers.model import days_to_come
from market.products.repository import allows_negative_prices
from market.rights_transfer.model import Trade, TradeAgreement
from market.rights_transfer.repository import trades_by_id
from market.rights_transfer.trades import conclude_trade
from market.rights_transfer.transfer import own_contract


async def open_call(
    market: Marketplace, principal: Principal, command: CallToSell | CallToBuy, at: datetime
) -> Call:
    """Open a call for orders.

    Raises Forbidden, NotFound (a network, or a contract that is not the party's), DutiesNotHeld, NotHeld,
    Conflict, or InvalidInput with every fault.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        contract, network_id = None, None
        if isinstance(command, CallToSell):
            contract = await own_contract(uow.connection, principal, party_id, command.contract_id)
            network_id = contract.network_id
        else:
            network_id = command.network_id
        published = await market.published(network_id)
        await uow.lock_network(network_id)
        call_id = CallId(new_id())
        if (earlier := await made_before(uow, party_id, command, call_id)) is not None:
            return await repository.call_for_update(uow.connection, CallId(earlier))
        negative_prices = await allows_negative_prices(
            uow.connection, published.id, published.network.clock.gas_day(at)
        )
        if isinstance(command, CallToBuy):
            call = call_to_buy(
                command, published, party_id, at, call_id=call_id, negative_prices=negative_prices
            )
        elif contract is not None:
            clock = published.network.clock
            call = call_to_sell(
                command, contract, clock, at, call_id=call_id, negative_prices=negative_prices
            )
            await _back(uow, call, contract, at)
        await repository.insert_call(uow.connection, call)
        uow.record(events.CallOpened.of(call))
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
        clock = await market.clock(opened.capacity.network_id)
        await uow.lock_network(opened.capacity.network_id)
        call = await repository.call_for_update(uow.connection, call_id)
        require_open(call, clock, at)
        await repository.close_call(uow.connection, call_id)
        await _end_holds(uow, call)
        closed = replace(call, state=CallState.CLOSED)
        uow.record(events.CallClosed.of(closed))
        return closed


async def place_order(market: Marketplace, principal: Principal, command: PlaceOrder, at: datetime) -> Order:
    """Answer a call.

    On a call to BUY the order holds what it would sell, until it is accepted, lapses, or the call closes.
    Raises Forbidden, NotFound, OwnOffer, NotOpen, DutiesNotHeld, NotHeld, Conflict, or InvalidInput with
    every fault.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        answered = await repository.call_for_update(uow.connection, command.call_id)
        clock = await market.clock(answered.capacity.network_id)
        await uow.lock_network(answered.capacity.network_id)
        order_id = OrderId(new_id())
        if (earlier := await made_before(uow, party_id, command, order_id)) is not None:
            return await repository.order_for_update(uow.connection, OrderId(earlier))
        call = await repository.call_for_update(uow.connection, answered.id)
        if call.initiator_id == party_id:
            raise OwnOffer("call")
        require_open(call, clock, at)
        if at >= call.closes_at:
            raise NotOpen("call", f"orders were taken until {call.closes_at:%Y-%m-%d %H:%M} UTC")
        seller = None
        if command.contract_id is not None:
            seller = await own_contract(uow.connection, principal, party_id, command.contract_id)
        check_contract_of_order(command, call, seller)
        order = order_on(
            command,
            call,
            party_id,
            seller,
            at,
            clock=clock,
            order_id=order_id,
            negative_prices=await allows_negative_prices(
                uow.connection, call.capacity.network_id, clock.gas_day(at)
            ),
        )
        if seller is not None:
            until = order.accept_by
            await take(uow, seller, order.purpose, order.period, order.quantity, until=until, at=at)
        await repository.insert_order(uow.connection, order)
        uow.record(events.OrderPlaced.of(order, initiator_id=call.initiator_id))
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
        clock = await market.clock(opened.capacity.network_id)
        await uow.lock_network(opened.capacity.network_id)
        trade_id = TradeId(new_id())
        if (earlier := await made_before(uow, party_id, command, trade_id)) is not None:
            return (await trades_by_id(uow.connection, principal, [TradeId(earlier)]))[TradeId(earlier)]
        call = await repository.call_for_update(uow.connection, opened.id)
        order = await repository.order_for_update(uow.connection, placed.id)
        accepted = await repository.accepted_orders(uow.connection, call.id)
        require_acceptable(call, order, accepted, clock, at)
        trade = await _accept(uow, call, order, trade_id, at)
        days = days_to_come("call", call.capacity.period, clock, at)
        await _count(uow, call, [*accepted, order], days, at)
        return trade


async def _accept(uow: UnitOfWork, call: Call, order: Order, trade_id: TradeId, at: datetime) -> Trade:
    contract_id = call.contract_id if call.side is Side.SELL else order.contract_id
    buyer_id = order.party_id if call.side is Side.SELL else call.initiator_id
    if contract_id is None or buyer_id is None:
        raise RuntimeError("an order is accepted as its own party sees it")
    parent = await contracts.behind(uow.connection, contract_id)
    bargain = TradeAgreement(
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
    accepted = replace(order, state=OrderState.ACCEPTED)
    uow.record(events.OrderAccepted.of(accepted, initiator_id=call.initiator_id))
    return trade


async def _back(uow: UnitOfWork, call: Call, contract: Contract, at: datetime) -> None:
    """See that a call to sell can be served: a firm one holds what it offers."""
    period = call.capacity.period
    if call.is_firm:
        await take(uow, contract, call.purpose, period, call.quantity, at=at)
    else:
        require_free(await free(uow.connection, contract, period, at=at), call.quantity)


async def _count(uow: UnitOfWork, call: Call, accepted: Sequence[Order], days: Period, at: datetime) -> None:
    """Store what is left of a call on the `days` to come after the orders accepted.

    One of which nothing is left binds nobody.
    """
    left: Free = ((days, call.quantity),)
    if call.contract_id is not None and not call.is_firm:
        contract = await contracts.behind(uow.connection, call.contract_id)
        left = await free(uow.connection, contract, days, at=at)
    counted = call.left_after(accepted, left)
    if counted.remaining == call.remaining:
        return
    await repository.set_remaining(uow.connection, [counted])
    if counted.state is not CallState.OPEN:
        await _end_holds(uow, counted)
        uow.record(events.CallExhausted.of(counted))


async def _end_holds(uow: UnitOfWork, call: Call) -> None:
    """End what is held for a call and for the orders on it that can no longer be accepted."""
    await holds.end(uow, call.purpose)
    if call.side is Side.BUY:
        for order in await repository.open_orders(uow.connection, call.id):
            await holds.end(uow, order.purpose)
