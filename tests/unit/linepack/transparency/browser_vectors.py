"""What the web frontend's verifier is tried with: cases of the corpus, and entries with their proofs.

    python -m tests.unit.linepack.transparency.browser_vectors

writes them anew; a test holds the file to what is made today.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.unit.linepack.transparency.corpus import CASES, IMPOSTOR, SIGNER, note_of, proof_of
from tests.unit.settlement.examples import NETWORK, days, reservation

from linepack.events.model import Stream
from linepack.ids import EntryId
from linepack.transparency.checkpoint import InclusionProof
from linepack.transparency.merkle import inclusion_spans, leaf_hash
from settlement.charges.cost import at_rate
from settlement.charges.rules import plan
from settlement.ledger.hash_chain import GENESIS, entry_hash, input_hash, record
from settlement.ledger.model import Cause, Draft, Entry

FILE = Path(__file__).parents[4] / "frontend" / "src" / "proofs" / "inclusion" / "vectors.json"
WINTER = days("2026-12-01", "2027-03-01")
PLACES = ((0, 1), (1, 2), (2, 3), (0, 7), (6, 7), (63, 64), (64, 65), (255, 256), (256, 257), (130, 300))
"""Indices of entries, and sizes of the log in which they are proved."""


def entries() -> Iterator[Entry]:
    """Yield the entries of a ledger without end: each a reservation over the winter."""
    previous, sequence = GENESIS, 0
    while True:
        sequence += 1
        lines = plan(reservation(100 + sequence), WINTER, at_rate(Decimal("0.0137"), 100 + sequence))
        draft = Draft(f"reservation:{sequence}", NETWORK, lines)
        entry = Entry(
            id=EntryId(UUID(int=sequence)),
            sequence=sequence,
            draft=draft,
            cause=Cause(Stream.CAPACITY, "contract.booked", sequence),
            input_hash=input_hash(draft),
            recorded_at=datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(seconds=sequence),
            previous_hash=previous,
            hash="",
        )
        entry = replace(entry, hash=entry_hash(entry))
        previous = entry.hash
        yield entry


def vectors() -> dict[str, Any]:
    """Return everything the frontend's test reads."""
    ledger = entries()
    logged = [next(ledger) for _ in range(max(size for _, size in PLACES))]
    leaves = [leaf_hash(bytes.fromhex(entry.hash)) for entry in logged]
    return {
        "key": SIGNER.verifier.vkey,
        "otherKey": IMPOSTOR.verifier.vkey,
        "cases": [case.to_json() for case in CASES],
        "entries": [
            {
                "index": index,
                "size": size,
                "digest": logged[index].hash,
                "record": record(logged[index]).decode(),
                "file": InclusionProof(
                    index,
                    tuple(proof_of(leaves[:size], inclusion_spans(index, size))),
                    note_of(leaves[:size]),
                ).to_file(),
            }
            for index, size in PLACES
        ],
    }


def text() -> str:
    """Return the file's content."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
