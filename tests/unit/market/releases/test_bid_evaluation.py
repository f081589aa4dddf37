"""Evaluation of release bids: figures from published tariffs, or with the hand calculation beside them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from linepack.gasday import Period
from market.releases.award_record import decide
from market.releases.bid_evaluation import BidEvalMethod, Reason, Terms, TieBreak, evaluate, value_of
from market.releases.proration import Candidate, Kill

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
WINTER = Period(date(2026, 11, 1), date(2027, 4, 1))


def terms(
    quantity: int,
    *,
    term: Any = NOVEMBER,
    method: Any = BidEvalMethod.HIGHEST_RATE,
    tie_break: Any = TieBreak.PRO_RATA,
    **rules: Any,
) -> Any:
    return Terms(term, ((term, quantity),), method, tie_break, **rules)


def bid(
    name: Any, quantity: int, rate: Any, *, minimum: Any = 1, period: Period = NOVEMBER, sequence: Any = None
) -> Any:
    order = ord(name[0]) if sequence is None else sequence
    return Candidate(name, quantity, minimum, Decimal(rate), period, order)


def quantities(evaluation: Any) -> Any:
    return {fill.bid_id: fill.quantity for fill in evaluation.fills}


def reasons(evaluation: Any) -> Any:
    return {fill.bid_id: fill.reason for fill in evaluation.fills}


TARIFF_EXAMPLE = [
    bid("a", 60_000, "0.18"),
    bid("b", 60_000, "0.18"),
    bid("c", 70_000, "0.18", minimum=45_000),
    bid("d", 50_000, "0.18", minimum=15_000),
    bid("e", 30_000, "0.18", minimum=10_000),
    bid("f", 40_000, "0.17"),
]
"""The worked example of a pipeline's tariff: 100,000 Dth/d are offered."""


def test_tariff_example_drops_c_at_25925_and_shares_again() -> None:
    result = evaluate(terms(100_000), TARIFF_EXAMPLE, seed="")

    assert result.kills == (Kill("c", 25_925, 45_000),)
    assert quantities(result) == {"a": 30_000, "b": 30_000, "d": 25_000, "e": 15_000, "c": 0, "f": 0}
    assert reasons(result)["c"] is Reason.KILLED
    assert reasons(result)["f"] is Reason.EXHAUSTED


def test_tariff_example_is_the_same_whatever_order_bids_are_given_in() -> None:
    assert evaluate(terms(100_000), TARIFF_EXAMPLE[::-1], "") == evaluate(terms(100_000), TARIFF_EXAMPLE, "")


def test_killed_bid_is_refilled_when_a_later_kill_leaves_enough() -> None:
    # Shares of 100: a 50/190 -> 26, b 40/190 -> 21 < 40 (killed), c 100/190 -> 52 < 70.
    # Again: a 33, c 66 < 70 (killed). a gets 50; of the 50 left, b's 40 fit after all, and c's 70 do not.
    bids = [bid("a", 50, "1"), bid("b", 40, "1", minimum=40), bid("c", 100, "1", minimum=70)]

    result = evaluate(terms(100), bids, "")

    assert [kill.bid_id for kill in result.kills] == ["b", "c"]
    assert quantities(result) == {"a": 50, "b": 40, "c": 0}


def test_left_over_units_go_to_the_largest_remainders_and_then_to_the_earlier_bid() -> None:
    # 10 among three bids of 7: 3 1/3 each; one unit is left, all remainders tie, the earliest gets it.
    result = evaluate(terms(10), [bid("a", 7, "1"), bid("b", 7, "1"), bid("c", 7, "1")], "")
    assert quantities(result) == {"a": 4, "b": 3, "c": 3}


def test_partial_fill_below_minimum_is_refused_and_the_next_bid_takes_the_rest() -> None:
    bids = [bid("a", 80, "3"), bid("b", 50, "2", minimum=30), bid("c", 50, "1")]
    result = evaluate(terms(100), bids, "")
    assert quantities(result) == {"a": 80, "c": 20, "b": 0}
    assert result.fills[-1].text == "better bids left 20, below its minimum of 30"


def test_net_revenue_is_rate_times_quantity_times_gas_days() -> None:
    assert value_of(terms(1, method=BidEvalMethod.NET_REVENUE), Decimal("0.18"), 60_000, NOVEMBER) == 324_000


def test_present_value_of_equal_months_is_the_annuity_formula() -> None:
    # January to March 2027 hold 31, 28, 31 gas days. At 12 % a year, i = 0.01 a month:
    # 10 x 0.5 x (31/1.01 + 28/1.01^2 + 31/1.01^3) = 5 x (30.6930693069 + 27.4482893834 + 30.0882947437)
    quarter = Period(date(2027, 1, 1), date(2027, 4, 1))
    offer = terms(10, term=quarter, method=BidEvalMethod.PRESENT_VALUE, discount_rate=Decimal("0.12"))
    assert value_of(offer, Decimal("0.5"), 10, quarter).quantize(Decimal("1e-4")) == Decimal("441.1483")


def test_present_value_prefers_early_money_where_net_revenue_prefers_more() -> None:
    # Early: 100 x 1.00 x 30 days of November = 3,000, discounted one month at 2 %: 2,941.18.
    # Late: 100 x 1.00 x 31 days of March = 3,100, discounted five months: 2,807.77.
    early = bid("early", 100, "1", period=NOVEMBER)
    late = bid("late", 100, "1", period=Period(date(2027, 3, 1), date(2027, 4, 1)))
    rules = {"term": WINTER, "discount_rate": Decimal("0.24")}

    by_value = evaluate(terms(100, method=BidEvalMethod.PRESENT_VALUE, **rules), [late, early], "")
    by_revenue = evaluate(terms(100, method=BidEvalMethod.NET_REVENUE, **rules), [late, early], "")

    assert [fill.bid_id for fill in by_value.fills] == ["early", "late"]
    assert by_value.fills[0].value.quantize(Decimal("0.01")) == Decimal("2941.18")
    assert by_value.fills[1].value.quantize(Decimal("0.01")) == Decimal("2807.77")
    assert [fill.bid_id for fill in by_revenue.fills] == ["late", "early"]


def test_a_bid_is_worth_only_what_it_can_still_be_awarded() -> None:
    # a earns 0.50 x 60 = 30 a day and is filled; of the 40 left, b could pay 0.20 x 40 = 8, c 0.30 x 40 = 12,
    # although b's whole bid (0.20 x 90 = 18) looks better than c's (12).
    bids = [bid("a", 60, "0.50"), bid("b", 90, "0.20"), bid("c", 40, "0.30")]
    result = evaluate(terms(100, method=BidEvalMethod.NET_REVENUE), bids, "")
    assert quantities(result) == {"a": 60, "c": 40, "b": 0}


def test_bids_for_different_months_do_not_compete() -> None:
    december = Period(date(2026, 12, 1), date(2027, 1, 1))
    bids = [bid("a", 100, "2"), bid("b", 100, "1", period=december)]
    assert quantities(evaluate(terms(100, term=WINTER), bids, "")) == {"a": 100, "b": 100}


def test_pro_rata_is_frozen_only_where_days_are_scarce() -> None:
    # November and December each offer 100. a wants both months, b November, all 100 at one rate: in
    # November both get 50, so a has 50 in December too; c wants 40 of December and gets all of them.
    both, december = Period(date(2026, 11, 1), date(2027, 1, 1)), Period(date(2026, 12, 1), date(2027, 1, 1))
    bids = [bid("a", 100, "1", period=both), bid("b", 100, "1"), bid("c", 40, "1", period=december)]
    assert quantities(evaluate(terms(100, term=both), bids, "")) == {"a": 50, "b": 50, "c": 40}


def test_capacity_that_varies_over_the_term_bounds_each_bid_by_its_scarcest_day() -> None:
    december = Period(date(2026, 12, 1), date(2027, 1, 1))
    both = Period(NOVEMBER.start, december.end)
    offer = Terms(both, ((NOVEMBER, 100), (december, 60)), BidEvalMethod.HIGHEST_RATE, TieBreak.EARLIEST)
    result = evaluate(offer, [bid("a", 100, "2", period=both), bid("b", 100, "1")], "")
    assert quantities(result) == {"a": 60, "b": 40}


def test_earliest_bid_wins_a_tie() -> None:
    bids = [bid("late", 70, "1", sequence=2), bid("early", 70, "1", sequence=1)]
    result = evaluate(terms(100, tie_break=TieBreak.EARLIEST), bids, "")
    assert quantities(result) == {"early": 70, "late": 30}


def test_lottery_is_decided_by_the_seed_alone() -> None:
    bids = [bid(name, 100, "1") for name in "abcdefgh"]
    winners = {
        seed: evaluate(terms(100, tie_break=TieBreak.LOTTERY), bids, seed).fills[0].bid_id
        for seed in map(str, range(40))
    }
    again = evaluate(terms(100, tie_break=TieBreak.LOTTERY), bids[::-1], "7").fills[0].bid_id
    assert again == winners["7"]
    assert len(set(winners.values())) > 4


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"minimum_rate": Decimal("1.5")}, Reason.BELOW_MINIMUM_RATE),
        ({"minimum_quantity": 60}, Reason.BELOW_MINIMUM_QUANTITY),
        ({"term": WINTER, "minimum_term_days": 31}, Reason.BELOW_MINIMUM_TERM),
    ],
)
def test_bid_below_a_minimum_of_the_offer_gets_nothing(rule: Any, reason: Any) -> None:
    result = evaluate(terms(100, **rule), [bid("a", 50, "1")], "")
    assert (result.awarded, result.fills[0].reason) == (0, reason)


def test_bid_outside_the_term_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="outside the offer's term: a"):
        evaluate(terms(1), [bid("a", 1, "1", period=WINTER)], "")


def test_record_hash_is_pinned() -> None:
    # A change here means that awards on record can no longer be replayed: raise ALGORITHM instead.
    _, record = decide(terms(100_000), TARIFF_EXAMPLE, "")
    assert record.algorithm == "capacity-release-1"
    assert record.hash == "1e10388878842394ef14702378e0b40ad58429a159b44523b36db0bd9556f3ff"
