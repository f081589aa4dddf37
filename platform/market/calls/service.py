"""The commands on calls and their orders, carried out; and what other procedures need of calls."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.networks.repository import PublishedNetwork
from capacity.rights import holds
from capacity.rights.model import Purpose
from linepack.access import Scope
from linepack.commands.handling import handles, handles_once
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import Period
from linepack.ids import CallId, OrderId, TradeId
from linepack.problems import NotFound
from market.calls import repository
from market.calls.commands import AcceptOrder, CallToBuy, CallToSell, CloseCall, PlaceOrder
from market.calls.events import (
    CallClosed,
    CallExhausted,
    CallOpened,
    CallShrunk,
    OrderAccepted,
    OrderLapsed,
    OrderPlaced,
)
from market.calls.model import Call, CallState, Order, OrderState, Side
from market.calls.repository import CALLS, ORDERS
from market.calls.rules import (
    call_to_buy,
    call_to_sell,
    check_contract_of_order,
    order_on,
    require_acceptable,
    require_open,
    require_takes_orders,
)
from market.commands.access import own_contract
from market.context import MarketContext
from market.credit.check import require_credit_for
from market.credit.duties import Agreed
from market.credit.rules import ToBeHad, any_quantity
from market.errors import NotOpen
from market.holds.free import Free, FreeOfContract, free, require_free
from market.holds.service import take
from market.offers.model import days_to_come
from market.products.repository import allows_negative_prices
from market.rights_transfer.model import Trade, TradeAgreement, TradeKind
from market.rights_transfer.repository import own_trade
from market.rights_transfer.trades import conclude_trade


async def _contract_locked(command: CallToSell, context: MarketContext) -> Contract:
    contract = await own_contract(context, command.contract_id)
    await context.lock_network(contract.network_id)
    return contract


async def _network_locked(command: CallToBuy, context: MarketContext) -> PublishedNetwork:
    published = await context.market.published(command.network_id)
    await context.lock_network(published.id)
    return published


async def _locked(context: MarketContext, call: Call) -> Call:
    """Return a call as it is once the network's lock is held."""
    await context.lock_network(call.capacity.network_id)
    return await CALLS.get(context.connection, call.id)


async def _call_locked(command: PlaceOrder, context: MarketContext) -> Call:
    return await _locked(context, await CALLS.get(context.connection, command.call_id))


async def _order_locked(command: AcceptOrder, context: MarketContext) -> tuple[Call, Order]:
    order = await ORDERS.get(context.connection, command.order_id)
    call = await CALLS.get(context.connection, order.call_id)
    if call.initiator_id != context.party_id:
        raise NotFound("order", command.order_id, path=("orderId",))
    await context.lock_network(order.network_id)
    return (
        await CALLS.get(context.connection, order.call_id),
        await ORDERS.get(context.connection, order.id),
    )


async def _opened_before(context: MarketContext, call_id: UUID) -> Call:
    return await CALLS.get(context.connection, CallId(call_id))


async def _placed_before(context: MarketContext, order_id: UUID) -> Order:
    return await ORDERS.get(context.connection, OrderId(order_id))


@handles_once(Scope.TRADE, subject=_contract_locked, existing=_opened_before)
async def open_call_to_sell(
    command: CallToSell, context: MarketContext, contract: Contract, call_id: UUID
) -> Call:
    """Open a call for orders to buy a part of a contract.

    Raises Forbidden, NotFound (a contract that is not the party's), DutiesNotHeld, NotHeld, Conflict, or
    InvalidInput with every fault.
    """
    call = call_to_sell(
        command,
        contract,
        await context.market.clock(contract.network_id),
        context.at,
        call_id=CallId(call_id),
        negative_prices=await allows_negative_prices(context, contract.network_id),
    )
    period = call.capacity.period
    if call.is_firm:
        await take(context, contract, call.purpose, period, call.quantity)
    else:
        require_free(await free(context.connection, contract, period, at=context.at), call.quantity)
    return await _open(context, call)


@handles_once(Scope.TRADE, subject=_network_locked, existing=_opened_before)
async def open_call_to_buy(
    command: CallToBuy, context: MarketContext, published: PublishedNetwork, call_id: UUID
) -> Call:
    """Open a call for orders to sell capacity on a route.

    Raises Forbidden, NotFound (a network), Conflict, or InvalidInput with every fault.
    """
    call = call_to_buy(
        command,
        published,
        context.party_id,
        context.at,
        call_id=CallId(call_id),
        negative_prices=await allows_negative_prices(context, published.id),
    )
    return await _open(context, call)


@handles(Scope.TRADE)
async def close_call(command: CloseCall, context: MarketContext) -> Call:
    """Close the party's call; its orders cannot be accepted any more.

    Raises NotFound for a call that is not the party's, NotOpen, Forbidden.
    """
    opened = await CALLS.get(context.connection, command.call_id)
    if opened.initiator_id != context.party_id:
        raise NotFound("call", command.call_id, path=("callId",))
    call = await _locked(context, opened)
    require_open(call, await context.market.clock(call.capacity.network_id), context.at)
    await CALLS.change_open(context.connection, call.id, state=CallState.CLOSED.value)
    await _end_holds(context, call)
    closed = replace(call, state=CallState.CLOSED)
    context.uow.record(CallClosed.of(closed))
    return closed


@handles_once(Scope.TRADE, subject=_call_locked, existing=_placed_before)
async def place_order(command: PlaceOrder, context: MarketContext, call: Call, order_id: UUID) -> Order:
    """Answer a call.

    On a call to BUY the order holds what it would sell, until it is accepted, lapses, or the call closes. On
    a call to SELL it counts against the credit of its party as long. Raises Forbidden, NotFound, OwnOffer,
    NotOpen, CreditExceeded, CreditSuspended, DutiesNotHeld, NotHeld, Conflict, or InvalidInput with every
    fault.
    """
    clock = await context.market.clock(call.capacity.network_id)
    require_takes_orders(call, context.party_id, clock, context.at)
    seller = None
    if command.contract_id is not None:
        seller = await own_contract(context, command.contract_id)
    check_contract_of_order(command, call, seller)
    order = order_on(
        command,
        call,
        context.party_id,
        seller,
        context.at,
        clock=clock,
        order_id=OrderId(order_id),
        negative_prices=await allows_negative_prices(context, call.capacity.network_id),
    )
    if seller is None:
        await _require_credit(context, call, order, to_be_had=any_quantity)
    else:
        await take(context, seller, order.purpose, order.period, order.quantity, until=order.accept_by)
    await ORDERS.insert(context.connection, order)
    context.uow.record(OrderPlaced.of(order, initiator_id=call.initiator_id))
    return order


@handles_once(Scope.TRADE, subject=_order_locked, existing=own_trade)
async def accept_order(
    command: AcceptOrder, context: MarketContext, subject: tuple[Call, Order], trade_id: UUID
) -> Trade:
    """Pick an order on the party's call and conclude the trade; the call stays open for what is left of it.

    On a call to BUY the party takes on a duty, and its credit is checked. Raises NotFound for an order on a
    call that is not the party's, NotOpen, NotOnOffer, CreditExceeded, CreditSuspended, NotHeld,
    DutiesNotHeld, NotDivisible, Conflict, Forbidden.
    """
    call, order = subject
    clock = await context.market.clock(call.capacity.network_id)
    accepted = (await repository.accepted_orders(context.connection, [call.id]))[call.id]
    require_acceptable(call, order, accepted, clock, context.at)
    if call.side is Side.BUY:
        await _require_credit(context, call, order, to_be_had=lambda _: 0)
    trade = await _conclude(context, call, order, TradeId(trade_id))
    days = days_to_come("call", call.capacity.period, clock, context.at)
    await _store_remaining(context, call, [*accepted, order], days)
    return trade


async def _require_credit(context: MarketContext, call: Call, order: Order, *, to_be_had: ToBeHad) -> None:
    """Raise CreditSuspended or CreditExceeded where the party that buys by an order may not owe that much."""
    contract_id = call.contract_id if call.side is Side.SELL else order.contract_id
    parent = None
    if call.kind is TradeKind.ASSIGNMENT and contract_id is not None:
        parent = await contracts.behind(context.connection, contract_id)
    await require_credit_for(
        Agreed.on(call.capacity, order.period, order.price_per_unit_day, assigned_from=parent),
        order.quantity,
        context,
        context.connection,
        network_id=call.capacity.network_id,
        currency=call.currency,
        to_be_had=to_be_had,
    )


async def record_lapse(uow: UnitOfWork, order_id: OrderId) -> None:
    """Record that an order holds nothing any more because it was not accepted in time."""
    order = await ORDERS.get(uow.connection, order_id)
    if order.state is OrderState.OPEN:
        call = await CALLS.get(uow.connection, order.call_id)
        uow.record(OrderLapsed.of(order, initiator_id=call.initiator_id))


async def shrink_calls(context: MarketContext, free: FreeOfContract, *, excluding: Purpose | None) -> None:
    """Shrink the calls to sell a contract that hold nothing to what is free of it, all but one.

    What is free on gas days that have begun does not count; a call of no other days stays as it is.
    """
    found = await CALLS.open_indicative(context.connection, free.contract.id)
    calls = [call for call in found if call.purpose != excluding]
    if not calls:
        return
    accepted = await repository.accepted_orders(context.connection, [call.id for call in calls])
    clock = await context.market.clock(free.contract.network_id)
    lefts = []
    for call in calls:
        with suppress(NotOpen):
            days = days_to_come("call", call.capacity.period, clock, context.at)
            lefts.append((call, call.left_after(accepted[call.id], await free.during(days))))
    shrunk = [left for call, left in lefts if left.remaining < call.remaining]
    if shrunk:
        await CALLS.set_remaining(context.connection, shrunk)
    for call in shrunk:
        context.uow.record(CallShrunk.of(call))


async def _open(context: MarketContext, call: Call) -> Call:
    await CALLS.insert(context.connection, call)
    context.uow.record(CallOpened.of(call))
    return call


async def _conclude(context: MarketContext, call: Call, order: Order, trade_id: TradeId) -> Trade:
    contract_id = call.contract_id if call.side is Side.SELL else order.contract_id
    buyer_id = order.party_id if call.side is Side.SELL else call.initiator_id
    if contract_id is None or buyer_id is None:
        raise RuntimeError("an order is accepted as its own party sees it")
    parent = await contracts.behind(context.connection, contract_id)
    agreed = TradeAgreement(
        trade_id=trade_id,
        purpose=call.purpose if call.side is Side.SELL else order.purpose,
        kind=call.kind,
        buyer_id=buyer_id,
        quantity=order.quantity,
        period=order.period,
        price_per_unit_day=order.price_per_unit_day,
        order_id=order.id,
    )
    trade = await conclude_trade(context, parent, agreed)
    accepted = replace(order, state=OrderState.ACCEPTED)
    if not await ORDERS.change_open(context.connection, order.id, state=accepted.state.value):
        raise RuntimeError(f"order {order.id} changed although the network's lock is held")
    context.uow.record(OrderAccepted.of(accepted, initiator_id=call.initiator_id))
    return trade


async def _store_remaining(
    context: MarketContext, call: Call, accepted: Sequence[Order], days: Period
) -> None:
    """Store what is left of a call on the `days` to come after the orders accepted.

    When nothing is left, what is still held for it is free again.
    """
    left: Free = ((days, call.quantity),)
    if call.contract_id is not None and not call.is_firm:
        contract = await contracts.behind(context.connection, call.contract_id)
        left = await free(context.connection, contract, days, at=context.at)
    counted = call.left_after(accepted, left)
    if counted.remaining == call.remaining:
        return
    await CALLS.set_remaining(context.connection, [counted])
    if counted.state is not CallState.OPEN:
        await _end_holds(context, counted)
        context.uow.record(CallExhausted.of(counted))


async def _end_holds(context: MarketContext, call: Call) -> None:
    """End what is held for a call and for the orders on it that can no longer be accepted."""
    await holds.end(context.uow, call.purpose)
    if call.side is Side.BUY:
        for order in await repository.open_orders(context.connection, call.id):
            await holds.end(context.uow, order.purpose)
