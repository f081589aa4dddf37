"""A billing system in small: it follows Linepack's settlement feed and keeps its own books, exactly once.

    python examples/billing_consumer.py --url http://127.0.0.1:8000 --key <API key> --books books.sqlite3

It needs `httpx2`, `websockets`, `cryptography` and nothing of Linepack. A key of role BILLING reads all
entries. With the key of an operator or a shipper the books are those of its own feed, which has gaps: other
parties' entries are passed over.

How it has every entry once, in order, whatever fails:

1. The ledger numbers entries 1, 2, 3, …; the feed gives each a cursor to go on after, and one with each page.
2. The cursor is stored in the same SQLite transaction as the entry's lines. After a crash the books hold
   either both or neither, and the consumer goes on after the cursor it finds.
3. An entry that the books hold already (sent again after a reconnect) is passed over by its number. In the
   feed of all entries a number that skips one is refused: better no books than wrong ones.
4. Every entry of which all lines are visible must sum to zero in each currency before it is taken.

How it notices that what it holds was changed afterwards, no matter by whom:

5. Every entry comes with its record, the text that its hash covers. The consumer computes the hash, finds in
   the record the hash of the entry before and the same lines, and computes the root of the Merkle tree over
   all entries so far (RFC 6962), which it keeps beside each entry.
6. Every checkpoint the log publishes is checked against the root at its size, and kept for good. With
   `--log-key` its signature is checked too. A checkpoint of other entries than those in the books, a smaller
   one than was seen before, or a wrong signature ends the consumer: the ledger has a fork.

Roots need all entries. A party's own feed is held against its records alone: `linepack ledger verify-proof`
checks that one of them is in the log.

It reads the backlog by pages over HTTP, then follows the subscription over a websocket, and starts again from
its cursor whenever the connection breaks or the server asks it to resynchronise. Amounts are kept in whole
minor units (cents); positive is what the party owes.
"""

import argparse
import asyncio
import base64
import hashlib
import json
import os
import random
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

PAGE = 50
RETRY_FIRST_S, RETRY_MAX_S = 0.2, 10.0
ANSWER_S = 30.0
CHECKPOINT_S = 60.0
"""How often a checkpoint is asked for while entries come."""
BEHIND_S = 60.0
"""How long the feed may lack entries that a checkpoint covers."""
GENESIS = "0" * 64
"""The hash that the first entry follows."""
MESSAGE_BYTES_MAX = 16 * 2**20
MINOR_UNITS = 100
"""Cents to the euro: every currency of the feed has two decimals."""

PROTOCOL = Subprotocol("graphql-transport-ws")
CLOSED_FORBIDDEN = 4403
SEES_ALL = frozenset({"BILLING", "REGULATOR", "ADMIN"})
"""The roles whose feed has every entry."""
RETRYABLE_CODES = frozenset({"INTERNAL", "RATE_LIMITED", "TIMEOUT", "UNAVAILABLE"})
LOST = (httpx2.TransportError, ConnectionClosed, InvalidHandshake, OSError, TimeoutError)

ENTRY = """
fragment Entry on SettlementEvent {
  cursor sequence id cause postedAt hash record
  lines {
    line partyCode counterpartyCode contractCode code gasMonth period { start end }
    quantity rate amount { amount currency } working
  }
}
"""
BACKLOG = (
    "query Backlog($after: Cursor!, $first: Int!)"
    " { settlementEvents(after: $after, first: $first) {"
    " __typename ... on SettlementEventPage { events { ...Entry } cursor hasMore } } }" + ENTRY
)
FEED = (
    "subscription Feed($after: Cursor!)"
    " { settlements(after: $after) { __typename ...Entry"
    " ... on SettlementProgress { cursor } ... on ResyncRequired { cursor } } }" + ENTRY
)

FACTS = ("line", "partyCode", "counterpartyCode", "contractCode", "code", "gasMonth")
"""What is kept of a line as it comes."""

VIEWER = "{ viewer { roles } }"
CHECKPOINT = "{ transparencyLogs { name newest { note } } }"

SCHEMA = """
CREATE TABLE IF NOT EXISTS reached (
    only INTEGER PRIMARY KEY CHECK (only = 1), cursor TEXT NOT NULL, sequence INTEGER NOT NULL
);
INSERT OR IGNORE INTO reached VALUES (1, '0', 0);
CREATE TABLE IF NOT EXISTS entry (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, cause TEXT NOT NULL, posted_at TEXT NOT NULL,
    hash TEXT NOT NULL, root BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS checkpoint (
    size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS party (id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS subtree (height INTEGER PRIMARY KEY, root BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS line (
    sequence INTEGER NOT NULL REFERENCES entry, line INTEGER NOT NULL, party TEXT NOT NULL,
    counterparty TEXT NOT NULL, contract TEXT NOT NULL, code TEXT NOT NULL, gas_month TEXT NOT NULL,
    period_start TEXT NOT NULL, period_end TEXT NOT NULL, quantity TEXT NOT NULL, rate TEXT NOT NULL,
    amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, working TEXT NOT NULL,
    PRIMARY KEY (sequence, line, party)
);
"""


class WrongFeed(Exception):
    """The feed is not what it promises (a number missing, a wrong sum, a hash of another record)."""


class Forked(Exception):
    """The log has signed other entries than the feed reported: the ledger was changed, or differs."""


class Refused(Exception):
    """The server refuses this client; trying again would not help."""


class Unavailable(Exception):
    """The server cannot answer now; trying again later may help."""


class OutOfStep(Exception):
    """The server asks to read the backlog again."""


class Page(NamedTuple):
    """A page of the feed: its entries, the cursor to go on after, and whether more follow now."""

    entries: list[dict[str, Any]]
    cursor: str
    has_more: bool


class Books:
    """The ledger as this billing system holds it, with the cursor up to which it does.

    `are_of_all`: whether they are of the feed of all entries, or of a party's own.
    """

    are_of_all = True

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

    def take(self, entries: Iterable[Mapping[str, Any]], cursor: str | None = None) -> int:
        """Write entries and the cursor in one transaction; return how many the books did not hold before.

        `cursor` is that of a whole page, or of what was passed over; else it is the last entry's. Raises
        WrongFeed or Forked and writes nothing when an entry is missing, does not sum to zero, is not what its
        hash covers, or is not what a checkpoint seen before has signed.
        """
        taken = 0
        with self._transaction():
            reached = self.sequence
            for entry in entries:
                if entry["sequence"] <= reached:
                    continue
                if self.are_of_all and entry["sequence"] != reached + 1:
                    raise WrongFeed(f"entry {entry['sequence']} follows entry {reached}")
                self._write(entry)
                reached = entry["sequence"]
                taken += 1
                self._db.execute("UPDATE reached SET cursor = ?, sequence = ?", (entry["cursor"], reached))
            if cursor is not None:
                self._db.execute("UPDATE reached SET cursor = ?", (cursor,))
            self._require_roots()
        return taken

    def see(self, note: str, key: str | None) -> None:
        """Keep a checkpoint of the log; raises Forked when it does not fit to what was seen before."""
        size, root = read_checkpoint(note, key)
        last = self.signed
        if size < last:
            raise Forked(f"the log shows a checkpoint of {size} entries after one of {last}")
        with self._transaction():
            self._db.execute("INSERT OR IGNORE INTO checkpoint VALUES (?, ?, ?)", (size, root, note))
            kept = self._db.execute("SELECT root FROM checkpoint WHERE size = ?", (size,)).fetchone()
            if kept[0] != root:
                raise Forked(f"two checkpoints of {size} entries have different roots")
            self._require_roots()

    @property
    def signed(self) -> int:
        """How many entries the last checkpoint covers."""
        return int(self._db.execute("SELECT coalesce(max(size), 0) FROM checkpoint").fetchone()[0])

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
            facts = [line[name] for name in FACTS]
            days = [line["period"]["start"], line["period"]["end"]]
            price = [str(line["quantity"]), line["rate"], minor, currency, json.dumps(line["working"])]
            rows.append([entry["sequence"], *facts, *days, *price])
        if entry["record"] is not None:
            if any(sums.values()):
                raise WrongFeed(f"entry {entry['sequence']} does not sum to zero: {dict(sums)}")
            self._require_record(entry)
        elif self.are_of_all:
            raise WrongFeed(f"entry {entry['sequence']} has no record")
        head = [entry[name] for name in ("sequence", "id", "cause", "postedAt", "hash")]
        root = self._grow(hashlib.sha256(b"\x00" + bytes.fromhex(entry["hash"])).digest())
        self._db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", [*head, root])
        self._db.executemany(f"INSERT INTO line VALUES ({', '.join('?' * 14)})", rows)  # noqa: S608

    def _require_record(self, entry: Mapping[str, Any]) -> None:
        """Raise WrongFeed unless the record is what the hash covers, and says what the lines do."""
        number, record = entry["sequence"], entry["record"]
        if hashlib.sha256(record.encode()).hexdigest() != entry["hash"]:
            raise WrongFeed(f"entry {number} is not what its hash covers")
        said = json.loads(record)
        before = self._db.execute("SELECT hash FROM entry WHERE sequence = ?", (number - 1,)).fetchone()
        is_known = before is not None or self.are_of_all or number == 1
        follows = said["previous_hash"] == (before[0] if before else GENESIS) or not is_known
        if said["sequence"] != number or not follows:
            raise WrongFeed(f"entry {number} is not chained to entry {number - 1}")
        if len(entry["lines"]) != 2 * len(said["lines"]):
            raise WrongFeed(f"entry {number} has not two sides of each line of its record")
        reported = {(line["line"], line["partyCode"]): _facts(line) for line in entry["lines"]}
        sides = [
            (index, self._code_of(line[side], entry["lines"][2 * index + place]["partyCode"]), sign, line)
            for index, line in enumerate(said["lines"])
            for place, (side, sign) in enumerate((("debtor", 1), ("creditor", -1)))
        ]
        if reported != {(index, party): _recorded_facts(line, sign) for index, party, sign, line in sides}:
            raise WrongFeed(f"entry {number} differs from its record")

    def _code_of(self, party_id: str, code: str) -> str:
        """Return the code by which the feed has called a party from the first time on."""
        self._db.execute("INSERT OR IGNORE INTO party VALUES (?, ?)", (party_id, code))
        known = self._db.execute("SELECT code FROM party WHERE id = ?", (party_id,)).fetchone()
        return str(known[0]) if known else ""

    def _grow(self, leaf: bytes) -> bytes:
        """Add a leaf to the tree and return its root; without all entries there is none."""
        if not self.are_of_all:
            return b""
        subtrees = dict(self._db.execute("SELECT height, root FROM subtree"))
        node, height = leaf, 0
        while height in subtrees:
            node, height = _node(subtrees.pop(height), node), height + 1
        subtrees[height] = node
        self._db.execute("DELETE FROM subtree")
        self._db.executemany("INSERT INTO subtree VALUES (?, ?)", subtrees.items())
        root: bytes
        root, *others = (subtrees[height] for height in sorted(subtrees))
        for left in others:
            root = _node(left, root)
        return root

    def _require_roots(self) -> None:
        if not self.are_of_all:
            return
        differing = self._db.execute(
            "SELECT min(size) FROM checkpoint JOIN entry ON sequence = size"
            " WHERE entry.root <> checkpoint.root"
        ).fetchone()[0]
        if differing is not None:
            raise Forked(
                f"the first {differing} entries are not those that the checkpoint of {differing} signed"
            )

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

    async def has_all(self) -> bool:
        """Return whether the key reads all entries, or those of one party."""
        return not SEES_ALL.isdisjoint((await self._ask(VIEWER))["viewer"]["roles"])

    async def backlog(self, after: str) -> Page:
        """Return the next page of entries after a cursor; raises OutOfStep."""
        page = (await self._ask(BACKLOG, after=after, first=PAGE))["settlementEvents"]
        if page["__typename"] == "ResyncRequired":
            raise OutOfStep
        return Page(page["events"], page["cursor"], page["hasMore"])

    async def checkpoint(self) -> str | None:
        """Return the newest checkpoint of the ledger's log, None before the first."""
        logs = (await self._ask(CHECKPOINT))["transparencyLogs"]
        return next((str(log["newest"]["note"]) for log in logs if log["name"] == "LEDGER"), None)

    async def _ask(self, query: str, **variables: object) -> dict[str, Any]:
        async with httpx2.AsyncClient(timeout=ANSWER_S) as http:
            response = await http.post(
                self._url,
                json={"query": query, "variables": variables},
                headers={"Authorization": self._bearer},
            )
        if response.status_code == httpx2.codes.UNAUTHORIZED:
            raise Refused("the key is not valid")
        try:
            answer = response.json()
        except ValueError:
            raise Unavailable(f"{response.status_code} {response.text[:200]}") from None
        _require_no_errors(answer.get("errors"))
        data: dict[str, Any] = answer["data"]
        return data

    async def follow(self, after: str) -> AsyncGenerator[dict[str, Any], None]:
        """Yield entries after a cursor as they are posted, and the cursors of what is passed over meanwhile.

        Raises OutOfStep when the server asks to read the backlog again.
        """
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
                        yield news
                    case "error":
                        _require_no_errors(message["payload"])
                    case "complete":
                        return


class Watch:
    """Looks at the log's checkpoints now and then."""

    def __init__(self, feed: Feed, books: Books, key: str | None) -> None:
        self._feed, self._books, self._key = feed, books, key
        self._looked_at = self._complete_at = time.monotonic()

    async def look(self) -> None:
        """Keep the newest checkpoint; raises Forked when it does not fit, or the feed stays behind it."""
        self._looked_at = time.monotonic()
        note = await self._feed.checkpoint()
        if note is not None:
            self._books.see(note, self._key)
        if self._books.sequence >= self._books.signed or not self._books.are_of_all:
            self._complete_at = self._looked_at
        elif self._looked_at - self._complete_at > BEHIND_S:
            raise Forked(f"the log signed {self._books.signed} entries, the feed has {self._books.sequence}")

    async def look_again(self) -> None:
        """Look, unless that was a moment ago."""
        if time.monotonic() - self._looked_at > CHECKPOINT_S:
            await self.look()


async def consume(feed: Feed, books: Books, *, once: bool = False, log_key: str | None = None) -> None:
    """Take the backlog into the books and then every entry as it comes; `once` ends with the backlog.

    Outlives whatever passes; raises Refused, WrongFeed and Forked.
    """
    wait_s, out_of_step_at = RETRY_FIRST_S, None
    watch, is_known = Watch(feed, books, log_key), False
    while True:
        try:
            if not is_known:
                books.are_of_all, is_known = await feed.has_all(), True
            has_more = True
            while has_more:
                page = await feed.backlog(books.cursor)
                books.take(page.entries, page.cursor)
                has_more, wait_s = page.has_more, RETRY_FIRST_S
            await watch.look()
            if once and (books.sequence >= books.signed or not books.are_of_all):
                return
            if not once:
                async with aclosing(feed.follow(books.cursor)) as entries:
                    async for entry in entries:
                        books.take([entry] if "sequence" in entry else [], entry["cursor"])
                        await watch.look_again()
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


def read_checkpoint(note: str, key: str | None) -> tuple[int, bytes]:
    """Return size and root of a checkpoint (C2SP tlog-checkpoint); raises Forked unless `key` signed it."""
    text, _, signatures = note.rpartition("\n\n")
    origin, size, root = text.split("\n")
    if key is not None:
        name, key_id, public = key.split("+", 2)
        verifier = Ed25519PublicKey.from_public_bytes(base64.b64decode(public)[1:])
        signed = [line.split(" ")[2] for line in signatures.splitlines() if line.startswith(f"— {name} ")]
        ours = [one for one in map(base64.b64decode, signed) if one[:4].hex() == key_id]
        try:
            verifier.verify(ours[0][4:], f"{text}\n".encode())
        except (IndexError, InvalidSignature):
            raise Forked(f"the checkpoint of {size} entries is not signed by {name}") from None
        if name != origin:
            raise Forked(f"the checkpoint is of {origin}, the key is of {name}")
    return int(size), base64.b64decode(root)


def _facts(line: Mapping[str, Any]) -> tuple[object, ...]:
    days = line["period"]["start"], line["period"]["end"]
    what = line["contractCode"], line["code"], *days, str(line["quantity"]), Decimal(line["rate"])
    return (*what, Decimal(line["amount"]["amount"]), line["amount"]["currency"], tuple(line["working"]))


def _recorded_facts(line: Mapping[str, Any], sign: int) -> tuple[object, ...]:
    days = line["period"]["start"], line["period"]["end"]
    what = line["contract_code"], line["charge_code"], *days, str(line["quantity"]), Decimal(line["rate"])
    return (*what, sign * Decimal(line["amount"]), line["currency"], tuple(line["working"]))


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


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
    arguments.add_argument("--key", default=os.environ.get("LINEPACK_KEY"), help="API key that may SETTLE")
    arguments.add_argument("--books", type=Path, default=Path("books.sqlite3"))
    arguments.add_argument("--log-key", help="verifier key of the ledger's log, as its operator published it")
    arguments.add_argument("--once", action="store_true", help="take what there is, print the sums, end")
    given = arguments.parse_args()
    if not given.key:
        arguments.error("--key or LINEPACK_KEY is needed")
    books = Books(given.books)
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(consume(Feed(given.url, given.key), books, once=given.once, log_key=given.log_key))
    except (Refused, WrongFeed, Forked) as end:
        print(f"stopped at entry {books.sequence}: {end}", file=sys.stderr)
        return 1
    print(f"{books.sequence} entries")
    for party, code, currency, amount in books.sums():
        print(f"{party:20} {code:20} {currency} {amount:>18,.2f}")
    books.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
