"""Which value a price takes on a gas day, and how it says so."""

from datetime import date
from decimal import Decimal

import pytest

from capacity.contracts.errors import IndexValueMissing
from capacity.contracts.pricing.index_values import IndexValues
from capacity.contracts.pricing.price import Flat, Indexed, LargerOf, Sum, evaluate, indices

D = Decimal
FIRST, SECOND, FIFTH = date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 5)


def test_a_day_takes_its_own_value_else_the_last_before_it() -> None:
    at = IndexValues({"TTF": {FIRST: D(30), FIFTH: D(50)}})
    assert (at(FIRST).index_values, at(FIRST).estimated_from) == ({"TTF": D(30)}, {})
    assert (at(SECOND).index_values, at(SECOND).estimated_from) == ({"TTF": D(30)}, {"TTF": FIRST})
    assert at(date(2030, 1, 1)).estimated_from == {"TTF": FIFTH}
    assert (at(date(2026, 12, 31)).index_values, at.is_known({"TTF"}, FIFTH)) == ({}, True)


def test_estimates_come_from_what_was_known_before() -> None:
    at = IndexValues({"TTF": {FIRST: D(30), SECOND: D(40)}}, {"TTF": {FIRST: D(20)}})
    assert at(SECOND).index_values == {"TTF": D(40)}
    third = at(date(2027, 1, 3))
    assert (third.index_values, third.estimated_from) == ({"TTF": D(20)}, {"TTF": FIRST})


def test_a_working_says_of_which_day_an_estimate_is() -> None:
    at = IndexValues({"TTF": {FIRST: D(30)}})
    steps = evaluate(Indexed("TTF", D("0.01")), D(2), at(SECOND)).lines
    assert [str(step) for step in steps] == [
        "TTF 30 (estimate: that of 2027-01-01) × 0.01 + 0 = 0.3",
        "2 × 0.3 = 0.6",
    ]
    with pytest.raises(IndexValueMissing):
        evaluate(Indexed("ZTP"), D(2), at(SECOND))


def test_the_indices_of_a_price_are_found_wherever_they_are() -> None:
    price = Sum((Flat(D(1)), LargerOf(Indexed("TTF"), Sum((Indexed("ZTP"), Indexed("TTF"))))))
    assert indices(price) == {"TTF", "ZTP"}
    assert indices(Flat(D(1))) == frozenset()
