"""Verification of the ledger from outside: from a feed and checkpoints, without the database.

A feed is the ledger's entries in order, each with its record and hash, as the API's `SettlementEvent` has
them. From it every hash, the chain and the root at every checkpoint are computed again. The first fault ends
it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from linepack.problems import Problem
from linepack.transparency.checkpoint import Checkpoint
from linepack.transparency.errors import Replayed, RootDiffers, SplitView, Truncated
from linepack.transparency.merkle import EMPTY_ROOT, Frontier
from settlement.ledger.hash_chain import GENESIS
from settlement.ledger.log import leaf_of


class FeedFault(Problem):
    """Base of what is wrong with a feed."""

    code = "FEED_FAULT"


class RecordUnreadable(FeedFault):
    """A line of the feed is not an entry with its record."""

    code = "RECORD_UNREADABLE"


class HashDiffers(FeedFault):
    """A record is not the one that its hash covers."""

    code = "HASH_DIFFERS"


class EntryMissing(FeedFault):
    """An entry does not follow the one before in number."""

    code = "ENTRY_MISSING"


class ChainBroken(FeedFault):
    """An entry does not follow the one before in hash."""

    code = "CHAIN_BROKEN"


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """An entry of the feed: its number, its hash, and the record that the hash covers."""

    sequence: int
    hash: str
    record: str

    @classmethod
    def of(cls, line: Any) -> "RecordedEntry":
        """Read an entry of the feed; raises RecordUnreadable."""
        match line:
            case {"sequence": int(sequence), "hash": str(hash_), "record": str(record)}:
                return cls(sequence, hash_, record)
        raise RecordUnreadable("an entry of the feed has `sequence`, `hash` and `record`")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was proved: so many entries, under so many checkpoints, the last of them at `signed` entries."""

    entries: int
    checkpoints: int
    signed: int


def entries_in(feed: Iterable[str]) -> Iterator[RecordedEntry]:
    """Yield the entries of a feed of one JSON object a line; raises RecordUnreadable."""
    for number, line in enumerate(feed, 1):
        if line.strip():
            try:
                plain = json.loads(line)
            except ValueError:
                raise RecordUnreadable(f"line {number} of the feed is not JSON") from None
            yield RecordedEntry.of(plain)


def verify(entries: Iterable[RecordedEntry], checkpoints: Sequence[Checkpoint]) -> Verified:
    """Return what entries and checkpoints prove together; raises FeedFault and LogFault.

    Checkpoints are in the order in which they were seen.
    """
    _require_order(checkpoints)
    expected = {checkpoint.size: checkpoint.root for checkpoint in checkpoints}
    if expected.get(0, EMPTY_ROOT) != EMPTY_ROOT:
        raise RootDiffers("the checkpoint of no entries has a root of some")
    frontier, previous_hash = Frontier(), GENESIS
    for entry in entries:
        require_link(entry, frontier.size, previous_hash)
        previous_hash = entry.hash
        frontier.append(leaf_of(entry.hash))
        if frontier.size in expected and frontier.root() != expected[frontier.size]:
            raise RootDiffers(f"the first {frontier.size} entries are not those that the checkpoint signed")
    signed = max(expected, default=0)
    if signed > frontier.size:
        raise Truncated(f"a checkpoint signed {signed} entries, the feed has {frontier.size}")
    return Verified(frontier.size, len(checkpoints), signed)


def require_link(entry: RecordedEntry, sequence: int, previous_hash: str) -> None:
    """Raise FeedFault unless the entry is what its hash covers and follows the one before."""
    if hashlib.sha256(entry.record.encode()).hexdigest() != entry.hash:
        raise HashDiffers(f"entry {entry.sequence}: its record is not the one that its hash covers")
    try:
        record = json.loads(entry.record)
        own_sequence, own_previous_hash = record["sequence"], record["previous_hash"]
    except (ValueError, TypeError, LookupError):
        raise RecordUnreadable(f"entry {entry.sequence}: its record cannot be read") from None
    if entry.sequence != sequence + 1 or own_sequence != entry.sequence:
        raise EntryMissing(f"entry {entry.sequence} follows entry {sequence}")
    if own_previous_hash != previous_hash:
        raise ChainBroken(f"entry {entry.sequence} is not chained to entry {sequence}")


def _require_order(checkpoints: Sequence[Checkpoint]) -> None:
    for earlier, later in pairwise(checkpoints):
        if later.size < earlier.size:
            raise Replayed(f"a checkpoint of {later.size} entries was shown after one of {earlier.size}")
        if later.size == earlier.size and later.root != earlier.root:
            raise SplitView(f"two checkpoints of {later.size} entries have different roots")
