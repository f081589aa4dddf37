"""The commands on releases and their bids. Rates are per commercial unit and gas day; instants are UTC."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from linepack.commands.handling import IdempotentCommand
from linepack.gasday import GasDay
from linepack.ids import BidId, ContractId, PartyId, ReleaseId
from market.releases.bid_evaluation import BidEvalMethod, TieBreak


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRelease(IdempotentCommand):
    """Offer a part of a contract for release; bids are taken before `bids_close_at`.

    `discount_rate` is the posted annual rate that PRESENT_VALUE discounts at: 0.085 for 8.5 %. With a
    prearranged bidder, named by id or by code, only that party may bid. `recallable` is refused: capacity
    cannot be recalled yet.
    """

    contract_id: ContractId
    start: GasDay
    end: GasDay
    quantity: int
    method: BidEvalMethod
    bids_close_at: datetime
    tie_break: TieBreak = TieBreak.PRO_RATA
    minimum_rate: Decimal = Decimal(0)
    minimum_quantity: int = 1
    minimum_term_days: int = 1
    discount_rate: Decimal = Decimal(0)
    recallable: bool = False
    prearranged_bidder_id: PartyId | None = None
    prearranged_bidder_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceBid(IdempotentCommand):
    """Bid for a release, or a part of it: up to `quantity`, `minimum_quantity` or more, else nothing.

    It replaces the party's open bid on the release.
    """

    release_id: ReleaseId
    start: GasDay
    end: GasDay
    quantity: int
    rate: Decimal
    minimum_quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRelease(IdempotentCommand):
    """Close a release and award it to the best bids."""

    release_id: ReleaseId


@dataclass(frozen=True, slots=True)
class WithdrawRelease:
    """Withdraw an offer, which its shipper may until a bid that meets its minimums stands."""

    release_id: ReleaseId


@dataclass(frozen=True, slots=True)
class WithdrawBid:
    """Withdraw a bid before bids close; its bidder may bid again at equal or better value only."""

    bid_id: BidId
