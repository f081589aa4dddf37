"""The events of calls and orders, which say nothing of whose they are.

Everyone sees those of calls; those of orders are for the ordering party and the initiator of the call.
"""

from decimal import Decimal
from typing import Self

from linepack.events.model import Stream
from linepack.events.typed import Instant, TypedEvent
from linepack.gasday import Period
from linepack.ids import CallId, OrderId, PartyId
from linepack.money import Currency
from market.calls.model import Call, CallState, Order, OrderState, Side
from market.offers.events import PublicCapacity
from market.rights_transfer.model import TradeKind


class CallEvent(TypedEvent):
    """A call for orders, as it is from now on."""

    stream = Stream.MARKET

    call_id: CallId
    side: Side
    capacity: PublicCapacity
    kind: TradeKind
    quantity: int
    remaining: int
    is_firm: bool
    limit_price: Decimal
    currency: Currency
    closes_at: Instant
    state: CallState

    @property
    def key(self) -> str:
        """The call's id."""
        return str(self.call_id)

    @classmethod
    def of(cls, call: Call) -> Self:
        """Return the event about a call."""
        return cls(
            network_id=call.capacity.network_id,
            call_id=call.id,
            side=call.side,
            capacity=PublicCapacity.of(call.capacity),
            kind=call.kind,
            quantity=call.quantity,
            remaining=call.remaining,
            is_firm=call.is_firm,
            limit_price=call.limit_price,
            currency=call.currency,
            closes_at=call.closes_at,
            state=call.state,
        )


class CallOpened(CallEvent):
    """A call takes orders."""

    topic = "call.opened"


class CallShrunk(CallEvent):
    """The initiator of an indicative call to sell has less left than it offered."""

    topic = "call.shrunk"


class CallExhausted(CallEvent):
    """Nothing is left of a call after an order was accepted."""

    topic = "call.exhausted"


class CallClosed(CallEvent):
    """A call was closed by its initiator."""

    topic = "call.closed"


class OrderEvent(TypedEvent):
    """An order on a call, as it is from now on."""

    stream = Stream.MARKET

    order_id: OrderId
    call_id: CallId
    period: Period
    quantity: int
    price_per_unit_day: Decimal
    accept_by: Instant
    state: OrderState

    @property
    def key(self) -> str:
        """The order's id."""
        return str(self.order_id)

    @classmethod
    def of(cls, order: Order, *, initiator_id: PartyId | None) -> Self:
        """Return the event about an order on a call of `initiator_id`."""
        return cls(
            network_id=order.network_id,
            audience=frozenset(party for party in (order.party_id, initiator_id) if party is not None),
            order_id=order.id,
            call_id=order.call_id,
            period=order.period,
            quantity=order.quantity,
            price_per_unit_day=order.price_per_unit_day,
            accept_by=order.accept_by,
            state=order.state,
        )


class OrderPlaced(OrderEvent):
    """A call was answered."""

    topic = "order.placed"


class OrderAccepted(OrderEvent):
    """The initiator picked an order, and the trade is concluded."""

    topic = "order.accepted"


class OrderLapsed(OrderEvent):
    """An order on a call to BUY was not accepted in time: what it held is free again."""

    topic = "order.lapsed"
