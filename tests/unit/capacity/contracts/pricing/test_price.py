import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from capacity.contracts.errors import CalorificValueMissing, IndexValueMissing, NotReducible
from capacity.contracts.pricing.calculation import PricingContext
from capacity.contracts.pricing.codec import price_from_json, price_to_json
from capacity.contracts.pricing.price import (
    Block,
    BlockTiers,
    CalorificAdjusted,
    Flat,
    Indexed,
    LargerOf,
    PriceProcedure,
    SeasonFactor,
    Share,
    Sum,
    TakeOrPay,
    Tier,
    amount,
    combined,
    evaluate,
    evaluate_over,
    is_proportional,
    steps,
    within,
)
from capacity.contracts.pricing.rules import price_faults
from linepack.gasday import Period
from linepack.problems import InvalidInput

D = Decimal
JANUARY = PricingContext(date(2027, 1, 15), index_values={"TTF": D("31.20")})
TIERS = BlockTiers((Tier(D(100), D(20)), Tier(D(180), D(22)), Tier(None, D(24))))
SEASON = tuple(D(tenths) / 10 for tenths in (14, 14, 12, 10, 8, 7, 6, 6, 8, 10, 12, 14))


def lines(price: PriceProcedure, quantity: str, at: PricingContext = JANUARY) -> list[str]:
    return str(evaluate(price, D(quantity), at)).splitlines()


def test_flat_price_shows_one_product() -> None:
    assert lines(Flat(D("0.15")), "12500") == ["12,500 × 0.15 = 1,875"]


def test_block_tiers_charge_each_block_at_its_own_price() -> None:
    assert lines(TIERS, "210") == [
        "units 0 to 100: 100 × 20 = 2,000",
        "units 100 to 180: 80 × 22 = 1,760",
        "units 180 to 210: 30 × 24 = 720",
        "sum = 4,480",
    ]


def test_block_tiers_of_nothing_cost_nothing() -> None:
    assert lines(TIERS, "0") == ["0 units = 0"]


@pytest.mark.parametrize(
    ("floor", "cap", "expected"),
    [
        (None, None, ["TTF 31.2 × 1.05 + 0.4 = 33.16", "10 × 33.16 = 331.6"]),
        (None, "33", ["TTF 31.2 × 1.05 + 0.4 = 33.16", "not above cap 33 = 33", "10 × 33 = 330"]),
        ("34", "40", ["TTF 31.2 × 1.05 + 0.4 = 33.16", "not below floor 34 = 34", "10 × 34 = 340"]),
    ],
)
def test_index_is_held_between_floor_and_cap(floor: str | None, cap: str | None, expected: list[str]) -> None:
    price = Indexed("TTF", D("1.05"), D("0.40"), floor and D(floor), cap and D(cap))  # type: ignore[arg-type]

    assert lines(price, "10") == expected


def test_index_without_a_value_names_index_and_day() -> None:
    with pytest.raises(IndexValueMissing, match="index NBP has no value for gas day 2027-01-15"):
        amount(Indexed("NBP"), D(1), JANUARY)


def test_calorific_price_without_a_measurement_is_refused() -> None:
    price = CalorificAdjusted(Flat(D(1)), D(10), D(9), D(11), Flat(D(0)))

    with pytest.raises(CalorificValueMissing):
        amount(price, D(1), JANUARY)


def test_season_factor_follows_the_month_of_the_gas_day() -> None:
    price = SeasonFactor(Flat(D("2")), SEASON)

    assert lines(price, "100") == ["100 × 2 = 200", "200 × season factor 1.4 (Jan) = 280"]
    assert amount(price, D(100), PricingContext(date(2027, 7, 1))) == 120


def test_larger_of_two_shows_both() -> None:
    price = LargerOf(Flat(D("0.9")), Flat(D(1)))

    assert lines(price, "1000") == [
        "1,000 × 0.9 = 900",
        "1,000 × 1 = 1,000",
        "the larger of 900 and 1,000 = 1,000",
    ]


def test_sum_adds_its_parts() -> None:
    assert lines(Sum((Flat(D(2)), Flat(D("0.5")))), "10") == ["10 × 2 = 20", "10 × 0.5 = 5", "sum = 25"]


def test_negative_quantity_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        evaluate(Flat(D(1)), D(-1), JANUARY)


def test_a_period_of_equal_days_is_one_step() -> None:
    period = Period(date(2027, 1, 1), date(2028, 1, 1))

    charged = evaluate_over(Flat(D("0.15")), D(1000), period, PricingContext)

    assert str(charged).splitlines() == [
        "1,000 × 0.15 = 150",
        "365 gas days (2027-01-01 to 2027-12-31) × 150 = 54,750",
    ]


def test_a_season_is_charged_month_by_month_and_equal_months_together() -> None:
    # Jan, Feb at 1.4 (59 days) and Mar at 1.2 (31 days): 59 × 140 + 31 × 120 = 8,260 + 3,720
    period = Period(date(2027, 1, 1), date(2027, 4, 1))

    charged = evaluate_over(SeasonFactor(Flat(D(1)), SEASON), D(100), period, PricingContext)

    assert charged.amount == 11_980
    assert sum("gas days" in line.expression for line in charged.lines) == 3


def test_an_index_is_charged_day_by_day() -> None:
    period = Period(date(2027, 1, 1), date(2027, 1, 4))
    values = {date(2027, 1, 1): D(30), date(2027, 1, 2): D(30), date(2027, 1, 3): D(32)}

    charged = evaluate_over(
        Indexed("TTF"), D(10), period, lambda day: PricingContext(day, index_values={"TTF": values[day]})
    )

    assert charged.amount == 10 * (30 + 30 + 32)
    assert [line.expression for line in charged.lines if "gas day" in line.expression] == [
        "2 gas days (2027-01-01 to 2027-01-02) × 300",
        "1 gas day (2027-01-03) × 320",
    ]


def test_flat_prices_combine_into_one() -> None:
    assert combined(Flat(D(20)), Flat(D("1.5"))) == Flat(D("21.5"))
    assert combined(Flat(D(20)), Indexed("TTF"), Flat(D(1))) == Sum((Flat(D(21)), Indexed("TTF")))


def test_units_within_a_tier_have_its_price() -> None:
    assert within(SeasonFactor(TIERS, SEASON), D(100), D(180)) == SeasonFactor(Flat(D(22)), SEASON)


@pytest.mark.parametrize("price", [LargerOf(TIERS, Flat(D(21))), TakeOrPay(D(100), D(1))])
def test_units_without_a_price_of_their_own_are_refused(price: PriceProcedure) -> None:
    with pytest.raises(NotReducible):
        within(price, D(0), D(100))


def test_a_share_is_in_proportion_to_what_all_units_cost() -> None:
    # 210 units cost 2,000 + 1,760 + 720 = 4,480; 70 of them a third of it, to six decimals
    shared = evaluate(Share((Block(D(210), TIERS),), digits=6), D(70), JANUARY)

    assert [str(line) for line in shared.lines[-2:]] == ["sum = 4,480", "70 of 210 units = 1,493.333333"]
    assert shared.amount == D("1493.333333")


def test_a_share_of_several_blocks_adds_them_first() -> None:
    # 10 units at 3 and 40 at 2 cost 110; 20 of 50 units cost 44
    price = Share((Block(D(10), Flat(D(3))), Block(D(40), Flat(D(2)))))

    assert evaluate(price, D(20), JANUARY).amount == 44


def test_all_units_of_a_share_cost_all_of_it_to_the_last_digit() -> None:
    price = Share((Block(D(3), Flat(D("0.123456789"))),), digits=0)

    assert evaluate(price, D(3), JANUARY).amount == D("0.370370367")


def test_a_share_of_a_credit_is_rounded_away_from_zero_like_that_of_a_charge() -> None:
    credit, charge = (Share((Block(D(2), Flat(D(price))),), digits=0) for price in ("-2.5", "2.5"))

    assert [evaluate(price, D(1), JANUARY).amount for price in (credit, charge)] == [-3, 3]


def test_a_share_of_a_period_is_rounded_once() -> None:
    # A third of 1 a day is no finite decimal, of 30 days it is 10.
    period = Period(date(2027, 4, 1), date(2027, 5, 1))
    tiers = BlockTiers((Tier(D(1), D(1)), Tier(None, D(0))))

    shared = evaluate_over(Share((Block(D(3), tiers),)), D(1), period, PricingContext)

    assert [str(line) for line in shared.lines] == [
        "units 0 to 1: 1 × 1 = 1",
        "units 1 to 3: 2 × 0 = 0",
        "sum = 1",
        "30 gas days (2027-04-01 to 2027-04-30) × 1 = 30",
        "1 of 3 units = 10",
    ]


def test_a_share_is_proportional_whatever_it_is_a_share_of() -> None:
    share = Share((Block(D(210), TIERS),))

    assert is_proportional(share)
    assert steps(Sum((share, BlockTiers((Tier(D(5), D(1)), Tier(None, D(2))))))) == {5}
    assert within(share, D(0), D(10)) == share


A_SHARE = Share((Block(D("2.5"), Flat(D(1))), Block(D(210), SeasonFactor(TIERS, SEASON))), digits=3)

EVERY_FORM = Sum(
    (
        TIERS,
        LargerOf(Flat(D("0.10")), Indexed("TTF", D("1.05"), D("-0.4"), D(0), D(40))),
        SeasonFactor(CalorificAdjusted(Flat(D(1)), D("10.4"), D(10), D("11.2"), Flat(D(0)), 4), SEASON),
        TakeOrPay(D(36_500), D("0.8")),
    )
)


def test_every_form_survives_json() -> None:
    assert price_from_json(price_to_json(EVERY_FORM)) == EVERY_FORM
    assert price_from_json(price_to_json(A_SHARE)) == A_SHARE


def test_prices_stored_before_are_read_and_written_as_they_are(published_data: Path) -> None:
    for plain in json.loads((published_data / "stored" / "prices.json").read_text()).values():
        assert price_to_json(price_from_json(plain)) == plain


def test_a_valid_price_has_no_faults() -> None:
    assert list(price_faults(EVERY_FORM, "price")) == []
    assert list(price_faults(A_SHARE, "price")) == []


def test_all_faults_of_a_price_are_found_at_once() -> None:
    price = {
        "form": "SUM",
        "parts": [
            {"form": "FLAT", "price_per_unit_day": "dear"},
            {"form": "BLOCK_TIERS", "tiers": [{"up_to": "x", "price_per_unit_day": 1.5}]},
            {"form": "BARTER"},
            {"form": "INDEXED", "multiplier": "NaN", "addend": "1e99"},
        ],
    }

    with pytest.raises(InvalidInput) as refused:
        price_from_json(price)

    assert [fault.place for fault in refused.value.faults] == [
        "price.parts[1].price_per_unit_day",
        "price.parts[2].tiers[1].up_to",
        "price.parts[2].tiers[1].price_per_unit_day",
        "price.parts[3].form",
        "price.parts[4].index",
        "price.parts[4].multiplier",
        "price.parts[4].addend",
    ]


@pytest.mark.parametrize(
    ("price", "place"),
    [
        (BlockTiers(()), "price.tiers"),
        (BlockTiers((Tier(D(10), D(1)), Tier(D(10), D(1)))), "price.tiers[2].up_to"),
        (BlockTiers((Tier(None, D(1)), Tier(D(10), D(1)))), "price.tiers[1].up_to"),
        (Indexed("TTF", floor_per_unit_day=D(2), cap_per_unit_day=D(1)), "price"),
        (SeasonFactor(Flat(D(1)), SEASON[:11]), "price.factors"),
        (SeasonFactor(Flat(D(1)), (*SEASON[:11], D(-1))), "price.factors.Dec"),
        (CalorificAdjusted(Flat(D(1)), D(10), D(11), D(9), Flat(D(1))), "price"),
        (CalorificAdjusted(Flat(D(1)), D(0), D(9), D(11), Flat(D(1))), "price.reference"),
        (CalorificAdjusted(Flat(D(1)), D(10), D(9), D(11), Flat(D(1)), 10), "price.digits"),
        (Sum(()), "price.parts"),
        (TakeOrPay(D(-1), D(1)), "price.minimum"),
        (Flat(D("1.0000000001")), "price.price_per_unit_day"),
        (Share(()), "price.blocks"),
        (Share((Block(D(1), Flat(D(1))),), 19), "price.digits"),
        (Share((Block(D(0), Flat(D(1))),)), "price.blocks[1].units"),
        (Share((Block(D(11), BlockTiers((Tier(D(10), D(1)),))),)), "price.blocks[1].units"),
        (Share((Block(D(1), Sum(())),)), "price.blocks[1].price.parts"),
        (Share((Block(D(1), A_SHARE),)), "price.blocks[1].price"),
        (Sum((A_SHARE, Flat(D(1)))), "price"),
    ],
)
def test_each_rule_of_a_price_names_its_place(price: PriceProcedure, place: str) -> None:
    assert [fault.place for fault in price_faults(price, "price")] == [place]


def test_deep_nesting_is_refused_before_it_is_followed() -> None:
    nested: dict[str, object] = {"form": "FLAT", "price_per_unit_day": "1"}
    for _ in range(2000):
        nested = {"form": "SUM", "parts": [nested]}

    with pytest.raises(InvalidInput, match="nested at most 8 deep"):
        price_from_json(nested)


def test_shares_in_shares_are_refused_before_they_are_followed() -> None:
    nested = price_to_json(A_SHARE)
    for _ in range(2000):
        nested = {"form": "SHARE", "blocks": [{"units": "1", "price": nested}]}

    with pytest.raises(InvalidInput, match="nested at most 8 deep"):
        price_from_json(nested)
    with pytest.raises(InvalidInput, match="a share is not part of another price"):
        price_from_json({"form": "SHARE", "blocks": [{"units": "1", "price": price_to_json(A_SHARE)}]})


def test_any_price_within_the_limits_can_be_shared() -> None:
    price: PriceProcedure = Sum((Flat(D(1)),) * 57)
    for _ in range(6):
        price = Sum((price,))
    shared = Share((Block(D(1), price),) * 64)

    assert list(price_faults(price, "price")) == []
    assert price_from_json(price_to_json(shared)) == shared


def test_faults_of_a_share_are_found_at_once() -> None:
    blocks = [3, {"units": "x", "price": {"form": "BARTER"}}]

    with pytest.raises(InvalidInput) as refused:
        price_from_json({"form": "SHARE", "blocks": blocks, "digits": "many"})

    assert [fault.place for fault in refused.value.faults] == [
        "price.blocks[1]",
        "price.blocks[2].units",
        "price.blocks[2].price.form",
        "price.digits",
    ]


def test_wide_sums_are_refused() -> None:
    part = {"form": "FLAT", "price_per_unit_day": "1"}
    wide = {"form": "SUM", "parts": [{"form": "SUM", "parts": [part] * 20}] * 20}

    with pytest.raises(InvalidInput, match="at most 64 forms"):
        price_from_json(wide)
