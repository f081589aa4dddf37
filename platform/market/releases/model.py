"""Capacity release: what a shipper offers to pass on for a while, and the bids for it.

The replacement shipper contracts with the operator and owes it its bid rate; the releasing one is credited
that money and still owes its own contract. Bids bind when placed. A party has one open bid on a release: a
new one replaces it. A bid may be withdrawn before bids close. Whatever a party withdrew or replaced, it bids
again only at equal or better value (the re-bid rule). From the first bid that meets its minimums the offer
binds as well: the capacity is held for it until it is closed or no such bid is open any more. Offers are
posted under the releasing shipper's name, as release rules demand; bids are sealed until the close: only the
bidder and the operator, which runs the procedure, see them.

Rates are money per commercial unit and gas day; instants are UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from capacity.rights.model import HoldCause, Purpose
from linepack.access import Principal
from linepack.gasday import GasDay, Period
from linepack.ids import BidId, ContractId, PartyId, ReleaseId
from linepack.money import Currency
from market.offers.binding import BindingKind, BindingOffer
from market.offers.model import OfferedCapacity
from market.releases.award_record import AwardRecord
from market.releases.bid_evaluation import BidEvalMethod, Terms, TieBreak
from market.releases.proration import Candidate


class ReleaseState(StrEnum):
    """What became of an offer."""

    OPEN = "OPEN"
    AWARDED = "AWARDED"
    UNAWARDED = "UNAWARDED"
    WITHDRAWN = "WITHDRAWN"


class BidState(StrEnum):
    """What became of a bid."""

    OPEN = "OPEN"
    REPLACED = "REPLACED"
    WITHDRAWN = "WITHDRAWN"
    AWARDED = "AWARDED"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Release:
    """An offer to release capacity, on stated terms.

    An offer is biddable by everyone, or prearranged with one bidder, which alone may bid and is awarded
    without waiting for the close. `outcome` says in words why an offer was closed without an award.
    """

    id: ReleaseId
    capacity: OfferedCapacity
    quantity: int
    method: BidEvalMethod
    tie_break: TieBreak
    minimum_rate: Decimal
    minimum_quantity: int
    minimum_term_days: int
    discount_rate: Decimal
    currency: Currency
    recallable: bool
    bids_close_at: datetime
    state: ReleaseState
    outcome: str
    releasing_id: PartyId
    contract_id: ContractId
    prearranged_bidder_id: PartyId | None
    offered_at: datetime

    @property
    def terms(self) -> Terms:
        """How bids are judged, when all that is offered may be awarded."""
        return Terms(
            term=self.capacity.period,
            capacity=((self.capacity.period, self.quantity),),
            method=self.method,
            tie_break=self.tie_break,
            minimum_rate=self.minimum_rate,
            minimum_quantity=self.minimum_quantity,
            minimum_term_days=self.minimum_term_days,
            discount_rate=self.discount_rate,
        )

    @property
    def available(self) -> int:
        """The most that can be bid for."""
        return self.quantity

    @property
    def is_biddable(self) -> bool:
        """Whether everyone may bid."""
        return self.prearranged_bidder_id is None

    def shows_arrivals_to(self, principal: Principal) -> bool:
        """Return whether the principal may know in which order bids arrived, and so how many there are."""
        is_closed = self.state is not ReleaseState.OPEN
        return is_closed or principal.is_concerned(operator_id=self.capacity.operator_id)

    @property
    def purpose(self) -> Purpose:
        """What capacity is held for once a bid binds the offer."""
        return Purpose(HoldCause.RELEASE, self.id)


@dataclass(frozen=True, slots=True)
class Bid:
    """A bid on a release; `sequence` is its place in the order of arrival at that release, from 1."""

    id: BidId
    release_id: ReleaseId
    bidder_id: PartyId
    quantity: int
    minimum_quantity: int
    rate: Decimal
    period: Period
    value: Decimal
    state: BidState
    sequence: int
    placed_at: datetime

    @property
    def candidate(self) -> Candidate:
        """This bid as evaluation sees it."""
        return Candidate(
            str(self.id), self.quantity, self.minimum_quantity, self.rate, self.period, self.sequence
        )

    def binding(self, release: Release) -> BindingOffer:
        """Return what this bid on a release binds its party to."""
        return BindingOffer(
            kind=BindingKind.BID,
            id=self.id,
            party_id=self.bidder_id,
            routes=release.capacity.routes,
            firmness=release.capacity.firmness,
            period=self.period,
            quantity=self.quantity,
            price_per_unit_day=self.rate,
        )


@dataclass(frozen=True, slots=True)
class AwardedBid:
    """What one winning bid became: the replacement shipper's contract."""

    bid_id: BidId
    replacement_id: PartyId
    child_contract_id: ContractId
    quantity: int
    rate: Decimal
    period: Period


@dataclass(frozen=True, slots=True)
class Award:
    """How a release ended; `awards` is empty when no bid won. `record` is what decided it.

    It was made at `awarded_at` as of `due_at`. Winners acquire the gas days of their bids from `first_day`
    on, the first that had not begun when it was made.
    """

    release_id: ReleaseId
    awarded_at: datetime
    due_at: datetime
    first_day: GasDay
    awards: tuple[AwardedBid, ...]
    record: AwardRecord


@dataclass(frozen=True, slots=True)
class Parked:
    """Why an open release could not be closed, and since when."""

    code: str
    reason: str
    parked_at: datetime
