"""Scalars and small value types of the API.

Amounts and capacity are never floats: decimals travel as strings, capacity as whole commercial units.
Instants carry an offset, gas days are local dates, periods are half-open. A value that cannot be read is
rejected with a message that says what was expected.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from linepack import gasday, money
from linepack.events.model import Cursor
from linepack.problems import Fault, InvalidInput
from schema.types.domain_values import FromDomain

DECIMAL_DIGITS_MAX = 18
"""Digits before the decimal point."""
DECIMAL_PLACES_MAX = 12
"""Digits after it."""
QUANTITY_MAX = 10**12
"""In commercial units; below 2**53, so that a JavaScript number holds it exactly."""
CURSOR_MAX = 2**53 - 1

Quantity = NewType("Quantity", int)
Price = NewType("Price", Decimal)

_DECIMAL = re.compile(rf"[+-]?[0-9]{{1,{DECIMAL_DIGITS_MAX}}}(\.[0-9]{{1,{DECIMAL_PLACES_MAX}}})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,16}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CALENDAR = f"from {gasday.GAS_DAY_FIRST} to {gasday.GAS_DAY_LAST}"
_SHOWN_MAX = 40


def _refused(expected: str, value: object) -> GraphQLError:
    text = repr(value)
    shown = text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
    return GraphQLError(f"expected {expected}, not {shown}")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def parse_decimal(value: object) -> Decimal:
    """Read a decimal from a string such as "12.50", or from a whole JSON number.

    Refuses a JSON fraction (it has already been rounded to binary), an exponent, NaN, infinity, and more
    digits than an amount can have.
    """
    text = str(value) if _is_whole(value) else value
    if isinstance(text, str) and _DECIMAL.fullmatch(text):
        return Decimal(text)
    raise _refused(
        f'a decimal as a string such as "12.50", with at most {DECIMAL_DIGITS_MAX} digits before and '
        f"{DECIMAL_PLACES_MAX} after the point",
        value,
    )


def parse_price(value: object) -> Price:
    """Read a price; whether it may be negative is rule data of the network."""
    return Price(parse_decimal(value))


def parse_quantity(value: object) -> Quantity:
    """Read a positive number of whole commercial units, as a JSON number or a string of digits."""
    if (_is_whole(value) or isinstance(value, str)) and _WHOLE.fullmatch(str(value)):
        quantity = int(str(value))
        if 0 < quantity <= QUANTITY_MAX:
            return Quantity(quantity)
    raise _refused(f"a whole number of commercial units from 1 to {QUANTITY_MAX}", value)


def parse_gas_day(value: object) -> date:
    """Read a gas day, written as the local date on which it starts."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is not None and _is_in_calendar(day):
            return day
    raise _refused(f'a gas day such as "2027-01-31", {_CALENDAR}', value)


def _is_in_calendar(day: date) -> bool:
    return gasday.GAS_DAY_FIRST <= day <= gasday.GAS_DAY_LAST


def parse_instant(value: object) -> datetime:
    """Read an instant in ISO 8601 with its offset; returns it in UTC."""
    if isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
        # The local date is compared, because an instant at the ends of `datetime` has none in UTC.
        if instant is not None and instant.tzinfo is not None and _is_in_calendar(instant.date()):
            return instant.astimezone(UTC)
    raise _refused(f'an instant with its offset such as "2027-01-31T05:00:00Z", {_CALENDAR}', value)


def parse_cursor(value: object) -> Cursor:
    """Read a position in an event stream, as an earlier event gave it; "0" is before the first."""
    if isinstance(value, str) and _WHOLE.fullmatch(value) and 0 <= int(value) <= CURSOR_MAX:
        return Cursor(int(value))
    raise _refused('a cursor of an earlier event, or "0"', value)


def show_decimal(value: Decimal) -> str:
    """Write a decimal in plain digits, never with an exponent."""
    return f"{value:f}"


def show_instant(value: datetime) -> str:
    """Write an instant in UTC, with a Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_NUMBERS = "https://www.w3.org/TR/xmlschema11-2/"

SCALARS: Mapping[object, ScalarDefinition] = {
    Decimal: strawberry.scalar(
        name="Decimal",
        specified_by_url=f"{_NUMBERS}#decimal",
        description="An exact decimal number, as a string.",
        serialize=show_decimal,
        parse_value=parse_decimal,
    ),
    Price: strawberry.scalar(
        name="Price",
        specified_by_url=f"{_NUMBERS}#decimal",
        description="Money per commercial unit and gas day, as a decimal string; both are the network's.",
        serialize=show_decimal,
        parse_value=parse_price,
    ),
    Quantity: strawberry.scalar(
        name="Quantity",
        specified_by_url=f"{_NUMBERS}#integer",
        description="Capacity in whole commercial units of the network.",
        serialize=int,
        parse_value=parse_quantity,
    ),
    date: strawberry.scalar(
        name="GasDay",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date.html",
        description=(
            "A gas day, written as the local date on which it starts, at the network's local hour "
            "(06:00 Europe/Berlin, 09:00 America/Chicago). It has 23, 24 or 25 hours."
        ),
        serialize=date.isoformat,
        parse_value=parse_gas_day,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        description="An instant in ISO 8601 with its offset; answers are in UTC.",
        serialize=show_instant,
        parse_value=parse_instant,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        specified_by_url=f"{_NUMBERS}#nonNegativeInteger",
        description='A position in an event stream, opaque to clients; "0" is before the first event.',
        serialize=str,
        parse_value=parse_cursor,
    ),
}
"""For `StrawberryConfig.scalar_map`."""


@strawberry.type
class Period(FromDomain):
    """Gas days from `start` up to, not including, `end`."""

    start: date
    end: date
    days: int = strawberry.field(description="How many gas days it has.")


@strawberry.input
class PeriodInput:
    """Gas days from `start` up to, not including, `end`."""

    start: date
    end: date

    def to_period(self, place: str = "period", *, days_max: int | None = None) -> gasday.Period:
        """Return the domain period; raises InvalidInput, at `place`, when it is empty or too long."""
        try:
            period = gasday.Period(self.start, self.end)
        except ValueError as refusal:
            raise InvalidInput([Fault(place, str(refusal))]) from None
        if days_max is not None and period.days > days_max:
            raise InvalidInput([Fault(place, f"at most {days_max} gas days, not {period.days}")])
        return period


@strawberry.type
class Money(FromDomain):
    """An amount in a currency."""

    amount: Decimal
    currency: money.Currency = strawberry.field(description="The currency of the amount.")
