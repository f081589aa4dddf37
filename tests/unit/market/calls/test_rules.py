"""The rules of calls and orders: who may answer what, and what is left of a call."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.unit.capacity.contracts.samples import NOON, OTHER, SHIPPER, contract

from capacity.rights.model import Firmness
from linepack.gasday import GasDayClock, Period
from linepack.ids import CallId, OrderId
from linepack.problems import InvalidInput
from market.calls.commands import CallToSell, PlaceOrder
from market.calls.model import Call, CallState, Order, OrderState, Side
from market.calls.rules import (
    call_to_sell,
    check_contract_of_order,
    order_on,
    require_acceptable,
    require_takes_orders,
)
from market.errors import NotOnOffer, NotOpen, OwnOffer
from market.rights_transfer.model import TradeKind

CLOCK = GasDayClock("Europe/Berlin", 6)
MARCH = Period(date(2027, 3, 1), date(2027, 4, 1))
HALF = Period(date(2027, 3, 1), date(2027, 3, 16))
CLOSES_AT = NOON + timedelta(days=30)


def opened(**changes: Any) -> Call:
    terms: dict[str, Any] = {
        "idempotency_key": "k",
        "contract_id": contract().id,
        "kind": TradeKind.ASSIGNMENT,
        "start": MARCH.start,
        "end": MARCH.end,
        "quantity": 40,
        "limit_price": Decimal("0.20"),
        "closes_at": CLOSES_AT,
    }
    command = CallToSell(**{**terms, **changes})
    return call_to_sell(command, contract(), CLOCK, NOON, call_id=CallId(UUID(int=1)), negative_prices=False)


def buying() -> Call:
    return replace(opened(), side=Side.BUY, contract_id=None, initiator_id=OTHER)


def answer(**changes: Any) -> PlaceOrder:
    terms: dict[str, Any] = {
        "idempotency_key": "k",
        "call_id": CallId(UUID(int=1)),
        "start": MARCH.start,
        "end": MARCH.end,
        "quantity": 30,
        "price_per_unit_day": Decimal("0.25"),
        "accept_by": NOON + timedelta(days=2),
    }
    return PlaceOrder(**{**terms, **changes})


def placed(call: Call, **changes: Any) -> Order:
    order_id = OrderId(UUID(int=2))
    return order_on(
        answer(**changes), call, OTHER, None, NOON, clock=CLOCK, order_id=order_id, negative_prices=False
    )


def test_every_fault_of_a_call_is_found_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        opened(end=date(2028, 2, 1), quantity=101, limit_price=Decimal(-1), closes_at=NOON)
    assert [fault.place for fault in refused.value.faults] == ["end", "quantity", "limitPrice", "closesAt"]


def test_a_call_takes_orders_of_others_until_it_closes() -> None:
    call = opened()
    require_takes_orders(call, OTHER, CLOCK, NOON)
    with pytest.raises(OwnOffer):
        require_takes_orders(call, SHIPPER, CLOCK, NOON)
    with pytest.raises(NotOpen, match="orders were taken until"):
        require_takes_orders(call, OTHER, CLOCK, CLOSES_AT)
    with pytest.raises(NotOpen):
        require_takes_orders(replace(call, state=CallState.CLOSED), OTHER, CLOCK, NOON)


def test_an_order_keeps_to_the_limit_of_the_call_and_to_what_is_left_of_it() -> None:
    assert placed(opened()).state is OrderState.OPEN
    with pytest.raises(InvalidInput) as refused:
        placed(opened(), quantity=41, price_per_unit_day=Decimal("0.19"), accept_by=NOON)
    assert [fault.place for fault in refused.value.faults] == ["quantity", "pricePerUnitDay", "acceptBy"]


def test_an_order_to_sell_names_a_contract_on_the_route_and_one_to_buy_none() -> None:
    check_contract_of_order(answer(), opened(), None)
    check_contract_of_order(answer(), buying(), contract())
    for call, own in (
        (opened(), contract()),
        (buying(), None),
        (buying(), replace(contract(), firmness=Firmness.INTERRUPTIBLE)),
    ):
        with pytest.raises(InvalidInput) as refused:
            check_contract_of_order(answer(), call, own)
        assert [fault.place for fault in refused.value.faults] == ["contractId"]


def test_what_is_left_of_a_call_is_the_most_on_any_day_that_can_still_be_delivered() -> None:
    call = opened()
    first_half = replace(placed(call, end=HALF.end, quantity=40), state=OrderState.ACCEPTED)
    # The second half of March is still free of orders; of it 25 can be delivered.
    left = call.left_after([first_half], [(HALF, 40), (Period(HALF.end, MARCH.end), 25)])
    assert (left.remaining, left.state) == (25, CallState.OPEN)
    gone = call.left_after([first_half], [(HALF, 40), (Period(HALF.end, MARCH.end), 0)])
    assert (gone.remaining, gone.state) == (0, CallState.EXHAUSTED)


def test_an_order_is_accepted_while_it_binds_and_the_call_has_that_much() -> None:
    call, order = opened(), placed(opened())
    require_acceptable(call, order, [], CLOCK, NOON)
    with pytest.raises(NotOnOffer):
        require_acceptable(call, order, [replace(order, quantity=20)], CLOCK, NOON)
    with pytest.raises(NotOpen, match="lapsed"):
        require_acceptable(call, order, [], CLOCK, order.accept_by)
    with pytest.raises(NotOpen):
        require_acceptable(call, replace(order, state=OrderState.ACCEPTED), [], CLOCK, NOON)
