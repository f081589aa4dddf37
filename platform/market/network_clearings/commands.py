"""The commands on network clearings. Prices are per commercial unit and gas day; instants are UTC."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from linepack.commands.handling import IdempotentCommand
from linepack.gasday import GasDay
from linepack.ids import ClearingBidId, ClearingId, ContractId, NetworkId
from market.clearing.model import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClearing(IdempotentCommand):
    """Open a clearing of the gas days from `start` up to, not including, `end`; bids close at `closes_at`."""

    network_id: NetworkId
    start: GasDay
    end: GasDay
    closes_at: datetime
    reserve_price: Decimal = Decimal(0)
    seconds_max: int = 60
    gap_max: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePathBid(IdempotentCommand):
    """Bid to buy capacity from `receipt` to `delivery`, or offer a part of a contract on a path."""

    clearing_id: ClearingId
    side: Side
    start: GasDay
    end: GasDay
    quantity: int
    price: Decimal
    receipt: str | None = None
    delivery: str | None = None
    contract_id: ContractId | None = None
    minimum: int = 0
    only_if: ClearingBidId | None = None


@dataclass(frozen=True, slots=True)
class WithdrawPathBid:
    """Take a bid or an offer back before bids close."""

    bid_id: ClearingBidId


@dataclass(frozen=True, slots=True)
class WithdrawClearing:
    """Call a clearing off; all of its bids are lost, and nothing is held for it any more."""

    clearing_id: ClearingId


@dataclass(frozen=True, slots=True)
class DraftClearing:
    """Clear the bids as they are now by a solver (`capacity.solvers.choice`), and award nothing."""

    clearing_id: ClearingId
    solver: str


@dataclass(frozen=True, slots=True)
class AwardClearing:
    """Clear and award, once bids are closed."""

    clearing_id: ClearingId
