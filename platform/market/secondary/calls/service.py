"""The commands on calls and their orders. `at` is the instant of the command, in UTC.

A call to SELL stands on the initiator's contract; a call to BUY names one route, and every order on it a
contract of the ordering party that gives rights on just that route.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.rights.model import Firmness
from linepack.gasday import GasDay, GasDayClock, Period
from linepack.identity.model import Principal, Scope
from linepack.ids import CallId, ContractId, NetworkId, OrderId, PartyId, TradeId, new_id
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput, NotFound
from linepack.unit_of_work import UnitOfWork
from market.access import acting_party
from market.conclusion import own_contract
from market.errors import NotOnOffer, NotOpen, OwnOffer
from market.faults import QUANTITY_MAX, Faults
from market.marketplace import Marketplace
from market.offered import OfferedCapacity, shares
from market.points import route_on
from market.repetition import Command, made_before, remember_made
from market.secondary.calls import events, repository
from market.secondary.calls.model import Call, CallState, Order, OrderState, Side, accepted_at_most
from market.secondary.trades.model import Bargain, Trade, TradeKind
from market.secondary.trades.repository import trades_by_id
from market.secondary.trades.service import conclude_trade, require_duties


@dataclass(frozen=True, slots=True, kw_only=True)
class CallToSell(Command):
    """Ask who would buy a part of a contract, at `limit_price` or more; orders are taken until `closes_at`."""

    contract_id: ContractId
    kind: TradeKind
    start: GasDay
    end: GasDay
    quantity: int
    limit_price: Decimal
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallToBuy(Command):
    """Ask who would sell capacity on a route, at `limit_price` or less; orders are taken until `closes_at`."""

    network_id: NetworkId
    receipt: str | None
    delivery: str | None
    firmness: Firmness
    kind: TradeKind
    start: GasDay
    end: GasDay
    quantity: int
    limit_price: Decimal
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder(Command):
    """Answer a call; binding until `accept_by`. `contract_id` is what a call to BUY would be served from."""

    call_id: CallId
    start: GasDay
    end: GasDay
    quantity: int
    price_per_unit_day: Decimal
    accept_by: datetime
    contract_id: ContractId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOrder(Command):
    """Pick an order: the trade is concluded at its price."""

    order_id: OrderId


async def open_call(
    market: Marketplace, principal: Principal, command: CallToSell | CallToBuy, at: datetime
) -> Call:
    """Open a call for orders.

    Raises Forbidden, NotFound (a network, or a contract that is not the party's), DutiesNotHeld, Conflict, or
    InvalidInput with every fault.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        if (earlier := await made_before(uow, party_id, command)) is not None:
            return await repository.call_for_update(uow.connection, CallId(earlier))
        if isinstance(command, CallToSell):
            contract = await own_contract(uow.connection, principal, party_id, command.contract_id)
            call = await _call_to_sell(market, contract, command, at)
        else:
            call = await _call_to_buy(market, party_id, command, at)
        await repository.insert_call(uow.connection, call)
        uow.record(events.of_call("call.opened", call))
        await remember_made(uow, party_id, command, call.id)
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
        _require_open(call, at)
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
        if (earlier := await made_before(uow, party_id, command)) is not None:
            return await repository.order_for_update(uow.connection, OrderId(earlier))
        call = await repository.call_for_update(uow.connection, command.call_id)
        if call.initiator_id == party_id:
            raise OwnOffer("call")
        _require_open(call, at)
        if at >= call.closes_at:
            raise NotOpen("call", f"orders were taken until {call.closes_at:%Y-%m-%d %H:%M} UTC")
        seller = await _selling_contract(uow.connection, principal, party_id, call, command)
        period = _checked_order(command, call, seller, at)
        order = _order(command, call, party_id, period, at)
        await repository.insert_order(uow.connection, order)
        uow.record(events.of_order("order.placed", order, call))
        await remember_made(uow, party_id, command, order.id)
        return order


async def accept_order(
    market: Marketplace, principal: Principal, command: AcceptOrder, at: datetime
) -> Trade:
    """Pick an order on the party's call and conclude the trade; the call stays open for what is left of it.

    Raises NotFound for an order on a call that is not the party's, NotOpen, NotOnOffer, NotHeld, DutiesNotHeld,
    NotDivisible, Conflict, Forbidden.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        placed = await repository.order_for_update(uow.connection, command.order_id)
        opened = await repository.call_for_update(uow.connection, placed.call_id)
        if opened.initiator_id != party_id:
            raise NotFound("order", command.order_id, path=("orderId",))
        await uow.lock_network(opened.capacity.network_id)
        if (earlier := await made_before(uow, party_id, command)) is not None:
            return (await trades_by_id(uow.connection, principal, [TradeId(earlier)]))[TradeId(earlier)]
        call = await repository.call_for_update(uow.connection, opened.id)
        order = await repository.order_for_update(uow.connection, placed.id)
        accepted = await repository.accepted_orders(uow.connection, call.id)
        _require_acceptable(call, order, accepted, at)
        trade = await _accept(uow, call, order, party_id, at)
        await remember_made(uow, party_id, command, trade.id)
        return trade


async def _accept(uow: UnitOfWork, call: Call, order: Order, initiator_id: PartyId, at: datetime) -> Trade:
    contract_id = call.contract_id if call.side is Side.SELL else order.contract_id
    if contract_id is None or order.party_id is None:
        raise RuntimeError("an order is accepted as its own party sees it")
    parent = await contracts.behind(uow.connection, contract_id)
    bargain = Bargain(
        kind=call.kind,
        buyer_id=order.party_id if call.side is Side.SELL else initiator_id,
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


async def _call_to_sell(market: Marketplace, contract: Contract, command: CallToSell, at: datetime) -> Call:
    require_duties(contract, command.kind)
    clock = await market.clock(contract.network_id)
    faults = Faults()
    period = faults.period(command.start, command.end, within=contract.period)
    _check_call(faults, command, period, clock, at, quantity_max=contract.quantity)
    faults.raise_all()
    capacity = OfferedCapacity.under(contract, Period(command.start, command.end), clock)
    return _call(
        command,
        capacity,
        contract.currency,
        at,
        side=Side.SELL,
        initiator_id=contract.holder_id,
        contract_id=contract.id,
    )


async def _call_to_buy(market: Marketplace, initiator_id: PartyId, command: CallToBuy, at: datetime) -> Call:
    published = await market.snapshots.published(command.network_id)
    clock = published.network.clock
    faults = Faults()
    route = route_on(faults, published.network, command.receipt, command.delivery)
    period = faults.period(command.start, command.end)
    _check_call(faults, command, period, clock, at, quantity_max=QUANTITY_MAX)
    faults.raise_all()
    capacity = OfferedCapacity(
        network_id=command.network_id,
        operator_id=published.operator_id,
        routes=() if route is None else ((route, Fraction(1)),),
        firmness=command.firmness,
        period=Period(command.start, command.end),
        starts_at=clock.starts_at(command.start),
    )
    return _call(
        command, capacity, published.currency, at, side=Side.BUY, initiator_id=initiator_id, contract_id=None
    )


def _check_call(
    faults: Faults,
    command: CallToSell | CallToBuy,
    period: Period | None,
    clock: GasDayClock,
    at: datetime,
    *,
    quantity_max: int,
) -> None:
    faults.quantity(command.quantity, at_most=quantity_max)
    faults.price(command.limit_price, "limitPrice")
    if period is not None:
        faults.instant(command.closes_at, "closesAt", after=at, until=clock.starts_at(period.start))


def _call(
    command: CallToSell | CallToBuy,
    capacity: OfferedCapacity,
    currency: Currency,
    at: datetime,
    *,
    side: Side,
    initiator_id: PartyId,
    contract_id: ContractId | None,
) -> Call:
    return Call(
        id=CallId(new_id()),
        side=side,
        capacity=capacity,
        kind=command.kind,
        quantity=command.quantity,
        limit_price=command.limit_price,
        currency=currency,
        state=CallState.OPEN,
        opened_at=at,
        closes_at=command.closes_at,
        initiator_id=initiator_id,
        contract_id=contract_id,
    )


async def _selling_contract(
    connection: AsyncConnection, principal: Principal, party_id: PartyId, call: Call, command: PlaceOrder
) -> Contract | None:
    """Return the contract that an order on a call to BUY would be served from; None on a call to SELL."""
    if call.side is Side.SELL:
        if command.contract_id is not None:
            raise InvalidInput([Fault("contractId", "the initiator of this call sells, not you")])
        return None
    if command.contract_id is None:
        raise InvalidInput([Fault("contractId", "say which of your contracts you would sell from")])
    contract = await own_contract(connection, principal, party_id, command.contract_id)
    require_duties(contract, call.kind)
    is_same_network = contract.network_id == call.capacity.network_id
    if not is_same_network or shares(contract) != call.capacity.routes:
        wanted = ", ".join(str(route) for route, _ in call.capacity.routes)
        raise InvalidInput([Fault("contractId", f"this contract does not give rights on {wanted} alone")])
    if contract.firmness is not call.capacity.firmness:
        raise InvalidInput([Fault("contractId", f"this contract is not {call.capacity.firmness}")])
    return contract


def _checked_order(command: PlaceOrder, call: Call, seller: Contract | None, at: datetime) -> Period:
    faults = Faults()
    period = faults.period(command.start, command.end, within=call.capacity.period)
    if seller is not None and period is not None:
        faults.require(seller.period.covers(period), "contractId", f"this contract runs {seller.period} only")
    most = call.quantity if seller is None else min(call.quantity, seller.quantity)
    faults.quantity(command.quantity, at_most=most)
    faults.price(command.price_per_unit_day, "pricePerUnitDay")
    if not call.within_limit(command.price_per_unit_day):
        bound = "at least" if call.side is Side.SELL else "at most"
        faults.add("pricePerUnitDay", f"the initiator's limit is {bound} {call.limit_price}")
    faults.instant(command.accept_by, "acceptBy", after=at, until=call.capacity.starts_at)
    faults.raise_all()
    return Period(command.start, command.end)


def _order(command: PlaceOrder, call: Call, party_id: PartyId, period: Period, at: datetime) -> Order:
    return Order(
        id=OrderId(new_id()),
        call_id=call.id,
        network_id=call.capacity.network_id,
        operator_id=call.capacity.operator_id,
        period=period,
        quantity=command.quantity,
        price_per_unit_day=command.price_per_unit_day,
        accept_by=command.accept_by,
        state=OrderState.OPEN,
        placed_at=at,
        party_id=party_id,
        contract_id=command.contract_id,
    )


def _require_open(call: Call, at: datetime) -> None:
    if call.state is not CallState.OPEN:
        raise NotOpen("call", call.state.lower())
    if at >= call.capacity.starts_at:
        raise NotOpen("call", f"its first gas day, {call.capacity.period.start}, has begun")


def _require_acceptable(call: Call, order: Order, accepted: list[Order], at: datetime) -> None:
    _require_open(call, at)
    if order.state is not OrderState.OPEN:
        raise NotOpen("order", order.state.lower())
    if at >= order.accept_by:
        raise NotOpen("order", f"it lapsed at {order.accept_by:%Y-%m-%d %H:%M} UTC")
    left = call.quantity - accepted_at_most(accepted, order.period)
    if order.quantity > left:
        raise NotOnOffer(order.quantity, remaining=left, reason=f"{left:,} of the call are not yet traded")
