"""The rules of release: the offer or bid that a command makes, or all its faults; what winners acquire."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from capacity.contracts.contract import Contract
from capacity.rights.model import Firmness, MovementCause
from linepack.access import PARTY_ROLES, Scope, scopes_of
from linepack.gasday import GasDay, GasDayClock, Period
from linepack.identity.model import Party
from linepack.ids import BidId, PartyId, ReleaseId
from market.commands.validation import Faults
from market.errors import NotOpen, OwnOffer
from market.offers.model import OfferedCapacity
from market.releases.bid_evaluation import Evaluation, Fill, Reason, Terms, below_minimum, value_of
from market.releases.commands import OfferRelease, PlaceBid
from market.releases.errors import BidWorse, HeldByTransferOfUse, Interruptible, Prearranged, TooManyBids
from market.releases.model import Bid, BidState, Release, ReleaseState

BIDS_PER_PARTY_MAX = 10
"""Bids that a party may place on one release, those that it replaced or withdrew included."""
BIDS_PER_RELEASE_MAX = 500
"""Open bids on one release, which is one for each bidder."""
PROCESSING_TIME = timedelta(hours=2)
"""From the close of bids to the first gas day, at least: NAESB WGQ 5.3.2 gives one hour from the close to the
award and one more from the award to the contract, which must be there before it is nominated on."""


def require_releasable(contract: Contract) -> None:
    """Raise HeldByTransferOfUse unless the contract's holder owes the operator, Interruptible unless it is
    firm."""
    if contract.cause is MovementCause.TRANSFER_OF_USE:
        raise HeldByTransferOfUse(contract.code)
    if contract.firmness is not Firmness.FIRM:
        raise Interruptible(contract.code, contract.firmness)


def release_of(
    command: OfferRelease,
    contract: Contract,
    clock: GasDayClock,
    at: datetime,
    *,
    release_id: ReleaseId,
    bidder: Party | None,
    negative_prices: bool,
) -> Release:
    """Return the offer that stands on `contract`; raises InvalidInput with every fault.

    `bidder` is the prearranged one, None when there is no such party.
    """
    faults = Faults()
    period = faults.period(command.start, command.end, within=contract.period)
    faults.quantity(command.quantity, at_most=contract.quantity)
    most = max(1, min(command.quantity, contract.quantity))
    faults.quantity(command.minimum_quantity, "minimumQuantity", at_most=most)
    faults.price(command.minimum_rate, "minimumRate", may_be_negative=negative_prices)
    faults.price(command.discount_rate, "discountRate", may_be_negative=False)
    faults.require(
        command.discount_rate < 1, "discountRate", "is a fraction of 1 a year, as 0.085 is for 8.5 %"
    )
    faults.require(
        not command.recallable, "recallable", "capacity is released for good: there is no recall yet"
    )
    _check_bidder(faults, command, contract, bidder)
    if period is not None:
        faults.quantity(command.minimum_term_days, "minimumTermDays", at_most=period.days)
        latest = clock.starts_at(period.start) - PROCESSING_TIME
        faults.instant(command.bids_close_at, "bidsCloseAt", after=at, until=latest)
    faults.raise_all()
    return Release(
        id=release_id,
        capacity=OfferedCapacity.under(contract, Period(command.start, command.end), clock),
        quantity=command.quantity,
        method=command.method,
        tie_break=command.tie_break,
        minimum_rate=command.minimum_rate,
        minimum_quantity=command.minimum_quantity,
        minimum_term_days=command.minimum_term_days,
        discount_rate=command.discount_rate,
        currency=contract.currency,
        recallable=command.recallable,
        bids_close_at=command.bids_close_at,
        state=ReleaseState.OPEN,
        outcome="",
        releasing_id=contract.holder_id,
        contract_id=contract.id,
        prearranged_bidder_id=None if bidder is None else bidder.id,
        offered_at=at,
    )


def _check_bidder(faults: Faults, command: OfferRelease, contract: Contract, bidder: Party | None) -> None:
    by_id, by_code = command.prearranged_bidder_id, command.prearranged_bidder_code
    if by_id is None and by_code is None:
        return
    place = "prearrangedBidderId" if by_code is None else "prearrangedBidderCode"
    if by_id is not None and by_code is not None:
        faults.add(place, "a party is named by its id or by its code, not by both")
    elif bidder is None:
        faults.add(place, "there is no such party")
    elif bidder.id == contract.holder_id:
        faults.add(place, "a release is prearranged with another party")
    elif Scope.TRADE not in scopes_of(PARTY_ROLES[bidder.kind]):
        faults.add(place, f"{bidder.code} is a party of kind {bidder.kind.value}, which may not bid")


def require_open(release: Release) -> None:
    """Raise NotOpen when an offer was awarded, closed or withdrawn."""
    if release.state is not ReleaseState.OPEN:
        raise NotOpen("release", release.state.lower())


def bid_on(
    release: Release,
    command: PlaceBid,
    bidder_id: PartyId,
    before: Sequence[Bid],
    at: datetime,
    *,
    bid_id: BidId,
    negative_prices: bool,
) -> Bid:
    """Return the bid, given the bids placed `before` on the release; it replaces its bidder's open one.

    A bid below the minimums is taken, and will not win. Raises OwnOffer, NotOpen, Prearranged, TooManyBids,
    BidWorse, or InvalidInput with every fault.
    """
    _require_may_bid(release, bidder_id, at)
    faults = Faults()
    faults.period(command.start, command.end, within=release.capacity.period)
    faults.quantity(command.quantity, at_most=release.quantity)
    faults.quantity(command.minimum_quantity, "minimumQuantity", at_most=max(1, command.quantity))
    faults.price(command.rate, "rate", may_be_negative=negative_prices)
    faults.raise_all()
    period = Period(command.start, command.end)
    value = value_of(release.terms, command.rate, command.quantity, period)
    _require_may_bid_again(bidder_id, before, value)
    return Bid(
        id=bid_id,
        release_id=release.id,
        bidder_id=bidder_id,
        quantity=command.quantity,
        minimum_quantity=command.minimum_quantity,
        rate=command.rate,
        period=period,
        value=value,
        state=BidState.OPEN,
        sequence=len(before) + 1,
        placed_at=at,
    )


def meets_minimums(release: Release, bid: Bid) -> bool:
    """Return whether a bid meets the offer's minimums."""
    shortcoming = below_minimum(release.terms, rate=bid.rate, quantity=bid.quantity, period=bid.period)
    return shortcoming is None


def open_bid_of(bidder_id: PartyId, bids: Iterable[Bid]) -> Bid | None:
    """Return the party's open bid among `bids`; there is one at most."""
    return next((bid for bid in bids if bid.bidder_id == bidder_id and bid.state is BidState.OPEN), None)


def shrunk(release: Release, left: int) -> Release:
    """Return an offer that no bid binds and of which `left` can be had, withdrawn if that is too little."""
    if left >= release.minimum_quantity:
        return replace(release, quantity=left)
    outcome = "the releasing shipper no longer has free what it offered"
    return replace(release, state=ReleaseState.WITHDRAWN, outcome=outcome)


def terms_at_award(release: Release, free: Iterable[tuple[Period, int]]) -> Terms:
    """Return the offer's terms with what can be awarded: no more than its shipper holds and has free."""
    capacity = tuple((period, max(0, min(left, release.quantity))) for period, left in free)
    return replace(release.terms, capacity=capacity)


def without_capacity(terms: Terms) -> Terms:
    """Return terms under which nothing can be awarded."""
    return replace(terms, capacity=((terms.term, 0),))


def due_at(release: Release, at: datetime) -> datetime:
    """Return the instant as of which an award at `at` is made: the close of bids, or `at` if sooner."""
    return min(at, release.bids_close_at)


def first_day_left(clock: GasDayClock, at: datetime) -> GasDay:
    """Return the first gas day that has not begun at `at`."""
    return clock.gas_day(at) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Win:
    """What a winning bid acquires: `quantity` on the gas days of `period`."""

    bid: Bid
    quantity: int
    period: Period


def winning(bids: Iterable[Bid], evaluation: Evaluation, first_day: GasDay) -> list[Win]:
    """Return what the winning bids acquire on the gas days from `first_day` on."""
    quantities = {fill.bid_id: fill.quantity for fill in evaluation.fills}
    return [
        Win(bid, quantities[str(bid.id)], period)
        for bid in bids
        if quantities[str(bid.id)] and (period := _left_of(bid.period, first_day)) is not None
    ]


def fill_left(fill: Fill, bid: Bid, first_day: GasDay) -> Fill:
    """Return a bid's fill, less the gas days before `first_day`, which had begun when the award was made."""
    if not fill.quantity or first_day <= bid.period.start:
        return fill
    begun = f"its gas days before {first_day} had begun when the award was made"
    if _left_of(bid.period, first_day) is None:
        return replace(fill, quantity=0, value=Decimal(0), reason=Reason.BEGUN, text=begun)
    return replace(fill, text=f"{fill.text}; {begun}")


def why_unawarded(terms: Terms, evaluation: Evaluation) -> str:
    """Return in words why no bid acquires anything."""
    if not evaluation.fills:
        return "no bid was placed"
    if evaluation.awarded:
        return "all gas days of the winning bids had begun when the award was made"
    if not any(quantity for _, quantity in terms.capacity):
        return "the releasing shipper no longer holds the capacity"
    reasons = sorted({fill.text for fill in evaluation.fills})
    return "no bid could be awarded: " + "; ".join(reasons)


def _left_of(period: Period, first_day: GasDay) -> Period | None:
    return Period(max(period.start, first_day), period.end) if first_day < period.end else None


def may_bid(release: Release, party_id: PartyId | None, at: datetime) -> bool:
    """Return whether a party may bid on an open release."""
    is_meant = release.is_biddable or release.prearranged_bidder_id == party_id
    return is_meant and release.releasing_id != party_id and at < release.bids_close_at


def _require_may_bid(release: Release, bidder_id: PartyId, at: datetime) -> None:
    if bidder_id == release.releasing_id:
        raise OwnOffer("release")
    require_open(release)
    if at >= release.bids_close_at:
        raise NotOpen("release", f"bids closed at {release.bids_close_at:%Y-%m-%d %H:%M} UTC")
    if not release.is_biddable and release.prearranged_bidder_id != bidder_id:
        raise Prearranged


def _require_may_bid_again(bidder_id: PartyId, before: Sequence[Bid], value: Decimal) -> None:
    own = [bid for bid in before if bid.bidder_id == bidder_id]
    others = [bid for bid in before if bid.bidder_id != bidder_id and bid.state is BidState.OPEN]
    if len(others) >= BIDS_PER_RELEASE_MAX:
        raise TooManyBids(BIDS_PER_RELEASE_MAX, of_party=False)
    if len(own) >= BIDS_PER_PARTY_MAX:
        raise TooManyBids(BIDS_PER_PARTY_MAX, of_party=True)
    earlier = max((bid.value for bid in own), default=value)
    if value < earlier:
        raise BidWorse(value, earlier=earlier)
