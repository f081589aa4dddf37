"""Calls for orders: the initiator states what it wants, orders accumulate, the initiator picks.

A firm call to SELL holds what it offers; an indicative one holds nothing, and shrinks when what its initiator
has does. An order on a call to BUY binds the party that would sell, and holds its contract until it is
accepted or lapses. Calls and orders are anonymous until then: `seen_by` takes out whose they are and which
contract stands behind them. Prices are money per commercial unit and gas day; instants are UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from capacity.rights.model import HoldCause, Purpose
from linepack.access import Principal
from linepack.gasday import GasDay, Period
from linepack.ids import CallId, ContractId, NetworkId, OrderId, PartyId
from linepack.money import Currency
from market.offers.binding import BindingKind, BindingOffer
from market.offers.model import OfferedCapacity
from market.rights_transfer.model import TradeKind


class Side(StrEnum):
    """What the initiator of a call wants to do."""

    SELL = "SELL"
    BUY = "BUY"


class CallState(StrEnum):
    """Whether a call still takes orders; exhausted is one of which nothing is left."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    EXHAUSTED = "EXHAUSTED"


class OrderState(StrEnum):
    """What became of an order; an open order binds until `accept_by` and has then lapsed."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"


@dataclass(frozen=True, slots=True)
class Call:
    """An invitation to orders: to buy from the initiator (SELL) or to sell to it (BUY).

    `remaining` is the most that is left of it on any gas day.
    `limit_price` is the least a seller, or the most a buyer, agrees to. The contract is the initiator's in a
    call to SELL; in a call to BUY each order names its own.
    """

    id: CallId
    side: Side
    capacity: OfferedCapacity
    kind: TradeKind
    quantity: int
    remaining: int
    limit_price: Decimal
    currency: Currency
    state: CallState
    is_firm: bool
    opened_at: datetime
    closes_at: datetime
    initiator_id: PartyId | None
    contract_id: ContractId | None

    @property
    def purpose(self) -> Purpose:
        """What its capacity is held for, if it is."""
        return Purpose(HoldCause.CALL, self.id)

    def seen_by(self, principal: Principal) -> "Call":
        """Return the call as `principal` may see it."""
        if principal.sees(self.initiator_id, operator_id=self.capacity.operator_id):
            return self
        return replace(self, initiator_id=None, contract_id=None)

    def left_after(self, accepted: Sequence["Order"], free: Sequence[tuple[Period, int]]) -> "Call":
        """Return the call with what orders `accepted`, and what is `free` to deliver it, leave of it."""
        remaining = max(
            min(self.quantity - accepted_on(accepted, day), left)
            for span, left in free
            for day in (span.start, *(end for end in _ends(accepted) if end in span))
        )
        remaining = max(0, min(self.remaining, remaining))
        return replace(self, remaining=remaining, state=self.state if remaining else CallState.EXHAUSTED)

    def within_limit(self, price: Decimal) -> bool:
        """Return whether the initiator agrees to `price`."""
        return price >= self.limit_price if self.side is Side.SELL else price <= self.limit_price


@dataclass(frozen=True, slots=True)
class Order:
    """An answer to a call: binding until `accept_by`, seen by its own party and the call's initiator.

    The initiator does not see whose it is before it accepts.
    """

    id: OrderId
    call_id: CallId
    network_id: NetworkId
    operator_id: PartyId
    period: Period
    quantity: int
    price_per_unit_day: Decimal
    accept_by: datetime
    state: OrderState
    placed_at: datetime
    party_id: PartyId | None
    contract_id: ContractId | None

    @property
    def purpose(self) -> Purpose:
        """What its capacity is held for, in a call to BUY."""
        return Purpose(HoldCause.ORDER, self.id)

    def binding(self, call: Call) -> BindingOffer:
        """Return what this order on a `call` to SELL binds its party to."""
        if self.party_id is None:
            raise ValueError("what an order binds to is asked of an order that shows whose it is")
        is_assigned = call.kind is TradeKind.ASSIGNMENT
        return BindingOffer(
            kind=BindingKind.ORDER,
            id=self.id,
            party_id=self.party_id,
            routes=call.capacity.routes,
            firmness=call.capacity.firmness,
            period=self.period,
            quantity=self.quantity,
            price_per_unit_day=self.price_per_unit_day,
            assigned_from=call.contract_id if is_assigned else None,
        )

    def seen_by(self, principal: Principal) -> "Order":
        """Return the order as the initiator or its own party may see it."""
        if principal.sees(self.party_id, operator_id=self.operator_id):
            return self
        return replace(self, party_id=None, contract_id=None)


def accepted_on(orders: Sequence[Order], day: GasDay) -> int:
    """Return what accepted `orders` take on one gas day."""
    return sum(order.quantity for order in orders if day in order.period)


def accepted_at_most(orders: Sequence[Order], period: Period) -> int:
    """Return the most that accepted `orders` take on any one gas day of `period`."""
    starts = [period.start, *(order.period.start for order in orders if order.period.start in period)]
    return max(accepted_on(orders, day) for day in starts)


def _ends(orders: Sequence[Order]) -> list[GasDay]:
    return [order.period.end for order in orders]
