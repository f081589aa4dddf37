"""Reading a log: its newest checkpoint, tiles, and proofs under checkpoints.

A connection reads one instant (`Database.read`), so that a proof and its checkpoint fit together.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.problems import Fault, InvalidInput, NotFound
from linepack.transparency import repository
from linepack.transparency.checkpoint import InclusionProof
from linepack.transparency.merkle import HASH_BYTES, Span, consistency_spans, inclusion_spans
from linepack.transparency.model import LogName, SignedCheckpoint
from linepack.transparency.tiles import Tile, places_of, span_hashes


async def newest(connection: AsyncConnection, log: LogName) -> SignedCheckpoint:
    """Return the newest checkpoint; raises NotFound before the first."""
    head = await repository.head(connection, log)
    if head is None:
        raise NotFound("checkpoint of the log", log.slug)
    return head


async def tile(connection: AsyncConnection, log: LogName, wanted: Tile) -> bytes:
    """Return the hashes of a tile; raises NotFound when the log has not as many."""
    place = (wanted.level, wanted.number)
    found = (await repository.tiles(connection, log, [place])).get(place, b"")
    length = wanted.width * HASH_BYTES
    if len(found) < length:
        raise NotFound("tile", wanted.path)
    return found[:length]


async def inclusion(connection: AsyncConnection, log: LogName, index: int) -> InclusionProof:
    """Return the proof of a leaf under the newest checkpoint; raises NotFound while it has no place."""
    head = await newest(connection, log)
    if index >= head.size:
        raise NotFound(f"leaf of the log {log.slug}", index)
    hashes = await _hashes(connection, log, inclusion_spans(index, head.size))
    return InclusionProof(index, hashes, head.note)


async def consistency(connection: AsyncConnection, log: LogName, old: int, new: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of `new` leaves extends that of `old`.

    Raises InvalidInput when the log has no such trees.
    """
    head = await newest(connection, log)
    if not 0 <= old <= new <= head.size:
        raise InvalidInput([Fault("from", f"{old} to {new} is not within the {head.size} leaves of the log")])
    return await _hashes(connection, log, consistency_spans(old, new))


async def _hashes(connection: AsyncConnection, log: LogName, spans: list[Span]) -> tuple[bytes, ...]:
    return tuple(span_hashes(spans, await repository.tiles(connection, log, places_of(spans))))
