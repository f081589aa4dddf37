"""A billing system in small: it follows Linepack's settlement feed and keeps its own books, exactly once.

    python examples/billing_consumer.py --url http://127.0.0.1:8000 --key <API key> --books books.sqlite3

It needs `httpx2` and `websockets` and nothing of Linepack. The key's role is BILLING (it reads all entries).

How it has every entry once, in order, whatever fails:

1. The feed numbers entries 1, 2, 3, … without gaps, and gives each a cursor to go on after.
2. The cursor is stored in the same SQLite transaction as the entry's lines. After a crash the books hold
   either both or neither, and the consumer goes on after the cursor it finds.
3. An entry that the books hold already (sent again after a reconnect) is passed over by its number. A number
   that skips one is refused: better no books than wrong ones.
4. Every entry must sum to zero in each currency before it is taken.

It reads the backlog by pages over HTTP, then follows the subscription over a websocket, and starts again from
its cursor whenever the connection breaks or the server asks it to resynchronise. Amounts are kept in whole
minor units (cents); positive is what the party owes.
"""

import argparse
import asyncio
import json
import os
import random
import sqlite3
import sys
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

PAGE = 50
RETRY_FIRST_S, RETRY_MAX_S = 0.2, 10.0
ANSWER_S = 30.0
MESSAGE_BYTES_MAX = 16 * 2**20
MINOR_UNITS = 100
"""Cents to the euro: every currency of the feed has two decimals."""

PROTOCOL = Subprotocol("graphql-transport-ws")
CLOSED_FORBIDDEN = 4403
RETRYABLE_CODES = frozenset({"INTERNAL", "RATE_LIMITED", "TIMEOUT", "UNAVAILABLE"})
LOST = (httpx2.TransportError, ConnectionClosed, InvalidHandshake, OSError, TimeoutError)

ENTRY = """
fragment Entry on SettlementEvent {
  cursor sequence entry cause postedAt
  lines {
    line party counterparty contract code gasMonth period { start end }
    quantity rate amount { amount currency } working
  }
}
"""
BACKLOG = (
    "query Backlog($after: Cursor!, $first: Int!)"
    " { settlementEvents(after: $after, first: $first) { events { ...Entry } } }" + ENTRY
)
FEED = (
    "subscription Feed($after: Cursor!)"
    " { settlements(after: $after) { __typename ...Entry"
    " ... on SettlementProgress { cursor } ... on ResyncRequired { cursor } } }" + ENTRY
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS reached (
    only INTEGER PRIMARY KEY CHECK (only = 1), cursor TEXT NOT NULL, sequence INTEGER NOT NULL
);
INSERT OR IGNORE INTO reached VALUES (1, '0', 0);
CREATE TABLE IF NOT EXISTS entry (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, cause TEXT NOT NULL, posted_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS line (
    sequence INTEGER NOT NULL REFERENCES entry, line INTEGER NOT NULL, party TEXT NOT NULL,
    counterparty TEXT NOT NULL, contract TEXT NOT NULL, code TEXT NOT NULL, gas_month TEXT NOT NULL,
    period_start TEXT NOT NULL, period_end TEXT NOT NULL, quantity TEXT NOT NULL, rate TEXT NOT NULL,
    amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, working TEXT NOT NULL,
    PRIMARY KEY (sequence, line, party)
);
"""


class WrongFeed(Exception):
    """The feed is not what it promises (a number missing, an entry that does not sum to zero)."""


class Refused(Exception):
    """The server refuses this client; trying again would not help."""


class Unavailable(Exception):
    """The server cannot answer now; trying again later may help."""


class OutOfStep(Exception):
    """The server asks to read the backlog again."""


class Books:
    """The ledger as this billing system holds it, with the cursor up to which it does."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(SCHEMA)

    @property
    def cursor(self) -> str:
        """Where to go on after."""
        return str(self._db.execute("SELECT cursor FROM reached").fetchone()[0])

    @property
    def sequence(self) -> int:
        """The number of the last entry in the books."""
        return int(self._db.execute("SELECT sequence FROM reached").fetchone()[0])

    def take(self, entries: Iterable[Mapping[str, Any]]) -> int:
        """Write entries and the cursor in one transaction; return how many the books did not hold before.

        Raises WrongFeed and writes nothing when one is missing or does not sum to zero.
        """
        taken = 0
        with self._transaction():
            reached = self.sequence
            for entry in entries:
                if entry["sequence"] <= reached:
                    continue
                if entry["sequence"] != reached + 1:
                    raise WrongFeed(f"entry {entry['sequence']} follows entry {reached}")
                self._write(entry)
                reached = entry["sequence"]
                taken += 1
                self._db.execute("UPDATE reached SET cursor = ?, sequence = ?", (entry["cursor"], reached))
        return taken

    def sums(self) -> Iterator[tuple[str, str, str, Decimal]]:
        """Yield party, charge code, currency and sum, as `linepack reconcile` shows them."""
        rows = self._db.execute(
            "SELECT party, code, currency, sum(amount_minor) FROM line GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
        for party, code, currency, minor in rows:
            yield party, code, currency, Decimal(minor) / MINOR_UNITS

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _write(self, entry: Mapping[str, Any]) -> None:
        sums: defaultdict[str, int] = defaultdict(int)
        rows = []
        for line in entry["lines"]:
            minor, currency = _minor(line["amount"]["amount"]), line["amount"]["currency"]
            sums[currency] += minor
            facts = [line[name] for name in ("line", "party", "counterparty", "contract", "code", "gasMonth")]
            days = [line["period"]["start"], line["period"]["end"]]
            price = [str(line["quantity"]), line["rate"], minor, currency, json.dumps(line["working"])]
            rows.append([entry["sequence"], *facts, *days, *price])
        if any(sums.values()):
            raise WrongFeed(f"entry {entry['sequence']} does not sum to zero: {dict(sums)}")
        head = [entry[name] for name in ("sequence", "entry", "cause", "postedAt")]
        self._db.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", head)
        self._db.executemany(f"INSERT INTO line VALUES ({', '.join('?' * 14)})", rows)  # noqa: S608

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


class Feed:
    """The settlement feed of one Linepack server."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url.rstrip("/") + "/graphql"
        self._bearer = f"Bearer {key}"

    async def backlog(self, after: str) -> list[dict[str, Any]]:
        """Return the next page of entries after a cursor, empty when there are no more."""
        async with httpx2.AsyncClient(timeout=ANSWER_S) as http:
            response = await http.post(
                self._url,
                json={"query": BACKLOG, "variables": {"after": after, "first": PAGE}},
                headers={"Authorization": self._bearer},
            )
        if response.status_code == httpx2.codes.UNAUTHORIZED:
            raise Refused("the key is not valid")
        try:
            answer = response.json()
        except ValueError:
            raise Unavailable(f"{response.status_code} {response.text[:200]}") from None
        _require_no_errors(answer.get("errors"))
        entries: list[dict[str, Any]] = answer["data"]["settlementEvents"]["events"]
        return entries

    async def follow(self, after: str) -> AsyncGenerator[dict[str, Any], None]:
        """Yield entries after a cursor as they are posted; raises OutOfStep when the server asks for it."""
        address = self._url.replace("http", "ws", 1)
        async with connect(address, subprotocols=[PROTOCOL], max_size=MESSAGE_BYTES_MAX) as socket:
            await _send(socket, type="connection_init", payload={"Authorization": self._bearer})
            payload = {"query": FEED, "variables": {"after": after}}
            async for text in socket:
                message = json.loads(text)
                match message["type"]:
                    case "connection_ack":
                        await _send(socket, type="subscribe", id="1", payload=payload)
                    case "ping":
                        await _send(socket, type="pong")
                    case "next":
                        _require_no_errors(message["payload"].get("errors"))
                        news = message["payload"]["data"]["settlements"]
                        if news["__typename"] == "ResyncRequired":
                            raise OutOfStep
                        if news["__typename"] == "SettlementEvent":
                            yield news
                    case "error":
                        _require_no_errors(message["payload"])
                    case "complete":
                        return


async def consume(feed: Feed, books: Books, *, once: bool = False) -> None:
    """Take the backlog into the books and then every entry as it comes; `once` ends with the backlog.

    Outlives whatever passes; raises Refused and WrongFeed.
    """
    wait_s, out_of_step_at = RETRY_FIRST_S, None
    while True:
        try:
            while page := await feed.backlog(books.cursor):
                books.take(page)
                wait_s = RETRY_FIRST_S
            if once:
                return
            async with aclosing(feed.follow(books.cursor)) as entries:
                async for entry in entries:
                    books.take([entry])
                    wait_s = RETRY_FIRST_S
        except OutOfStep:
            if out_of_step_at == books.cursor:
                raise WrongFeed(
                    "the feed does not know our cursor: are these books of another one?"
                ) from None
            out_of_step_at = books.cursor
        except ConnectionClosed as lost:
            if lost.rcvd is not None and lost.rcvd.code == CLOSED_FORBIDDEN:
                raise Refused("the key is no longer valid") from lost
            _report(lost)
        except (*LOST, Unavailable) as lost:
            _report(lost)
        await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311
        wait_s = min(wait_s * 2, RETRY_MAX_S)


def _require_no_errors(errors: list[dict[str, Any]] | None) -> None:
    if not errors:
        return
    message = "; ".join(error["message"] for error in errors)
    codes = {error.get("extensions", {}).get("code") for error in errors}
    raise Unavailable(message) if codes <= RETRYABLE_CODES else Refused(message)


def _minor(amount: str) -> int:
    minor = Decimal(amount) * MINOR_UNITS
    if minor != minor.to_integral_value():
        raise WrongFeed(f"{amount} is not payable in whole minor units")
    return int(minor)


def _report(lost: BaseException) -> None:
    print(f"connection lost ({str(lost) or type(lost).__name__}), trying again", file=sys.stderr)


async def _send(socket: ClientConnection, **message: object) -> None:
    await socket.send(json.dumps(message))


def main() -> int:
    """Keep the books until interrupted, then print their sums."""
    arguments = argparse.ArgumentParser(description="Keep books of Linepack's settlement feed.")
    arguments.add_argument("--url", default=os.environ.get("LINEPACK_URL", "http://127.0.0.1:8000"))
    arguments.add_argument("--key", default=os.environ.get("LINEPACK_KEY"), help="API key of role BILLING")
    arguments.add_argument("--books", type=Path, default=Path("books.sqlite3"))
    arguments.add_argument("--once", action="store_true", help="take what there is, print the sums, end")
    given = arguments.parse_args()
    if not given.key:
        arguments.error("--key or LINEPACK_KEY is needed")
    books = Books(given.books)
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(consume(Feed(given.url, given.key), books, once=given.once))
    except (Refused, WrongFeed) as end:
        print(f"stopped at entry {books.sequence}: {end}", file=sys.stderr)
        return 1
    print(f"{books.sequence} entries")
    for party, code, currency, amount in books.sums():
        print(f"{party:20} {code:20} {currency} {amount:>18,.2f}")
    books.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
