"""How far a price procedure reaches, and whether it may be negative; by hand."""

from decimal import Decimal

import pytest

from capacity.contracts.pricing.bounds import may_be_negative, reach
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
    Tier,
)

WINTER_ONLY = tuple(Decimal(int(month in (11, 12, 1))) for month in range(1, 13))


def flat(price: str) -> Flat:
    return Flat(Decimal(price))


def tiers(*blocks: tuple[str | None, str]) -> BlockTiers:
    return BlockTiers(
        tuple(Tier(None if end is None else Decimal(end), Decimal(price)) for end, price in blocks)
    )


def calorific(base: PriceProcedure, outside: PriceProcedure) -> CalorificAdjusted:
    return CalorificAdjusted(base, Decimal(11), Decimal(10), Decimal(12), outside)


def coarse(base: PriceProcedure) -> CalorificAdjusted:
    return CalorificAdjusted(base, Decimal(11), Decimal(5), Decimal(12), flat("1"), digits=0)


def share(price: PriceProcedure) -> Share:
    return Share((Block(Decimal(50), price), Block(Decimal(1), Flat(Decimal(1)))))


@pytest.mark.parametrize(
    ("price", "most"),
    [
        (flat("1"), None),
        (tiers(("50", "1"), (None, "2")), None),
        (tiers(("50", "1"), ("80", "2")), 80),
        (Sum((flat("1"), tiers(("50", "1"), ("80", "2")), tiers(("70", "1")))), 70),
        (SeasonFactor(LargerOf(flat("1"), tiers(("0.5", "1"))), WINTER_ONLY), Decimal("0.5")),
        (calorific(flat("1"), tiers(("3", "1"))), 3),
        (share(tiers(("50", "1"))), None),
    ],
)
def test_a_price_reaches_as_far_as_its_shortest_tiers(price: PriceProcedure, most: Decimal | None) -> None:
    assert reach(price) == most


@pytest.mark.parametrize(
    "price",
    [
        flat("0"),
        flat("0.1"),
        tiers(("50", "1"), (None, "0")),
        Sum((flat("-1"), flat("1"))),
        LargerOf(flat("-1"), flat("0")),
        Indexed("TTF"),
        Indexed("TTF", addend=Decimal("-1"), floor_per_unit_day=Decimal(0)),
        Indexed("TTF", multiplier=Decimal(-1), floor_per_unit_day=Decimal(0)),
        Sum((Indexed("TTF", addend=Decimal(5), cap_per_unit_day=Decimal(4)), flat("-4"))),
        SeasonFactor(flat("1"), WINTER_ONLY),
        # 2 in winter, 1 in summer, less 1.
        Sum((flat("-1"), flat("1"), SeasonFactor(flat("1"), WINTER_ONLY))),
        calorific(flat("1"), flat("0")),
        share(tiers(("50", "0"))),
    ],
)
def test_a_price_of_zero_or_more_in_every_month_is_not_negative(price: PriceProcedure) -> None:
    assert not may_be_negative(price)


@pytest.mark.parametrize(
    "price",
    [
        flat("-0.000000001"),
        tiers(("50", "-1"), (None, "2")),
        # −1 in summer, where the season's part is nothing.
        Sum((flat("-1"), SeasonFactor(flat("2"), WINTER_ONLY))),
        LargerOf(flat("-2"), flat("-1")),
        Indexed("TTF", addend=Decimal("-0.01")),
        Indexed("TTF", multiplier=Decimal(-1), addend=Decimal(100)),
        Sum((flat("100"), Indexed("TTF", multiplier=Decimal(-1)))),
        Indexed("TTF", addend=Decimal(5), cap_per_unit_day=Decimal(-3)),
        # At most 2, less 4.
        Sum((Indexed("TTF", addend=Decimal(5), cap_per_unit_day=Decimal(2)), flat("-4"))),
        # 5 / 11 in no decimals is 0, so that −1 is left.
        Sum((coarse(flat("4")), flat("-1"))),
        calorific(flat("1"), flat("-1")),
        calorific(flat("-1"), flat("1")),
        # −1.1 × 12 / 11 + 1.15 = −0.05, although −1.1 + 1.15 is positive.
        Sum((calorific(flat("-1.1"), flat("0")), flat("1.15"))),
        share(tiers(("20", "1"), (None, "-1"))),
        share(Indexed("TTF", multiplier=Decimal(-1))),
    ],
)
def test_a_price_that_some_month_makes_negative_is_named(price: PriceProcedure) -> None:
    assert may_be_negative(price)
