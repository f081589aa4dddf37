"""The rules of release: what may be offered and bid, and what winners acquire."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.unit.capacity.contracts.samples import NOON, OTHER, SHIPPER, contract

from capacity.contracts.contract import Contract
from capacity.rights.model import Firmness, MovementCause
from linepack.gasday import GasDayClock, Period
from linepack.ids import BidId, PartyId, ReleaseId
from linepack.problems import InvalidInput
from market.errors import NotOpen, OwnOffer
from market.releases.bid_evaluation import BidEvalMethod, Evaluation, Fill, Reason, evaluate
from market.releases.commands import OfferRelease, PlaceBid
from market.releases.errors import BidWorse, HeldByTransferOfUse, Interruptible, Prearranged, TooManyBids
from market.releases.model import Bid, BidState, Release, ReleaseState
from market.releases.rules import (
    BIDS_PER_PARTY_MAX,
    PROCESSING_TIME,
    bid_on,
    fill_left,
    may_bid,
    meets_minimums,
    release_of,
    require_releasable,
    shrunk,
    terms_at_award,
    why_unawarded,
    winning,
)

CLOCK = GasDayClock("Europe/Berlin", 6)
MARCH = Period(date(2027, 3, 1), date(2027, 4, 1))
CLOSE = CLOCK.starts_at(MARCH.start) - PROCESSING_TIME
THIRD = PartyId(UUID(int=3))


def offered(**changes: Any) -> Release:
    terms: dict[str, Any] = {
        "idempotency_key": "k",
        "contract_id": contract().id,
        "start": MARCH.start,
        "end": MARCH.end,
        "quantity": 40,
        "method": BidEvalMethod.HIGHEST_RATE,
        "bids_close_at": CLOSE,
        "minimum_rate": Decimal("0.10"),
        "minimum_quantity": 10,
    }
    return release_of(
        OfferRelease(**{**terms, **changes}),
        contract(),
        CLOCK,
        NOON,
        release_id=ReleaseId(UUID(int=1)),
        bidder=None,
        negative_prices=False,
    )


def bid(
    release: Release,
    bidder: PartyId = OTHER,
    before: tuple[Bid, ...] = (),
    *,
    at: datetime = NOON,
    number: int = 10,
    **changes: Any,
) -> Bid:
    terms: dict[str, Any] = {
        "idempotency_key": "k",
        "release_id": release.id,
        "start": MARCH.start,
        "end": MARCH.end,
        "quantity": 20,
        "rate": Decimal("0.20"),
    }
    command = PlaceBid(**{**terms, **changes})
    return bid_on(release, command, bidder, before, at, bid_id=BidId(UUID(int=number)), negative_prices=False)


def evaluation_of(release: Release, *bids: Bid) -> Evaluation:
    return evaluate(release.terms, [one.candidate for one in bids], "seed")


@pytest.mark.parametrize(
    ("held", "refusal"),
    [
        (replace(contract(), cause=MovementCause.TRANSFER_OF_USE), HeldByTransferOfUse),
        (replace(contract(), firmness=Firmness.INTERRUPTIBLE), Interruptible),
    ],
)
def test_only_firm_capacity_whose_holder_owes_the_operator_is_released(
    held: Contract, refusal: type[Exception]
) -> None:
    require_releasable(contract())
    with pytest.raises(refusal):
        require_releasable(held)


def test_every_fault_of_an_offer_is_found_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        offered(
            quantity=101,
            minimum_quantity=0,
            minimum_rate=Decimal(-1),
            discount_rate=Decimal(1),
            recallable=True,
            minimum_term_days=32,
            bids_close_at=CLOSE + timedelta(seconds=1),
            prearranged_bidder_id=THIRD,
        )
    assert [fault.place for fault in refused.value.faults] == [
        "quantity",
        "minimumQuantity",
        "minimumRate",
        "discountRate",
        "recallable",
        "prearrangedBidderId",
        "minimumTermDays",
        "bidsCloseAt",
    ]


def test_who_may_bid_and_until_when() -> None:
    release = offered()
    assert may_bid(release, OTHER, NOON)
    assert not may_bid(release, SHIPPER, NOON)
    assert not may_bid(release, OTHER, CLOSE)
    with pytest.raises(OwnOffer):
        bid(release, SHIPPER)
    with pytest.raises(NotOpen, match="bids closed"):
        bid(release, at=CLOSE)
    with pytest.raises(NotOpen):
        bid(replace(release, state=ReleaseState.WITHDRAWN))
    with pytest.raises(Prearranged):
        bid(replace(release, prearranged_bidder_id=THIRD))


def test_a_party_bids_again_only_at_equal_or_better_value() -> None:
    release = offered()
    first = bid(release, rate=Decimal("0.20"))
    withdrawn = replace(first, state=BidState.WITHDRAWN)
    assert bid(release, before=(withdrawn,), rate=Decimal("0.20")).sequence == 2
    with pytest.raises(BidWorse):
        bid(release, before=(withdrawn,), rate=Decimal("0.19"))
    assert bid(release, THIRD, before=(first,), rate=Decimal("0.11")).value == Decimal("0.11")


def test_a_party_bids_no_more_often_than_the_limit() -> None:
    release = offered()
    earlier = tuple(
        replace(bid(release, number=number), state=BidState.REPLACED) for number in range(BIDS_PER_PARTY_MAX)
    )
    with pytest.raises(TooManyBids):
        bid(release, before=earlier)


def test_a_bid_below_the_minimums_is_taken_and_does_not_bind_the_offer() -> None:
    release = offered()
    assert meets_minimums(release, bid(release))
    assert not meets_minimums(release, bid(release, rate=Decimal("0.09")))
    assert not meets_minimums(release, bid(release, quantity=9))


def test_an_offer_of_which_too_little_is_left_is_withdrawn() -> None:
    release = offered()
    assert (shrunk(release, 10).quantity, shrunk(release, 10).state) == (10, ReleaseState.OPEN)
    assert shrunk(release, 9).state is ReleaseState.WITHDRAWN


def test_no_more_is_awarded_than_is_free_and_was_offered() -> None:
    half = MARCH.start + timedelta(days=15)
    free = [(Period(MARCH.start, half), 70), (Period(half, MARCH.end), -5)]
    terms = terms_at_award(offered(), free)
    assert terms.capacity == ((Period(MARCH.start, half), 40), (Period(half, MARCH.end), 0))


def test_winners_acquire_the_days_that_have_not_begun() -> None:
    release = offered()
    early = bid(release, number=11, end=date(2027, 3, 6))
    whole = bid(release, THIRD, (early,), number=12)
    evaluation = evaluation_of(release, early, whole)
    first_day = date(2027, 3, 6)
    [win] = winning([early, whole], evaluation, first_day)
    assert (win.bid, win.quantity, win.period) == (whole, 20, Period(first_day, MARCH.end))
    fills = {fill.bid_id: fill for fill in evaluation.fills}
    begun = fill_left(fills[str(early.id)], early, first_day)
    assert (begun.quantity, begun.reason) == (0, Reason.BEGUN)
    assert fill_left(fills[str(whole.id)], whole, MARCH.start) is fills[str(whole.id)]


def test_the_outcome_says_why_nothing_was_awarded() -> None:
    release = offered()
    low = bid(release, rate=Decimal("0.09"))
    none = replace(release.terms, capacity=((MARCH, 0),))
    killed = Evaluation((Fill(str(low.id), 0, Decimal(0), Reason.EXHAUSTED, "too late"),), ())
    assert why_unawarded(release.terms, evaluation_of(release)) == "no bid was placed"
    assert "below the minimum rate" in why_unawarded(release.terms, evaluation_of(release, low))
    assert "no longer holds" in why_unawarded(none, killed)
    assert "had begun" in why_unawarded(release.terms, evaluation_of(release, bid(release)))
