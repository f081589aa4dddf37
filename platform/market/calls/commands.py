"""The commands on calls and their orders. Prices are per commercial unit and gas day; instants are UTC.

A call to SELL stands on the initiator's contract; a call to BUY names one route, and every order on it a
contract of the ordering party that gives rights on just that route.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from capacity.rights.model import Firmness
from linepack.commands.handling import IdempotentCommand
from linepack.gasday import GasDay
from linepack.ids import CallId, ContractId, NetworkId, OrderId
from market.rights_transfer.model import TradeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CallToSell(IdempotentCommand):
    """Ask who would buy a part of a contract, at `limit_price` or more, by an order before `closes_at`.

    A firm call holds what it offers; an indicative one shrinks when what the initiator has does.
    """

    contract_id: ContractId
    kind: TradeKind
    start: GasDay
    end: GasDay
    quantity: int
    limit_price: Decimal
    closes_at: datetime
    is_firm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallToBuy(IdempotentCommand):
    """Ask who would sell capacity on a route, at `limit_price` or less, by an order before `closes_at`."""

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
class PlaceOrder(IdempotentCommand):
    """Answer a call; binding until `accept_by`. `contract_id` is what a call to BUY would be served from."""

    call_id: CallId
    start: GasDay
    end: GasDay
    quantity: int
    price_per_unit_day: Decimal
    accept_by: datetime
    contract_id: ContractId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOrder(IdempotentCommand):
    """Pick an order: the trade is concluded at its price."""

    order_id: OrderId


@dataclass(frozen=True, slots=True)
class CloseCall:
    """Close a call; its orders cannot be accepted any more."""

    call_id: CallId
