"""Charges, each against the calculation by hand beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.settlement.examples import (
    ANNA,
    BERT,
    CHILD,
    OPERATOR,
    PARENT,
    days,
    euro,
    posted,
    reservation,
)

from capacity.contracts.errors import IndexValueMissing
from capacity.contracts.pricing.price import (
    Block,
    BlockTiers,
    Flat,
    Indexed,
    PriceProcedure,
    SeasonFactor,
    Share,
    Sum,
    Tier,
)
from linepack.money import Currency, Money
from settlement.charges.cost import Cost, at_price, at_rate
from settlement.charges.errors import NothingToPassOn
from settlement.charges.rules import (
    Obligation,
    divided,
    pass_on,
    plan,
    release_credit,
)
from settlement.ledger.model import ChargeCode, ChargeLine


def test_reservation_is_quantity_times_rate_times_gas_days_of_each_month() -> None:
    # 1,000 units at 0.0125: 12.50 a day. 16 days of January, 28 of February, 4 of March: 200 + 350 + 50.
    lines = plan(reservation(1000), days("2027-01-16", "2027-03-05"), at_rate(Decimal("0.0125"), 1000))

    assert [(line.gas_month, line.amount) for line in lines] == [
        (date(2027, 1, 1), euro("200.00")),
        (date(2027, 2, 1), euro("350.00")),
        (date(2027, 3, 1), euro("50.00")),
    ]
    assert {line.rate for line in lines} == {Decimal("0.0125")}
    assert lines[0].period == days("2027-01-16", "2027-02-01")


def test_february_of_a_leap_year_has_29_gas_days() -> None:
    (line,) = plan(reservation(100), days("2028-02-01", "2028-03-01"), at_rate(Decimal("0.5"), 100))
    assert line.amount == euro("1450.00")  # 100 × 0.5 × 29


def test_a_line_shows_its_working() -> None:
    (line,) = plan(reservation(1000), days("2027-01-01", "2027-01-03"), at_rate(Decimal("0.0125"), 1000))
    assert line.working[0] == "1,000 × 0.0125 = 12.5"
    assert line.working[1].endswith("× 12.5 = 25")
    assert line.working[-1] == "payable 25.00 EUR"


def test_monthly_lines_add_up_to_the_rounded_total_by_largest_remainder() -> None:
    # 1 unit at 0.001 is 0.031 in January, 0.028 in February, 0.031 in March: 0.090 in all, so 0.09. Floors
    # are 0.03 + 0.02 + 0.03 = 0.08; remainders 0.001, 0.008, 0.001, so the cent left goes to February.
    lines = plan(reservation(1), days("2027-01-01", "2027-04-01"), at_rate(Decimal("0.001"), 1))
    assert [line.amount for line in lines] == [euro("0.03"), euro("0.03"), euro("0.03")]

    # At 0.005: 0.155, 0.140, 0.155, in all 0.450. Rounded month by month that would be 0.16 + 0.14 + 0.16, a
    # cent too much.
    lines = plan(reservation(1), days("2027-01-01", "2027-04-01"), at_rate(Decimal("0.005"), 1))
    assert [line.amount for line in lines] == [euro("0.16"), euro("0.14"), euro("0.15")]


def test_season_factor_prices_each_month_by_itself() -> None:
    # 10 units at 2: 20 a day. January × 1.5 × 31 = 930, February × 1 × 28 = 560.
    price = SeasonFactor(base=Flat(Decimal(2)), factors=(Decimal("1.5"), *[Decimal(1)] * 11))
    lines = plan(reservation(10), days("2027-01-01", "2027-03-01"), at_price(price, Decimal(10)))
    assert [line.amount for line in lines] == [euro("930"), euro("560")]
    assert [line.rate for line in lines] == [Decimal(3), Decimal(2)]


def test_block_tiers_charge_each_block_at_its_own_price() -> None:
    # T002-2 of the seeds as tiers: 210 units cost 100 × 20 + 80 × 22 + 30 × 24 = 4,480 a day.
    tiers = (tier("100", "20"), tier("180", "22"), tier("230", "24"))
    (line,) = plan(
        reservation(210), days("2027-06-01", "2027-06-02"), at_price(BlockTiers(tiers), Decimal(210))
    )
    assert line.amount == euro("4480.00")
    assert line.rate == Decimal("21.3333333333")  # 4,480 / 210


def test_a_price_that_is_not_known_yet_cannot_be_planned() -> None:
    with pytest.raises(IndexValueMissing):
        plan(reservation(1), days("2027-01-01", "2027-01-02"), at_price(Indexed("TTF"), Decimal(1)))


def test_free_capacity_is_charged_nothing_in_each_month() -> None:
    lines = plan(reservation(5), days("2027-01-01", "2027-03-01"), at_rate(Decimal(0), 5))
    assert [line.amount for line in lines] == [euro("0"), euro("0")]


def test_a_negative_secondary_price_divides_like_a_positive_one() -> None:
    assert divided(euro("-0.45"), [Decimal("-0.155"), Decimal("-0.14"), Decimal("-0.155")]) == [
        euro("-0.15"),
        euro("-0.14"),
        euro("-0.16"),
    ]


def test_months_that_differ_in_sign_add_up_to_the_charge() -> None:
    # 10 units at −1, and in January at +2 beside it: 31 × 10 = 310, then 28 × −10 = −280.
    january_only = tuple(Decimal(int(month == 1)) for month in range(1, 13))
    price = Sum((Flat(Decimal(-1)), SeasonFactor(Flat(Decimal(2)), january_only)))
    lines = plan(reservation(10), days("2027-01-01", "2027-03-01"), at_price(price, Decimal(10)))
    assert [line.amount for line in lines] == [euro("310"), euro("-280")]


def test_parts_that_differ_in_sign_divide_by_largest_remainder() -> None:
    # In cents 10.5, −3.2, 0.4, sum 7.7, payable 8; rounded down 10, −4, 0 = 6; the two largest remainders
    # are those of −3.2 (0.8) and 10.5 (0.5).
    parts = [Decimal("0.105"), Decimal("-0.032"), Decimal("0.004")]
    assert divided(euro("0.08"), parts) == [euro("0.11"), euro("-0.03"), euro("0.00")]


@given(st.lists(st.decimals(-1000, 1000, places=4), min_size=1, max_size=30))
def test_parts_of_any_sign_add_up_and_are_less_than_a_cent_off(parts: list[Decimal]) -> None:
    whole = Money(sum(parts, Decimal(0)), Currency.EUR).rounded()
    shares = divided(whole, parts)
    assert sum((share.amount for share in shares), Decimal(0)) == whole.amount
    assert all(abs(share.amount - part) < Decimal("0.02") for share, part in zip(shares, parts, strict=True))


def test_a_credit_below_half_a_cent_is_nothing_in_each_part() -> None:
    assert divided(euro("0.00"), [Decimal("-0.001"), Decimal("-0.002")]) == [euro("0.00"), euro("0.00")]


def test_release_credit_mirrors_the_replacements_demand_money_on_the_parent_contract() -> None:
    # 40 units at 0.25 for 28 days: 280.
    replacement = plan(
        reservation(40, debtor=BERT), days("2027-02-01", "2027-03-01"), at_rate(Decimal("0.25"), 40)
    )
    (credit,) = release_credit(replacement, releasing=ANNA, contract_id=PARENT, contract_code="C-1")
    assert (credit.debtor, credit.creditor, credit.amount) == (OPERATOR, ANNA, euro("280.00"))
    assert credit.charge_code is ChargeCode.RELEASE_CREDIT


def test_assignment_divides_each_month_and_keeps_its_amount() -> None:
    # 100 units at 0.30 in January: 930.00. From the 21st on, 11 days, 60 units pass: 20 × 100 × 0.30 = 600.00
    # stay before, 11 × 40 × 0.30 = 132.00 stay beside, 11 × 60 × 0.30 = 198.00 pass.
    open_lines = posted(plan(reservation(), days("2027-01-01", "2027-03-01"), at_rate(Decimal("0.3"), 100)))
    passed = pass_on(
        open_lines,
        part=passing(60),
        period=days("2027-01-21", "2027-03-01"),
        cost=at_rate(Decimal("0.3"), 60),
        kept=at("0.3"),
    )

    january = [line for line in passed.seller if line.gas_month == date(2027, 1, 1)]
    assert [(line.quantity, line.amount) for line in january] == [
        (-100, euro("-930.00")),
        (100, euro("600.00")),
        (40, euro("132.00")),
    ]
    assert january[0].reverses == open_lines[0].ref
    # February: 100 × 0.3 × 28 = 840.00, of which 60 of 100 units pass: 504.00.
    assert [(line.debtor, line.contract_id, line.amount) for line in passed.buyer] == [
        (BERT, CHILD, euro("198.00")),
        (BERT, CHILD, euro("504.00")),
    ]


def test_assignment_of_everything_leaves_the_seller_only_reversals() -> None:
    open_lines = posted(plan(reservation(), days("2027-01-01", "2027-02-01"), at_rate(Decimal("0.3"), 100)))
    passed = pass_on(
        open_lines,
        part=passing(100),
        period=days("2027-01-01", "2027-02-01"),
        cost=at_rate(Decimal("0.3"), 100),
        kept=at("0.3"),
    )
    assert [line.amount for line in passed.seller] == [euro("-930.00")]
    assert [line.amount for line in passed.buyer] == [euro("930.00")]


def test_assignment_of_a_broken_share_loses_no_cent() -> None:
    # 3 units for 0.10: one passes, of 3 × 31 unit days 31 pass. 10 cents × 2/3 = 6.67 and × 1/3 = 3.33 cents:
    # floors 6 + 3, the cent left goes to the larger remainder, what stays.
    (line,) = plan(reservation(3), days("2027-01-01", "2027-02-01"), at_rate(Decimal("0.001075"), 3))
    assert line.amount == euro("0.10")
    passed = pass_on(
        posted((line,)),
        part=passing(1),
        period=line.period,
        cost=at_rate(Decimal("0.001075"), 1),
        kept=at("0.001075"),
    )
    assert [line.amount for line in passed.seller] == [euro("-0.10"), euro("0.07")]
    assert [line.amount for line in passed.buyer] == [euro("0.03")]


def test_a_part_and_what_is_kept_bear_their_shares_of_what_the_whole_costs() -> None:
    # The first 60 units at 2, the next 40 at 1: 160 a day, 4,960.00 in January. Of 100 units 30 pass and bear
    # 30 % of it, 1,488.00; the 70 that stay 3,472.00.
    line, price = tiered_january()
    passed = pass_on(
        posted((line,)),
        part=passing(30),
        period=line.period,
        cost=at_price(price, Decimal(30)),
        kept=of(price),
    )
    assert [line.amount for line in passed.seller] == [euro("-4960.00"), euro("3472.00")]
    assert [(line.amount, line.rate) for line in passed.buyer] == [(euro("1488.00"), Decimal("1.6"))]
    assert passed.buyer[0].working == (
        "units 0 to 60: 60 × 2 = 120",
        "units 60 to 100: 40 × 1 = 40",
        "sum = 160",
        "31 gas days (2027-01-01 to 2027-01-31) × 160 = 4,960",
        "30 of 100 units = 1,488",
        "payable 1,488.00 EUR",
    )
    assert passed.seller[1].working[-2:] == ("70 of 100 units = 3,472", "payable 3,472.00 EUR")


def test_a_line_that_cannot_be_its_nearest_cent_says_why() -> None:
    # 1 unit at 0.005: 0.155, 0.140 and 0.155, in all 0.45; the cents that the floors leave go to January.
    lines = plan(reservation(1), days("2027-01-01", "2027-04-01"), at_rate(Decimal("0.005"), 1))
    assert [line.working[-1] for line in lines] == [
        "payable 0.16 EUR",
        "payable 0.14 EUR",
        "0.16 EUR, -0.01 so that all parts of 0.45 EUR add up: payable 0.15 EUR",
    ]


def test_the_working_of_what_passes_does_not_say_what_the_seller_owed() -> None:
    # Of 0.46 for 3 units in March, 0.31 stays and 0.155 passes. At a flat price 0.46 would say: 3 units.
    *_, march = plan(reservation(3), days("2027-01-01", "2027-04-01"), at_rate(Decimal("0.005"), 3))
    passed = pass_on(
        posted((march,)),
        part=passing(1),
        period=march.period,
        cost=at_rate(Decimal("0.005"), 1),
        kept=at("0.005"),
    )
    assert march.amount == euro("0.46")
    assert [line.working[-1] for line in passed.buyer] == [
        "0.16 EUR, -0.01 so that all parts add up: payable 0.15 EUR"
    ]
    assert "0.46" not in str(passed.buyer[0].working)


def test_what_a_line_of_an_earlier_rule_owes_beyond_its_price_stays_with_the_seller() -> None:
    # The line owes 5,000.00, the contract costs 4,960.00. 30 of 100 units pass from the 11th to the 20th:
    # 10 × 160 × 0.3 = 480.00. The seller keeps the rest: 1,600.00, 1,120.00 and 1,760.00, and the 40.00 by
    # unit days, of 1,000, 700 and 1,100: 14.2857, 10.00 and 15.7143.
    line, price = tiered_january()
    passed = pass_on(
        posted((replace(line, amount=euro("5000.00")),)),
        part=passing(30),
        period=days("2027-01-11", "2027-01-21"),
        cost=at_price(price, Decimal(30)),
        kept=of(price),
    )
    assert [line.amount for line in passed.buyer] == [euro("480.00")]
    assert [line.amount for line in passed.seller[1:]] == [euro("1614.29"), euro("1130"), euro("1775.71")]
    assert passed.seller[2].working[-1] == (
        "1,120.00 EUR, +10.00 so that all parts of 5,000.00 EUR add up: payable 1,130.00 EUR"
    )


@pytest.mark.parametrize(
    ("quantity", "start", "end"),
    [(101, "2027-01-01", "2027-02-01"), (1, "2026-12-31", "2027-01-02"), (1, "2027-01-31", "2027-02-02")],
    ids=["more units than it owes for", "a day before it begins", "a day after it ends"],
)
def test_nothing_passes_that_the_seller_does_not_owe(quantity: int, start: str, end: str) -> None:
    open_lines = posted(plan(reservation(), days("2027-01-01", "2027-02-01"), at_rate(Decimal("0.3"), 100)))
    with pytest.raises(NothingToPassOn):
        pass_on(
            open_lines,
            part=passing(quantity),
            period=days(start, end),
            cost=at_rate(Decimal("0.3"), quantity),
            kept=at("0.3"),
        )


def passing(quantity: int) -> Obligation:
    return replace(reservation(quantity, debtor=BERT), contract_id=CHILD, contract_code="C-2")


def tiered_january() -> tuple[ChargeLine, Share]:
    tiers = BlockTiers((tier("60", "2"), tier("100", "1")))
    (line,) = plan(reservation(), days("2027-01-01", "2027-02-01"), at_price(tiers, Decimal(100)))
    assert line.amount == euro("4960.00")
    return line, Share((Block(Decimal(100), tiers),))


def at(rate: str) -> Callable[[int], Cost]:
    return lambda quantity: at_rate(Decimal(rate), quantity)


def of(price: PriceProcedure) -> Callable[[int], Cost]:
    return lambda quantity: at_price(price, Decimal(quantity))


def tier(up_to: str, price: str) -> Tier:
    return Tier(Decimal(up_to), Decimal(price))
