"""The home of secondary trade: listings at a fixed price, calls for orders, and what concludes them.

Assignment passes rights and duties: the buyer owes the operator from then on. Transfer of use passes rights
only: the seller still owes the operator, the buyer owes the seller. Either way the rights move at once.

An open listing or call reserves nothing; whether the seller still holds the capacity is checked when a trade
is concluded. Both are anonymous until then: `seen_by` takes out whose they are and which contract stands
behind them, for everyone but their owner and those who keep order in the market. Prices are money per
commercial unit and gas day.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from capacity.rights.model import MovementCause
from linepack.gasday import Period
from linepack.identity.model import Principal
from linepack.ids import CallId, ContractId, ListingId, NetworkId, OrderId, PartyId, TradeId
from linepack.money import Currency
from market.offered import OfferedCapacity


class TradeKind(StrEnum):
    """What passes to the buyer."""

    ASSIGNMENT = "ASSIGNMENT"
    TRANSFER_OF_USE = "TRANSFER_OF_USE"

    @property
    def cause(self) -> MovementCause:
        """The cause that the rights ledger gives for the movements."""
        if self is TradeKind.ASSIGNMENT:
            return MovementCause.ASSIGNMENT
        return MovementCause.TRANSFER_OF_USE


class Side(StrEnum):
    """What the initiator of a call wants to do."""

    SELL = "SELL"
    BUY = "BUY"


class ListingState(StrEnum):
    """Whether a listing can still be taken."""

    OPEN = "OPEN"
    TAKEN = "TAKEN"
    WITHDRAWN = "WITHDRAWN"


class CallState(StrEnum):
    """Whether a call still takes orders."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class OrderState(StrEnum):
    """What became of an order; an open order binds until `accept_by` and has then lapsed."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Listing:
    """Capacity offered at a fixed price, first come first served, in parts of `minimum_quantity` or more."""

    id: ListingId
    capacity: OfferedCapacity
    kind: TradeKind
    quantity: int
    remaining: int
    minimum_quantity: int
    price_per_unit_day: Decimal
    currency: Currency
    state: ListingState
    posted_at: datetime
    seller_id: PartyId | None
    contract_id: ContractId | None

    def seen_by(self, principal: Principal) -> "Listing":
        """Return the listing as `principal` may see it."""
        if self.seller_id is not None and principal.may_see(self.seller_id):
            return self
        return replace(self, seller_id=None, contract_id=None)

    def refusal(self, quantity: int) -> str | None:
        """Return why `quantity` cannot be taken out of what remains, or None."""
        if quantity > self.remaining:
            return f"{self.remaining:,} are left"
        rest = self.remaining - quantity
        least = min(self.minimum_quantity, self.remaining)
        if quantity < least:
            return f"the least that can be taken is {least:,}"
        if 0 < rest < self.minimum_quantity:
            return f"{rest:,} would be left, less than the minimum of {self.minimum_quantity:,}: take all"
        return None


@dataclass(frozen=True, slots=True)
class Call:
    """An invitation to orders: to buy from the initiator (SELL) or to sell to it (BUY).

    `limit_price` is the least a seller, or the most a buyer, agrees to. The contract is the initiator's in a
    call to SELL; in a call to BUY each order names its own.
    """

    id: CallId
    side: Side
    capacity: OfferedCapacity
    kind: TradeKind
    quantity: int
    limit_price: Decimal
    currency: Currency
    state: CallState
    opened_at: datetime
    closes_at: datetime
    initiator_id: PartyId | None
    contract_id: ContractId | None

    def seen_by(self, principal: Principal) -> "Call":
        """Return the call as `principal` may see it."""
        if self.initiator_id is not None and principal.may_see(self.initiator_id):
            return self
        return replace(self, initiator_id=None, contract_id=None)

    def within_limit(self, price: Decimal) -> bool:
        """Tell whether the initiator agrees to `price`."""
        return price >= self.limit_price if self.side is Side.SELL else price <= self.limit_price


@dataclass(frozen=True, slots=True)
class Order:
    """An answer to a call: binding until `accept_by`, seen by its own party and the call's initiator.

    The initiator does not see whose it is before it accepts.
    """

    id: OrderId
    call_id: CallId
    network_id: NetworkId
    period: Period
    quantity: int
    price_per_unit_day: Decimal
    accept_by: datetime
    state: OrderState
    placed_at: datetime
    party_id: PartyId | None
    contract_id: ContractId | None

    def seen_by(self, principal: Principal) -> "Order":
        """Return the order as the initiator or its own party may see it."""
        if self.party_id is not None and principal.may_see(self.party_id):
            return self
        return replace(self, party_id=None, contract_id=None)


@dataclass(frozen=True, slots=True)
class Trade:
    """A concluded trade: the buyer holds `child_contract_id`, derived from the seller's contract."""

    id: TradeId
    network_id: NetworkId
    kind: TradeKind
    seller_id: PartyId
    buyer_id: PartyId
    parent_contract_id: ContractId
    child_contract_id: ContractId
    period: Period
    quantity: int
    price_per_unit_day: Decimal
    currency: Currency
    listing_id: ListingId | None
    order_id: OrderId | None
    concluded_at: datetime


def accepted_at_most(orders: list[Order], period: Period) -> int:
    """Return the most that accepted `orders` take on any one gas day of `period`."""
    starts = [period.start, *(order.period.start for order in orders if order.period.start in period)]
    return max(sum(order.quantity for order in orders if day in order.period) for day in starts)
