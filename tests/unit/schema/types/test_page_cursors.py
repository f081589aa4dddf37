import base64
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from linepack.database.paging import BY_ID, Direction, Key
from linepack.problems import InvalidInput
from schema.types.page_cursors import ListOrder, PageArguments, read_cursor, write_cursor

THINGS = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.Uuid()),
    sa.Column("name", sa.Text()),
    sa.Column("day", sa.Date()),
    sa.Column("made_at", sa.DateTime(timezone=True)),
    sa.Column("quantity", sa.BigInteger()),
    sa.Column("price", sa.Numeric()),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    BY_ID: st.none(),
    "name": st.text("aZ09 ä→\"\\'", max_size=200),
    "day": st.dates(),
    "made_at": st.datetimes(timezones=st.just(UTC)),
    "quantity": st.integers(-(2**63) + 1, 2**63 - 1),
    "price": st.decimals(allow_nan=False, allow_infinity=False, places=12),
}
BY_NAME = ListOrder("things", "name", Direction.ASCENDING)


def faults(arguments: PageArguments, order: ListOrder = BY_NAME) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        arguments.window(order, THINGS)
    return [fault.place for fault in refused.value.faults]


def forge(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@given(st.data(), st.sampled_from(sorted(VALUES)), st.uuids())
def test_a_cursor_is_read_back_as_it_was_written(data: Any, by: str, identity: UUID) -> None:
    order = ListOrder("things", by)
    key = Key(data.draw(VALUES[by]), identity)
    assert read_cursor(order, THINGS, write_cursor(order, key)) == key


def test_a_page_of_unsaid_size_has_fifty_rows_from_the_start() -> None:
    window = PageArguments().window(BY_NAME, THINGS)
    assert (window.size, window.after, window.before, window.from_end) == (50, None, None, False)


def test_the_last_rows_before_a_cursor_are_read_from_the_end() -> None:
    before = Key("b", UUID(int=1))
    window = PageArguments(last=3, before=write_cursor(BY_NAME, before)).window(BY_NAME, THINGS)
    assert (window.size, window.after, window.before, window.from_end) == (3, None, before, True)


@pytest.mark.parametrize("size", [0, -1, 101, 2**31])
def test_a_page_has_one_to_a_hundred_rows(size: int) -> None:
    assert faults(PageArguments(first=size)) == ["first"]
    assert faults(PageArguments(last=size)) == ["last"]


def test_every_fault_of_a_page_is_named_at_once() -> None:
    assert faults(PageArguments(0, "x", 101, "y")) == ["first", "last", "last", "after", "before"]


def test_a_cursor_is_good_for_its_list_in_its_order_only() -> None:
    cursor = write_cursor(BY_NAME, Key("a", UUID(int=1)))
    for other in (
        ListOrder("others", "name", Direction.ASCENDING),
        ListOrder("things", "name", Direction.DESCENDING),
        ListOrder("things"),
    ):
        assert faults(PageArguments(after=cursor), other) == ["after"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "====",
        "é",
        "null",
        forge(),
        forge(BY_NAME.name),
        forge(BY_NAME.name, "a"),
        forge(BY_NAME.name, 1, "0" * 32),
        forge(BY_NAME.name, "a", "no uuid"),
        forge(BY_NAME.name, "a", None),
        forge(BY_NAME.name, "a", "0" * 32, "more"),
        forge("others name ASCENDING", "a", "0" * 32),
        forge(BY_NAME.name, "null\0", "0" * 32),
        forge(BY_NAME.name, "\ud800", "0" * 32),
        "[" * 300,
        "W" * 10_000,
        base64.b64encode(b"arrayconnection:1").decode(),
    ],
)
def test_what_is_no_cursor_of_this_list_is_refused_at_its_place(cursor: str) -> None:
    assert faults(PageArguments(first=500, after=cursor)) == ["first", "after"]


@pytest.mark.parametrize(
    ("by", "text"),
    [
        ("day", "yesterday"),
        ("day", "2027-02-30"),
        ("made_at", "2027-01-01T00:00:00"),
        ("quantity", str(2**63)),
        ("quantity", "1.5"),
        ("quantity", "9" * 5_000),
        ("price", "NaN"),
        ("price", "Infinity"),
        ("price", "much"),
    ],
)
def test_a_value_that_its_column_cannot_hold_is_no_cursor(by: str, text: str) -> None:
    order = ListOrder("things", by)
    assert faults(PageArguments(after=forge(order.name, text, "0" * 32)), order) == ["after"]


def test_days_and_instants_are_told_apart() -> None:
    day, instant = Key(date(2027, 1, 1), UUID(int=1)), Key(datetime(2027, 1, 1, tzinfo=UTC), UUID(int=1))
    assert read_cursor(ListOrder("t", "day"), THINGS, write_cursor(ListOrder("t", "day"), day)) == day
    by_instant = ListOrder("t", "made_at")
    assert read_cursor(by_instant, THINGS, write_cursor(by_instant, instant)) == instant
    price = Key(Decimal("1E+3"), UUID(int=2))
    assert read_cursor(ListOrder("t", "price"), THINGS, write_cursor(ListOrder("t", "price"), price)) == price
