"""The reference billing consumer's books: exactly once, in order, or not at all."""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from examples.billing_consumer import (
    BEHIND_S,
    Books,
    Feed,
    Forked,
    OutOfStep,
    Page,
    Refused,
    Unavailable,
    WrongFeed,
    consume,
)
from tests.merkle_trees import root_of

from linepack.transparency.checkpoint import Checkpoint
from linepack.transparency.merkle import leaf_hash
from linepack.transparency.notes import Signer

pytestmark = pytest.mark.anyio

SIGNER = Signer("linepack.example/log/ledger", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
IMPOSTOR = Signer("linepack.example/log/ledger", Ed25519PrivateKey.from_private_bytes(bytes(32)))
KEY = SIGNER.verifier.vkey


def entry(
    sequence: int, *, owed: str = "930.00", due: str | None = None, after: str | None = None
) -> dict[str, Any]:
    """An entry by which ANNA owes OP; it follows the entries that this makes, unless told otherwise."""
    common = {
        "line": 0,
        "contractCode": "LP-1",
        "code": "RESERVATION",
        "gasMonth": "2027-01-01",
        "period": {"start": "2027-01-01", "end": "2027-02-01"},
        "quantity": 100,
        "rate": "0.3",
        "working": [],
    }
    amounts = (("ANNA", "OP", owed), ("OP", "ANNA", due or f"-{owed}"))
    record = {
        "sequence": sequence,
        "previous_hash": after or (entry(sequence - 1)["hash"] if sequence > 1 else "0" * 64),
        "lines": [
            {
                "debtor": "id of ANNA",
                "creditor": "id of OP",
                "contract_code": "LP-1",
                "charge_code": "RESERVATION",
                "period": {"start": "2027-01-01", "end": "2027-02-01"},
                "quantity": 100,
                "rate": "0.3",
                "amount": owed,
                "currency": "EUR",
                "working": [],
            }
        ],
    }
    return {
        "cursor": str(sequence),
        "sequence": sequence,
        "id": f"entry {sequence}",
        "cause": "contract.booked capacity:1",
        "postedAt": "2026-11-01T12:00:00+00:00",
        "hash": hashlib.sha256(json.dumps(record).encode()).hexdigest(),
        "record": json.dumps(record),
        "lines": [
            {
                **common,
                "partyCode": party,
                "counterpartyCode": other,
                "amount": {"amount": amount, "currency": "EUR"},
            }
            for party, other, amount in amounts
        ],
    }


def checkpoint(entries: Sequence[dict[str, Any]], signer: Signer = SIGNER) -> str:
    """The checkpoint of a log that holds these entries."""
    root = root_of([leaf_hash(bytes.fromhex(one["hash"])) for one in entries])
    return Checkpoint(signer.verifier.name, len(entries), root).signed(signer)


class ScriptedFeed(Feed):
    """A feed of prepared pages and subscriptions; a failure among them is raised."""

    def __init__(self, *answers: Any) -> None:
        super().__init__("http://linepack.example", "key")
        self._answers = list(answers)
        self.asked: list[str] = []
        self.note: str | None = None
        self.is_of_all = True

    async def checkpoint(self) -> str | None:
        return self.note

    async def has_all(self) -> bool:
        return self.is_of_all

    async def backlog(self, after: str) -> Page:
        self.asked.append(after)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Page(list(answer), answer[-1]["cursor"] if answer else after, bool(answer))

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


async def test_a_partys_own_feed_has_gaps_and_leads_past_what_is_for_others(books: Books) -> None:
    passing = {"__typename": "SettlementProgress", "cursor": "9"}
    feed = ScriptedFeed([entry(2), {**entry(5), "record": None}], [], [passing, Refused("enough")])
    feed.is_of_all = False
    feed.note = checkpoint([entry(number) for number in range(1, 6)])
    with pytest.raises(Refused):
        await consume(feed, books)
    assert (books.sequence, books.cursor) == (5, "9")
    assert next(iter(books.sums())) == ("ANNA", "RESERVATION", "EUR", Decimal("1860.00"))


async def test_a_partys_own_feed_ends_where_nothing_follows_for_it(books: Books) -> None:
    feed = ScriptedFeed([entry(2)], [])
    feed.is_of_all = False
    feed.note = checkpoint([entry(number) for number in range(1, 6)])
    await consume(feed, books, once=True)
    assert books.sequence == 2


def test_an_own_entry_that_its_hash_does_not_cover_is_refused(books: Books) -> None:
    books.are_of_all = False
    changed = entry(3)
    changed["record"] = changed["record"].replace("930.00", "93.00")
    with pytest.raises(WrongFeed, match="entry 3 is not what its hash covers"):
        books.take([changed])
    with pytest.raises(WrongFeed, match="entry 4 is not chained to entry 3"):
        books.take([entry(3), entry(4, after="f" * 64)])


def test_the_feed_of_all_entries_has_a_record_of_each(books: Books) -> None:
    with pytest.raises(WrongFeed, match="entry 1 has no record"):
        books.take([{**entry(1), "record": None}])


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


def test_a_record_that_its_hash_does_not_cover_is_refused(books: Books) -> None:
    changed = entry(1)
    changed["record"] = changed["record"].replace("930.00", "93.00")
    with pytest.raises(WrongFeed, match="entry 1 is not what its hash covers"):
        books.take([changed])


def test_lines_that_say_something_else_than_the_record_are_refused(books: Books) -> None:
    for change in ({"contractCode": "LP-2"}, {"quantity": 99}, {"partyCode": "BERT"}, {"working": ["none"]}):
        changed = entry(1)
        changed["lines"][0] |= change
        with pytest.raises(WrongFeed, match="differs from its record"):
            books.take([entry(1), entry(2), {**changed, **head_of(3)}])
    swapped = entry(2)
    for line, other in zip(swapped["lines"], reversed(entry(2)["lines"]), strict=True):
        line["partyCode"], line["counterpartyCode"] = other["partyCode"], other["counterpartyCode"]
    with pytest.raises(WrongFeed, match="differs from its record"):
        books.take([entry(1), swapped])


def head_of(sequence: int) -> dict[str, Any]:
    return {name: value for name, value in entry(sequence).items() if name != "lines"}


def test_an_entry_that_is_chained_to_another_one_is_refused(books: Books) -> None:
    with pytest.raises(WrongFeed, match="entry 2 is not chained to entry 1"):
        books.take([entry(1), entry(2, after="f" * 64)])


def test_checkpoints_of_what_the_books_hold_are_kept(books: Books) -> None:
    entries = [entry(number) for number in range(1, 8)]
    books.take(entries[:3])
    books.see(checkpoint(entries[:2]), KEY)
    books.see(checkpoint(entries[:5]), KEY)
    books.take(entries[3:])
    books.see(checkpoint(entries), KEY)
    assert books.signed == 7


def test_a_tail_that_was_rewritten_is_a_fork(books: Books) -> None:
    entries = [entry(1), entry(2), entry(3)]
    books.take(entries)
    forged = [entry(1), entry(2), entry(3, owed="1.00")]
    with pytest.raises(Forked, match="the first 3 entries are not those that the checkpoint of 3 signed"):
        books.see(checkpoint(forged), KEY)
    assert books.signed == 0


def test_entries_told_after_their_checkpoint_must_be_those_it_signed(books: Books) -> None:
    books.take([entry(1)])
    books.see(checkpoint([entry(1), entry(2)]), KEY)
    with pytest.raises(Forked, match="the first 2 entries"):
        books.take([entry(2, owed="1.00")])
    assert books.sequence == 1


def test_a_smaller_checkpoint_than_before_is_a_fork(books: Books) -> None:
    books.take([entry(1), entry(2)])
    books.see(checkpoint([entry(1), entry(2)]), KEY)
    with pytest.raises(Forked, match="a checkpoint of 1 entries after one of 2"):
        books.see(checkpoint([entry(1)]), KEY)


def test_two_checkpoints_of_one_size_are_a_fork_even_before_the_entries_come(books: Books) -> None:
    books.see(checkpoint([entry(1)]), KEY)
    with pytest.raises(Forked, match="two checkpoints of 1 entries have different roots"):
        books.see(checkpoint([entry(1, owed="1.00")]), KEY)


def test_a_checkpoint_that_the_log_did_not_sign_is_refused(books: Books) -> None:
    for note in (checkpoint([entry(1)], IMPOSTOR), checkpoint([entry(1)]).replace("\n1\n", "\n2\n")):
        with pytest.raises(Forked, match="is not signed by linepack"):
            books.see(note, KEY)


async def test_a_feed_that_stays_behind_a_checkpoint_is_cut_short(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 0.0

    def later() -> float:
        nonlocal clock
        clock += BEHIND_S / 3
        return clock

    monkeypatch.setattr("examples.billing_consumer.time.monotonic", later)
    feed = ScriptedFeed([entry(1)], *([] for _ in range(20)))
    feed.note = checkpoint([entry(1), entry(2)])
    with pytest.raises(Forked, match="the log signed 2 entries, the feed has 1"):
        await consume(feed, books, once=True, log_key=KEY)
