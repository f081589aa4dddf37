"""The reference billing consumer's books: exactly once, in order, or not at all."""

import asyncio
from collections.abc import AsyncGenerator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from examples.billing_consumer import Books, Feed, OutOfStep, Refused, Unavailable, WrongFeed, consume

pytestmark = pytest.mark.anyio


def entry(sequence: int, *, owed: str = "930.00", due: str | None = None) -> dict[str, Any]:
    """An entry by which ANNA owes OP."""
    common = {
        "line": 0,
        "contract": "LP-1",
        "code": "RESERVATION",
        "gasMonth": "2027-01-01",
        "period": {"start": "2027-01-01", "end": "2027-02-01"},
        "quantity": 100,
        "rate": "0.3",
        "working": [],
    }
    amounts = (("ANNA", "OP", owed), ("OP", "ANNA", due or f"-{owed}"))
    return {
        "cursor": str(sequence),
        "sequence": sequence,
        "entry": f"entry {sequence}",
        "cause": "contract.booked capacity:1",
        "postedAt": "2026-11-01T12:00:00+00:00",
        "lines": [
            {**common, "party": party, "counterparty": other, "amount": {"amount": amount, "currency": "EUR"}}
            for party, other, amount in amounts
        ],
    }


class ScriptedFeed(Feed):
    """A feed of prepared pages and subscriptions; a failure among them is raised."""

    def __init__(self, *answers: Any) -> None:
        super().__init__("http://linepack.example", "key")
        self._answers = list(answers)
        self.asked: list[str] = []

    async def backlog(self, after: str) -> list[dict[str, Any]]:
        self.asked.append(after)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return list(answer)

    async def follow(self, after: str) -> AsyncGenerator[dict[str, Any], None]:
        self.asked.append(after)
        for one in self._answers.pop(0):
            if isinstance(one, Exception):
                raise one
            yield one


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path / "books.sqlite3")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go_on(_: float) -> None:
        return

    monkeypatch.setattr(asyncio, "sleep", go_on)


def test_books_hold_what_was_taken_with_its_cursor(books: Books) -> None:
    assert books.take([entry(1), entry(2)]) == 2
    assert (books.cursor, books.sequence) == ("2", 2)
    assert list(books.sums()) == [
        ("ANNA", "RESERVATION", "EUR", Decimal("1860.00")),
        ("OP", "RESERVATION", "EUR", Decimal("-1860.00")),
    ]


def test_an_entry_sent_again_is_passed_over(books: Books) -> None:
    books.take([entry(1)])
    assert books.take([entry(1), entry(2)]) == 1
    assert books.sequence == 2


def test_a_missing_entry_is_refused_and_nothing_of_the_page_is_kept(books: Books) -> None:
    with pytest.raises(WrongFeed, match="entry 3 follows entry 1"):
        books.take([entry(1), entry(3)])
    assert (books.cursor, books.sequence, list(books.sums())) == ("0", 0, [])


def test_an_entry_that_does_not_sum_to_zero_is_refused(books: Books) -> None:
    with pytest.raises(WrongFeed, match="entry 1 does not sum to zero"):
        books.take([entry(1, due="-929.99")])
    assert books.sequence == 0


def test_an_amount_of_broken_cents_is_refused(books: Books) -> None:
    with pytest.raises(WrongFeed, match="whole minor units"):
        books.take([entry(1, owed="0.005")])


def test_books_are_found_again_after_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite3"
    first = Books(path)
    first.take([entry(1)])
    first._db.execute("BEGIN IMMEDIATE")
    first._write(entry(2))
    first.close()  # without COMMIT, as after a kill
    again = Books(path)
    assert (again.cursor, again.sequence) == ("1", 1)
    assert again.take([entry(2)]) == 1


async def test_the_backlog_is_read_to_its_end_and_then_the_feed_is_followed(books: Books) -> None:
    feed = ScriptedFeed([entry(1)], [entry(2)], [], [entry(3), Refused("enough")])
    with pytest.raises(Refused):
        await consume(feed, books)
    assert feed.asked == ["0", "1", "2", "2"]
    assert books.sequence == 3


async def test_a_broken_connection_goes_on_after_the_cursor(books: Books) -> None:
    feed = ScriptedFeed(
        OSError("refused"),
        [entry(1)],
        [],
        [entry(2), ConnectionResetError()],
        Unavailable("503"),
        [entry(3)],
        [],
    )
    with pytest.raises(IndexError):
        await consume(feed, books)
    assert feed.asked == ["0", "0", "1", "1", "2", "2", "3", "3"]
    assert books.sequence == 3


async def test_a_request_to_resynchronise_reads_the_backlog_again(books: Books) -> None:
    feed = ScriptedFeed([], [entry(1), OutOfStep()], [entry(2)], [], [Refused("enough")])
    with pytest.raises(Refused):
        await consume(feed, books)
    assert books.sequence == 2


async def test_books_of_another_feed_are_noticed(books: Books) -> None:
    books.take([entry(1)])
    feed = ScriptedFeed([], [OutOfStep()], [], [OutOfStep()])
    with pytest.raises(WrongFeed, match="books of another one"):
        await consume(feed, books)
