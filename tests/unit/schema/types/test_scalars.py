from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from linepack import gasday, money
from linepack.problems import InvalidInput
from schema.types.scalars import (
    Money,
    Period,
    PeriodInput,
    parse_cursor,
    parse_decimal,
    parse_gas_day,
    parse_instant,
    parse_price,
    parse_quantity,
    show_decimal,
    show_instant,
)


@pytest.mark.parametrize(
    ("value", "decimal"),
    [
        ("0", "0"),
        ("12.50", "12.50"),
        ("-0.000000000001", "-0.000000000001"),
        ("+7", "7"),
        (42, "42"),
        ("999999999999999999.999999999999", "999999999999999999.999999999999"),
    ],
)
def test_a_decimal_is_read_exactly(value: object, decimal: str) -> None:
    assert parse_decimal(value) == Decimal(decimal)


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "inf",
        "1e5",
        "1E400",
        "1_000",
        "1,5",
        "1.",
        ".5",
        "",
        " 1",
        "1 ",
        "1\n",
        "0x10",
        "١٢",
        "1" * 19,
        "0." + "1" * 13,
        1.5,
        0.1,
        float("inf"),
        float("nan"),
        True,
        None,
        [],
        {},
        10**18,
        "1" * 100_000,
    ],
)
def test_what_is_not_a_plain_decimal_is_refused_with_what_was_expected(value: object) -> None:
    with pytest.raises(GraphQLError) as refused:
        parse_decimal(value)
    assert refused.value.message.startswith('expected a decimal as a string such as "12.50"')
    assert len(refused.value.message) < 200
    assert "ConversionSyntax" not in refused.value.message


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**17), max_value=10**17))
def test_a_decimal_survives_the_way_to_the_client_and_back(value: Decimal) -> None:
    assert parse_decimal(show_decimal(value)) == value


def test_a_decimal_is_shown_without_an_exponent() -> None:
    assert show_decimal(Decimal("1E+3")) == "1000"
    assert show_decimal(Decimal("1E-7")) == "0.0000001"


def test_a_price_is_a_decimal_whose_sign_is_a_matter_of_rule_data() -> None:
    assert parse_price("0.0001") == Decimal("0.0001")
    assert parse_price("-1") == Decimal(-1)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-10-01", "9999-12-31"])
def test_a_gas_day_outside_the_calendar_is_refused(day: str) -> None:
    with pytest.raises(GraphQLError, match=r"expected a gas day .* from 1900-01-01 to 2999-12-31"):
        parse_gas_day(day)


@pytest.mark.parametrize(
    "instant",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59Z",
        "3000-01-01T00:00:00Z",
    ],
)
def test_an_instant_outside_the_calendar_is_refused(instant: str) -> None:
    with pytest.raises(GraphQLError, match="expected an instant"):
        parse_instant(instant)


@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31"])
def test_the_calendar_holds_its_first_and_last_gas_day(day: str) -> None:
    assert parse_gas_day(day).isoformat() == day


@pytest.mark.parametrize(("value", "quantity"), [(1, 1), ("250", 250), (10**12, 10**12)])
def test_a_quantity_is_whole_and_positive(value: object, quantity: int) -> None:
    assert parse_quantity(value) == quantity


@pytest.mark.parametrize(
    "value", [0, -1, 10**12 + 1, 1.0, 1.5, "1.0", "", "1e3", True, None, "9" * 30, "NaN"]
)
def test_what_is_not_a_whole_positive_quantity_is_refused(value: object) -> None:
    with pytest.raises(GraphQLError, match="expected a whole number of commercial units from 1 to"):
        parse_quantity(value)


def test_a_gas_day_is_a_date() -> None:
    assert parse_gas_day("2027-02-28") == date(2027, 2, 28)


@pytest.mark.parametrize(
    "value", ["2027-02-29", "20270228", "2027-2-1", "2027-W01-1", "2027-02-28T06:00Z", "", 20270228, None]
)
def test_what_is_no_date_is_no_gas_day(value: object) -> None:
    with pytest.raises(GraphQLError, match="expected a gas day such as"):
        parse_gas_day(value)


def test_an_instant_needs_its_offset_and_is_kept_in_utc() -> None:
    assert parse_instant("2027-01-31T06:00:00+01:00") == datetime(2027, 1, 31, 5, tzinfo=UTC)
    assert parse_instant("2027-01-31T05:00:00Z") == datetime(2027, 1, 31, 5, tzinfo=UTC)
    for value in ("2027-01-31T06:00:00", "2027-01-31", "yesterday", "", None, 0):
        with pytest.raises(GraphQLError, match="expected an instant with its offset"):
            parse_instant(value)


def test_an_instant_is_shown_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    assert show_instant(datetime(2027, 1, 31, 6, tzinfo=berlin)) == "2027-01-31T05:00:00Z"


@pytest.mark.parametrize("value", ["-1", "1.5", "", "abc", str(2**53), 5, None, "1" * 17])
def test_what_no_event_has_given_is_no_cursor(value: object) -> None:
    with pytest.raises(GraphQLError, match="expected a cursor"):
        parse_cursor(value)


def test_a_cursor_is_read_as_a_position() -> None:
    assert [parse_cursor(value) for value in ("0", "17", str(2**53 - 1))] == [0, 17, 2**53 - 1]


def test_a_period_is_half_open_both_ways() -> None:
    asked = PeriodInput(start=date(2027, 1, 1), end=date(2027, 2, 1)).to_period()
    assert asked == gasday.Period(date(2027, 1, 1), date(2027, 2, 1))
    assert Period.of(asked).days == 31


@pytest.mark.parametrize("days", [0, -1, 20 * 366 + 1])
def test_an_empty_or_endless_period_is_refused_at_its_place(days: int) -> None:
    asked = PeriodInput(start=date(2027, 1, 1), end=date(2027, 1, 1) + timedelta(days=days))
    with pytest.raises(InvalidInput) as refused:
        asked.to_period("period")
    assert [fault.place for fault in refused.value.faults] == ["period"]


def test_money_is_an_amount_and_a_currency() -> None:
    shown: Any = Money.of(money.Money(Decimal("12.50"), money.Currency.EUR))
    assert (shown.amount, shown.currency) == (Decimal("12.50"), money.Currency.EUR)
