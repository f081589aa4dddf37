"""The rules of release: from a command to the offer or bid it makes, or to all of its faults."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from capacity.contracts.contract import Contract
from linepack.gasday import GasDayClock, Period
from linepack.ids import BidId, PartyId, ReleaseId
from market.errors import NotOpen, OwnOffer
from market.faults import Faults
from market.offered import OfferedCapacity
from market.release.commands import OfferRelease, PlaceBid
from market.release.errors import BidWorse, Prearranged, TooManyBids
from market.release.evaluation import Evaluation, Terms, below_minimum, value_of
from market.release.model import Bid, BidState, Release, ReleaseState

BIDS_PER_PARTY_MAX = 10
BIDS_PER_RELEASE_MAX = 500


def release_of(
    command: OfferRelease,
    contract: Contract,
    clock: GasDayClock,
    at: datetime,
    *,
    release_id: ReleaseId,
    negative_prices: bool,
) -> Release:
    """Return the offer that stands on `contract`; raises InvalidInput with every fault."""
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
        command.prearranged_bidder_id != contract.holder_id,
        "prearrangedBidderId",
        "a release is prearranged with another party",
    )
    if period is not None:
        faults.quantity(command.minimum_term_days, "minimumTermDays", at_most=period.days)
        starts_at = clock.starts_at(period.start)
        faults.instant(command.bids_close_at, "bidsCloseAt", after=at, until=starts_at)
    faults.raise_all()
    term = Period(command.start, command.end)
    return Release(
        id=release_id,
        capacity=OfferedCapacity.under(contract, term, clock),
        quantity=command.quantity,
        terms=Terms(
            term=term,
            capacity=((term, command.quantity),),
            method=command.method,
            tie_break=command.tie_break,
            minimum_rate=command.minimum_rate,
            minimum_quantity=command.minimum_quantity,
            minimum_term_days=command.minimum_term_days,
            discount_rate=command.discount_rate,
        ),
        currency=contract.currency,
        recallable=command.recallable,
        bids_close_at=command.bids_close_at,
        state=ReleaseState.OPEN,
        outcome="",
        releasing_id=contract.holder_id,
        contract_id=contract.id,
        prearranged_bidder_id=command.prearranged_bidder_id,
        offered_at=at,
    )


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
    """Return the bid, given the bids placed `before` on the release.

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
    """Tell whether a bid meets the offer's minimums."""
    shortcoming = below_minimum(release.terms, rate=bid.rate, quantity=bid.quantity, period=bid.period)
    return shortcoming is None


def terms_at_award(release: Release, held: Sequence[tuple[Period, int]], at: datetime) -> Terms:
    """Return the offer's terms with what can still be awarded.

    That is no more than the releasing shipper still holds, and nothing once the term has begun.
    """
    capacity = tuple((period, min(left, release.quantity)) for period, left in held)
    terms = replace(release.terms, capacity=capacity)
    return terms if at < release.capacity.starts_at else without_capacity(terms)


def without_capacity(terms: Terms) -> Terms:
    """Return terms under which nothing can be awarded."""
    return replace(terms, capacity=((terms.term, 0),))


def why_unawarded(release: Release, terms: Terms, evaluation: Evaluation, at: datetime) -> str:
    """Return in words why no bid won."""
    if not evaluation.fills:
        return "no bid was placed"
    if at >= release.capacity.starts_at:
        return f"its term began on {release.capacity.period.start}, before it was awarded"
    if not any(quantity for _, quantity in terms.capacity):
        return "the releasing shipper no longer holds the capacity"
    reasons = sorted({fill.text for fill in evaluation.fills})
    return "no bid could be awarded: " + "; ".join(reasons)


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
    if len(before) >= BIDS_PER_RELEASE_MAX:
        raise TooManyBids(BIDS_PER_RELEASE_MAX, of_party=False)
    if len(own) >= BIDS_PER_PARTY_MAX:
        raise TooManyBids(BIDS_PER_PARTY_MAX, of_party=True)
    withdrawn = max((bid.value for bid in own if bid.state is BidState.WITHDRAWN), default=value)
    if value < withdrawn:
        raise BidWorse(value, withdrawn=withdrawn)
