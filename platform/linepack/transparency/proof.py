"""The proof that a log is what its checkpoints say, and holds what is stored: every leaf, tile and signature.

Nothing here trusts the triggers that guard the tables, nor the key that a checkpoint is stored with.
"""

from collections.abc import AsyncIterator, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.transparency import repository
from linepack.transparency.checkpoint import Checkpoint
from linepack.transparency.errors import LogFault
from linepack.transparency.merkle import HASH_BYTES
from linepack.transparency.model import LogName, SignedCheckpoint
from linepack.transparency.notes import Verifier
from linepack.transparency.tiles import WIDTH, Edge, Place

Finding = tuple[str, str]
"""What is not as it must be: the subject, and in which way."""

Leaf = tuple[str, bytes | None]
"""What a leaf stands for, in words, and the hash that this has today; None when it is not there."""


async def log_findings(
    connection: AsyncConnection,
    log: LogName,
    leaves: AsyncIterator[Sequence[Leaf]],
    verifiers: Sequence[Verifier],
) -> list[Finding]:
    """Return how the log differs from what is stored, `leaves` in their order, and from its checkpoints."""
    head = await repository.head(connection, log)
    kept = await repository.checkpoints(connection, log)
    signed = [*kept, head] if head is not None else kept
    found = [one for checkpoint in signed for one in _signature_findings(log, checkpoint, verifiers)]
    size = max((checkpoint.size for checkpoint in signed), default=0)
    expected = {checkpoint.size: checkpoint.root for checkpoint in signed}
    if head is not None and head.size < size:
        found.append((_name(log), f"its head has {head.size} leaves, a kept checkpoint {size}"))
    if len(expected) < len({(checkpoint.size, checkpoint.root) for checkpoint in signed}):
        found.append((_name(log), "two checkpoints of one size have different roots: a split view"))
    if (surplus := await repository.leaf_count(connection, log)) != size:
        found.append((_name(log), f"its tiles hold {surplus} leaves, its checkpoints {size}"))
    return found + await _tree_findings(connection, log, leaves, size, expected)


async def _tree_findings(
    connection: AsyncConnection,
    log: LogName,
    leaves: AsyncIterator[Sequence[Leaf]],
    size: int,
    expected: dict[int, bytes],
) -> list[Finding]:
    """Grow the tree anew and compare leaf by leaf, tile by tile, and at every checkpoint."""
    edge, found, differing = Edge(), list[Finding](), set[Place]()
    async for chunk in leaves:
        start, grown = edge.size, dict[Place, bytes]()
        for _, leaf in chunk[: size - start]:
            grown |= edge.append([leaf or bytes(HASH_BYTES)])
            if edge.size in expected and edge.root() != expected[edge.size]:
                detail = f"its root is not that of the first {edge.size} leaves"
                found.append((f"checkpoint {edge.size} of the log {log.slug}", detail))
        stored = await repository.tiles(connection, log, grown)
        for index, (subject, leaf) in enumerate(chunk[: size - start], start):
            offset = index % WIDTH * HASH_BYTES
            if leaf is None or stored.get((0, index // WIDTH), b"")[offset : offset + HASH_BYTES] != leaf:
                found.append((subject, f"is not what the log {log.slug} holds at {index}"))
        differing |= {
            place
            for place, hashes in grown.items()
            if place[0] and stored.get(place, b"")[: len(hashes)] != hashes
        }
        if edge.size == size:
            break
    if edge.size < size:
        found.append(
            (_name(log), f"{size - edge.size} of its {size} leaves stand for nothing that is stored")
        )
    if differing:
        found.append((_name(log), f"{len(differing)} of its upper tiles do not follow from its leaves"))
    return found


def _signature_findings(
    log: LogName, signed: SignedCheckpoint, verifiers: Sequence[Verifier]
) -> list[Finding]:
    subject = f"checkpoint {signed.size} of the log {log.slug}"
    try:
        checkpoint = Checkpoint.of(signed.note, verifiers)
    except LogFault as fault:
        return [(subject, fault.message)]
    if (checkpoint.size, checkpoint.root) != (signed.size, signed.root):
        return [(subject, f"is stored as another: its note says {checkpoint.size} leaves, or another root")]
    return []


def _name(log: LogName) -> str:
    return f"log {log.slug}"
