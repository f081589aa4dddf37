"""The rules of calls and orders: from a command to the call or order it makes, or to all of its faults."""

from datetime import datetime, timedelta
from fractions import Fraction

from capacity.contracts.contract import Contract
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Route
from linepack.gasday import GasDayClock, Period
from linepack.ids import CallId, ContractId, OrderId, PartyId
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput
from market.calls.commands import CallToBuy, CallToSell, PlaceOrder
from market.calls.model import Call, CallState, Order, OrderState, Side, accepted_at_most
from market.commands.routes import route_on
from market.commands.validation import QUANTITY_MAX, Faults
from market.errors import NotOnOffer, NotOpen, OwnOffer
from market.offers.model import OfferedCapacity, days_to_come, shares
from market.rights_transfer.trades import require_duties


def call_to_sell(
    command: CallToSell,
    contract: Contract,
    clock: GasDayClock,
    at: datetime,
    *,
    call_id: CallId,
    negative_prices: bool,
) -> Call:
    """Return the call that stands on `contract`; raises DutiesNotHeld, or InvalidInput with every fault."""
    require_duties(contract, command.kind)
    faults = Faults()
    period = faults.period(command.start, command.end, within=contract.period)
    _check_call(
        faults,
        command,
        period,
        clock,
        at,
        quantity_max=contract.quantity,
        negative_prices=negative_prices,
    )
    faults.raise_all()
    capacity = OfferedCapacity.under(contract, Period(command.start, command.end), clock)
    return _call(
        command,
        capacity,
        contract.currency,
        at,
        call_id=call_id,
        side=Side.SELL,
        initiator_id=contract.holder_id,
        contract_id=contract.id,
    )


def call_to_buy(
    command: CallToBuy,
    published: PublishedNetwork,
    initiator_id: PartyId,
    at: datetime,
    *,
    call_id: CallId,
    negative_prices: bool,
) -> Call:
    """Return the call for capacity on a route of a network; raises InvalidInput with every fault."""
    clock = published.network.clock
    faults = Faults()
    route_on(faults, published.network, command.receipt, command.delivery)
    period = faults.period(command.start, command.end)
    _check_call(
        faults, command, period, clock, at, quantity_max=QUANTITY_MAX, negative_prices=negative_prices
    )
    faults.raise_all()
    capacity = OfferedCapacity(
        network_id=command.network_id,
        operator_id=published.operator_id,
        routes=((Route(command.receipt, command.delivery), Fraction(1)),),
        firmness=command.firmness,
        period=Period(command.start, command.end),
        starts_at=clock.starts_at(command.start),
    )
    return _call(
        command,
        capacity,
        published.currency,
        at,
        call_id=call_id,
        side=Side.BUY,
        initiator_id=initiator_id,
        contract_id=None,
    )


def _check_call(
    faults: Faults,
    command: CallToSell | CallToBuy,
    period: Period | None,
    clock: GasDayClock,
    at: datetime,
    *,
    quantity_max: int,
    negative_prices: bool,
) -> None:
    faults.quantity(command.quantity, at_most=quantity_max)
    faults.price(command.limit_price, "limitPrice", may_be_negative=negative_prices)
    if period is not None:
        last = period.end - timedelta(days=1)
        faults.require(clock.starts_at(period.start) > at, "start", "this gas day has begun")
        faults.instant(command.closes_at, "closesAt", after=at, until=clock.starts_at(last))


def _call(
    command: CallToSell | CallToBuy,
    capacity: OfferedCapacity,
    currency: Currency,
    at: datetime,
    *,
    call_id: CallId,
    side: Side,
    initiator_id: PartyId,
    contract_id: ContractId | None,
) -> Call:
    return Call(
        id=call_id,
        side=side,
        capacity=capacity,
        kind=command.kind,
        quantity=command.quantity,
        remaining=command.quantity,
        limit_price=command.limit_price,
        currency=currency,
        state=CallState.OPEN,
        is_firm=isinstance(command, CallToSell) and command.is_firm,
        opened_at=at,
        closes_at=command.closes_at,
        initiator_id=initiator_id,
        contract_id=contract_id,
    )


def check_contract_of_order(command: PlaceOrder, call: Call, contract: Contract | None) -> None:
    """Check the contract of the ordering party, which a call to BUY needs and a call to SELL has no use for.

    Raises DutiesNotHeld or InvalidInput.
    """
    if (contract is None) is (call.side is Side.BUY):
        wanted = (
            "say which of your contracts you would sell from" if contract is None else "you buy on this call"
        )
        raise InvalidInput([Fault("contractId", wanted)])
    if contract is None:
        return
    require_duties(contract, call.kind)
    is_same_network = contract.network_id == call.capacity.network_id
    if not is_same_network or shares(contract) != call.capacity.routes:
        wanted = ", ".join(str(route) for route, _ in call.capacity.routes)
        raise InvalidInput([Fault("contractId", f"this contract does not give rights on {wanted} alone")])
    if contract.firmness is not call.capacity.firmness:
        raise InvalidInput([Fault("contractId", f"this contract is not {call.capacity.firmness}")])


def order_on(
    command: PlaceOrder,
    call: Call,
    party_id: PartyId,
    seller: Contract | None,
    at: datetime,
    *,
    clock: GasDayClock,
    order_id: OrderId,
    negative_prices: bool,
) -> Order:
    """Return the party's order; `seller` is its contract on a call to BUY. Raises InvalidInput."""
    faults = Faults()
    period = faults.period(command.start, command.end, within=call.capacity.period)
    if seller is not None and period is not None:
        faults.require(seller.period.covers(period), "contractId", f"this contract runs {seller.period} only")
    most = call.remaining if seller is None else min(call.remaining, seller.quantity)
    faults.quantity(command.quantity, at_most=most)
    faults.price(command.price_per_unit_day, "pricePerUnitDay", may_be_negative=negative_prices)
    if not call.within_limit(command.price_per_unit_day):
        bound = "at least" if call.side is Side.SELL else "at most"
        faults.add("pricePerUnitDay", f"the initiator's limit is {bound} {call.limit_price}")
    if period is not None:
        starts_at = clock.starts_at(period.start)
        faults.require(starts_at > at, "start", "this gas day has begun")
        faults.instant(command.accept_by, "acceptBy", after=at, until=starts_at)
    faults.raise_all()
    return Order(
        id=order_id,
        call_id=call.id,
        network_id=call.capacity.network_id,
        operator_id=call.capacity.operator_id,
        period=Period(command.start, command.end),
        quantity=command.quantity,
        price_per_unit_day=command.price_per_unit_day,
        accept_by=command.accept_by,
        state=OrderState.OPEN,
        placed_at=at,
        party_id=party_id,
        contract_id=command.contract_id,
    )


def require_open(call: Call, clock: GasDayClock, at: datetime) -> None:
    """Raise NotOpen when a call was closed, nothing is left of it, or its last gas day has begun."""
    if call.state is not CallState.OPEN:
        raise NotOpen("call", call.state.lower())
    days_to_come("call", call.capacity.period, clock, at)


def require_takes_orders(call: Call, party_id: PartyId, clock: GasDayClock, at: datetime) -> None:
    """Raise OwnOffer or NotOpen when a party cannot answer a call."""
    if call.initiator_id == party_id:
        raise OwnOffer("call")
    require_open(call, clock, at)
    if at >= call.closes_at:
        raise NotOpen("call", f"orders were taken until {call.closes_at:%Y-%m-%d %H:%M} UTC")


def require_acceptable(
    call: Call, order: Order, accepted: list[Order], clock: GasDayClock, at: datetime
) -> None:
    """Raise NotOpen or NotOnOffer when an order cannot be accepted; `accepted` are those that were."""
    require_open(call, clock, at)
    if order.state is not OrderState.OPEN:
        raise NotOpen("order", order.state.lower())
    if at >= order.accept_by:
        raise NotOpen("order", f"it lapsed at {order.accept_by:%Y-%m-%d %H:%M} UTC")
    left = call.quantity - accepted_at_most(accepted, order.period)
    if order.quantity > left:
        raise NotOnOffer(order.quantity, remaining=left, reason=f"{left:,} of the call are not yet traded")
