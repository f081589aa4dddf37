"""The events of calls and orders, which say nothing of whose they are."""

from linepack.canonical_json import JsonValue
from linepack.events.model import NewEvent, Stream
from market.calls.model import Call, Order
from market.offers.model import period_to_json


def of_call(topic: str, call: Call) -> NewEvent:
    """Return an event for everyone about a call."""
    return NewEvent(
        stream=Stream.MARKET,
        topic=topic,
        key=str(call.id),
        payload=call_to_json(call),
        network_id=call.capacity.network_id,
    )


def of_order(topic: str, order: Order, call: Call) -> NewEvent:
    """Return an event for the party of an order and the initiator of its call."""
    audience = frozenset(party for party in (order.party_id, call.initiator_id) if party is not None)
    return NewEvent(
        stream=Stream.MARKET,
        topic=topic,
        key=str(order.id),
        payload=order_to_json(order),
        network_id=order.network_id,
        audience=audience,
    )


def call_to_json(call: Call) -> dict[str, JsonValue]:
    """Return what everyone may know of a call."""
    return {
        "call_id": str(call.id),
        "side": call.side.value,
        "capacity": call.capacity.to_json(),
        "kind": call.kind.value,
        "quantity": call.quantity,
        "remaining": call.remaining,
        "is_firm": call.is_firm,
        "limit_price": str(call.limit_price),
        "currency": call.currency.value,
        "closes_at": call.closes_at.isoformat(),
        "state": call.state.value,
    }


def order_to_json(order: Order) -> dict[str, JsonValue]:
    """Return what both sides of an order know of it."""
    return {
        "order_id": str(order.id),
        "call_id": str(order.call_id),
        "period": period_to_json(order.period),
        "quantity": order.quantity,
        "price_per_unit_day": str(order.price_per_unit_day),
        "accept_by": order.accept_by.isoformat(),
        "state": order.state.value,
    }
