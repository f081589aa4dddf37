"""What holds for every evaluation of release bids, whatever the bids."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.market.releases.slow_evaluation import evaluate_slowly

from linepack.gasday import Period
from market.releases.award_record import decide
from market.releases.bid_evaluation import BidEvalMethod, Reason, Terms, TieBreak, evaluate, value_of
from market.releases.proration import Candidate

START = date(2026, 11, 1)
DAYS = 90


@st.composite
def periods(draw: Any) -> Any:
    first = draw(st.integers(0, DAYS - 1))
    last = draw(st.integers(first + 1, DAYS))
    return Period(START + timedelta(first), START + timedelta(last))


@st.composite
def offers(draw: Any) -> Any:
    term = Period(START, START + timedelta(DAYS))
    cut = START + timedelta(draw(st.integers(1, DAYS - 1)))
    capacity = (
        (Period(term.start, cut), draw(st.integers(0, 60))),
        (Period(cut, term.end), draw(st.integers(0, 60))),
    )
    return Terms(
        term,
        capacity,
        draw(st.sampled_from(BidEvalMethod)),
        draw(st.sampled_from(TieBreak)),
        minimum_rate=draw(st.sampled_from([Decimal(0), Decimal("0.11")])),
        minimum_quantity=draw(st.integers(1, 5)),
        minimum_term_days=draw(st.sampled_from([1, 20])),
        discount_rate=Decimal("0.085"),
    )


@st.composite
def bid_lists(draw: Any) -> Any:
    whole = Period(START, START + timedelta(DAYS))
    bids = []
    for number in range(draw(st.integers(0, 8))):
        quantity = draw(st.integers(1, 40))
        bids.append(
            Candidate(
                f"bid-{number}",
                quantity,
                draw(st.integers(1, quantity)),
                draw(st.sampled_from([Decimal("0.10"), Decimal("0.12"), Decimal("0.125")])),
                draw(st.one_of(st.just(whole), periods())),
                number,
            )
        )
    return bids


def room_on(day: Any, offer: Any, bids: Any, evaluation: Any, without: Any = "") -> Any:
    by_id = {bid.bid_id: bid for bid in bids}
    offered = sum(quantity for period, quantity in offer.capacity if day in period)
    return offered - sum(
        fill.quantity
        for fill in evaluation.fills
        if fill.bid_id != without and day in by_id[fill.bid_id].period
    )


@given(offers(), bid_lists())
@settings(deadline=None)
def test_allocated_is_within_the_offer_on_every_gas_day(offer: Any, bids: Any) -> None:
    evaluation = evaluate(offer, bids, "seed")
    assert all(room_on(day, offer, bids, evaluation) >= 0 for day in offer.term)


@given(offers(), bid_lists())
@settings(deadline=None)
def test_each_bid_is_judged_once_and_filled_with_nothing_or_at_least_its_minimum(
    offer: Any, bids: Any
) -> None:
    evaluation = evaluate(offer, bids, "seed")
    fills = {fill.bid_id: fill for fill in evaluation.fills}
    assert sorted(fills) == sorted(bid.bid_id for bid in bids)
    assert len(fills) == len(evaluation.fills)
    for bid in bids:
        minimum = max(bid.minimum_quantity, offer.minimum_quantity)
        assert fills[bid.bid_id].quantity == 0 or minimum <= fills[bid.bid_id].quantity <= bid.quantity


@given(offers(), bid_lists())
@settings(deadline=None)
def test_no_bid_goes_short_while_capacity_it_could_use_is_left(offer: Any, bids: Any) -> None:
    evaluation = evaluate(offer, bids, "seed")
    fills = {fill.bid_id: fill for fill in evaluation.fills}
    for bid in bids:
        fill = fills[bid.bid_id]
        could = min(bid.quantity, *(room_on(day, offer, bids, evaluation, bid.bid_id) for day in bid.period))
        if fill.reason in (Reason.FILLED, Reason.PARTLY_FILLED, Reason.PRO_RATA):
            assert could == fill.quantity
        elif fill.reason in (Reason.KILLED, Reason.EXHAUSTED):
            assert could < max(bid.minimum_quantity, offer.minimum_quantity)


@given(offers(), bid_lists())
@settings(deadline=None)
def test_awards_come_in_falling_order_of_value(offer: Any, bids: Any) -> None:
    evaluation = evaluate(offer, bids, "seed")
    by_id = {bid.bid_id: bid for bid in bids}
    winners = [fill for fill in evaluation.fills if fill.quantity]
    for better, worse in pairwise(winners):
        if offer.method is BidEvalMethod.HIGHEST_RATE:
            assert better.value >= worse.value
        bid = by_id[worse.bid_id]
        assert worse.value == value_of(offer, bid.rate, worse.quantity, bid.period)


@given(offers(), bid_lists(), st.randoms())
@settings(deadline=None)
def test_outcome_depends_on_the_inputs_alone(offer: Any, bids: Any, random: Any) -> None:
    _, record = decide(offer, bids, "seed")
    shuffled = list(bids)
    random.shuffle(shuffled)
    assert decide(offer, shuffled, "seed")[1] == record


@st.composite
def crowded_offers(draw: Any) -> Any:
    """Many bids of few values on scarce and uneven capacity, so that there are ties, kills and remainders."""
    term = Period(START, START + timedelta(DAYS))
    cuts = sorted(draw(st.sets(st.integers(1, DAYS - 1), max_size=4)))
    days = [term.start, *(START + timedelta(cut) for cut in cuts), term.end]
    scale = draw(st.sampled_from([1, 1, 7, 10**6, 10**11]))
    capacity = tuple((Period(a, b), draw(st.integers(0, 60)) * scale) for a, b in pairwise(days))
    offer = Terms(
        term,
        capacity,
        draw(st.sampled_from(BidEvalMethod)),
        draw(st.sampled_from([TieBreak.PRO_RATA, TieBreak.PRO_RATA, *TieBreak])),
        minimum_quantity=draw(st.sampled_from([1, 1, 3 * scale])),
        discount_rate=Decimal("0.085"),
    )
    bids = []
    for number in range(draw(st.integers(2, 25))):
        quantity = draw(st.integers(1, 40 * scale))
        minimum = draw(st.sampled_from([1, quantity // 10 + 1, quantity // 2 + 1, quantity]))
        rate = draw(st.sampled_from([Decimal("0.10"), Decimal("0.10"), Decimal("0.12")]))
        period = draw(st.one_of(st.just(term), periods()))
        bids.append(Candidate(f"bid-{number}", quantity, min(minimum, quantity), rate, period, number))
    return offer, bids


@given(crowded_offers())
@settings(deadline=None, max_examples=1000)
def test_outcome_is_that_of_the_first_and_slow_implementation(crowded: Any) -> None:
    offer, bids = crowded
    assert evaluate(offer, bids, "seed") == evaluate_slowly(offer, bids, "seed")
