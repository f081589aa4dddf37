import base64
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
import strawberry
from hypothesis import given
from hypothesis import strategies as st
from strawberry import relay

from linepack.problems import InvalidInput
from schema.types.connections import KeysetConnection, page, read_cursor, write_cursor


@dataclass(frozen=True)
class Row:
    name: str
    id: UUID


@strawberry.type
class Thing(relay.Node):
    id: relay.NodeID[str]


ROWS = [Row(name, UUID(int=number)) for number, name in enumerate("aabbbcddde", 1)]


def rows_after(asked: object, rows: list[Row]) -> list[Row]:
    """A repository: rows in the order of (name, id), after the key, at most the limit."""
    after = asked.after  # type: ignore[attr-defined]
    found = [
        row for row in sorted(rows, key=lambda r: (r.name, r.id)) if not after or (row.name, row.id) > after
    ]
    return found[: asked.limit]  # type: ignore[attr-defined]


def read_page(first: int, after: str | None, rows: list[Row]) -> KeysetConnection[Thing]:
    asked = page("things", first, after)
    return KeysetConnection[Thing].of(
        rows_after(asked, rows), asked, key=lambda r: (r.name, r.id), node=lambda r: Thing(id=r.id.hex)
    )


@pytest.mark.parametrize("size", [1, 3, 4, 10, 100])
def test_pages_of_any_size_show_every_row_once_and_in_order(size: int) -> None:
    seen: list[str] = []
    after: str | None = None
    while True:
        shown = read_page(size, after, ROWS)
        seen += [edge.node.id for edge in shown.edges]
        if not shown.page_info.has_next_page:
            break
        after = shown.page_info.end_cursor
    assert seen == [row.id.hex for row in ROWS]


def test_rows_that_come_and_go_between_pages_neither_repeat_nor_hide_others() -> None:
    first = read_page(4, None, ROWS)
    changed = [Row("a", UUID(int=99)), *ROWS[1:3], *ROWS[4:]]
    second = read_page(100, first.page_info.end_cursor, changed)
    assert [edge.node.id for edge in second.edges] == [row.id.hex for row in ROWS[4:]]


def test_an_empty_page_has_no_cursors() -> None:
    shown = read_page(5, None, [])
    assert shown.edges == []
    assert (shown.page_info.start_cursor, shown.page_info.end_cursor) == (None, None)
    assert not shown.page_info.has_next_page


@given(st.text(max_size=200).filter(str.isprintable), st.uuids())
def test_a_cursor_is_read_back_as_it_was_written(sort_key: str, identity: UUID) -> None:
    assert read_cursor("things", write_cursor("things", (sort_key, identity))) == (sort_key, identity)


@pytest.mark.parametrize("first", [0, -1, 101, 2**31])
def test_a_page_has_one_to_a_hundred_rows(first: int) -> None:
    with pytest.raises(InvalidInput, match="a page has 1 to 100 rows"):
        page("things", first, None)


def test_a_page_of_unsaid_size_has_fifty_rows() -> None:
    asked = page("things", None, None)
    assert (asked.size, asked.limit, asked.after) == (50, 51, None)


def forge(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "====",
        "é",
        "null",
        forge(),
        forge("things"),
        forge("things", "a"),
        forge("things", 1, "0" * 32),
        forge("things", "a", "no uuid"),
        forge("things", "a", None),
        forge("things", "a", "0" * 32, "more"),
        forge("others", "a", "0" * 32),
        forge("things", "null\0", "0" * 32),
        forge("things", "\ud800", "0" * 32),
        "[" * 300,
        "W" * 10_000,
        base64.b64encode(b"arrayconnection:1").decode(),
    ],
)
def test_what_is_no_cursor_of_this_list_is_refused_at_its_place(cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        page("things", 500, cursor)
    assert [fault.place for fault in refused.value.faults] == ["first", "after"]


def test_a_sort_key_that_cannot_be_read_back_is_no_cursor_of_this_list() -> None:
    good = write_cursor("keys", ("2027-01-01T00:00:00+00:00", UUID(int=1)))
    asked = page("keys", 5, good, sort=datetime.fromisoformat)
    assert asked.after == (datetime.fromisoformat("2027-01-01T00:00:00+00:00"), UUID(int=1))
    with pytest.raises(InvalidInput):
        page("keys", 5, write_cursor("keys", ("yesterday", UUID(int=1))), sort=datetime.fromisoformat)
