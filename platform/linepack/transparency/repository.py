"""The logs in the database: tiles, heads, kept checkpoints, and the proofs that they make.

A connection reads one instant (`Database.read`), so that a proof and its checkpoint fit together.
"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.rows import RowMapper
from linepack.problems import Fault, InvalidInput, NotFound
from linepack.transparency.checkpoint import InclusionProof
from linepack.transparency.merkle import HASH_BYTES, Span, consistency_spans, inclusion_spans
from linepack.transparency.model import LogName, SignedCheckpoint
from linepack.transparency.tables import LogCheckpointRow, LogHeadRow, LogTileRow
from linepack.transparency.tiles import WIDTH, Place, Tile, places_of, span_hashes

_tiles = LogTileRow.core()
_heads = LogHeadRow.core()
_checkpoints = LogCheckpointRow.core()
_signed_heads = RowMapper(LogHeadRow, SignedCheckpoint)
_signed_checkpoints = RowMapper(LogCheckpointRow, SignedCheckpoint)


async def head(
    connection: AsyncConnection, log: LogName, *, for_update: bool = False
) -> SignedCheckpoint | None:
    """Return the newest checkpoint of a log, None before the first; `for_update` until this one ends."""
    statement = sa.select(_heads).where(_heads.c.log == log.value)
    return _signed_heads.first(
        await connection.execute(statement.with_for_update() if for_update else statement)
    )


async def begin(connection: AsyncConnection, log: LogName, signed: SignedCheckpoint) -> None:
    """Publish the first checkpoint of a log, unless there is one."""
    await connection.execute(
        insert(_heads).values(_signed_heads.values(signed, log=log.value)).on_conflict_do_nothing()
    )


async def put_head(connection: AsyncConnection, log: LogName, signed: SignedCheckpoint) -> None:
    """Publish a checkpoint as the newest."""
    changed = sa.update(_heads).where(_heads.c.log == log.value).values(_signed_heads.values(signed))
    await connection.execute(changed)


async def keep(connection: AsyncConnection, log: LogName, kept: Iterable[SignedCheckpoint]) -> None:
    """Store checkpoints for good."""
    values = [_signed_checkpoints.values(signed, log=log.value) for signed in kept]
    if values:
        await connection.execute(insert(_checkpoints).values(values).on_conflict_do_nothing())


async def checkpoints(
    connection: AsyncConnection, log: LogName, *, after: int = -1, limit: int | None = None
) -> list[SignedCheckpoint]:
    """Return the kept checkpoints of trees larger than `after`, the smallest first."""
    statement = (
        sa.select(_checkpoints)
        .where(_checkpoints.c.log == log.value, _checkpoints.c.size > after)
        .order_by(_checkpoints.c.size)
        .limit(limit)
    )
    return _signed_checkpoints.all(await connection.execute(statement))


async def last_kept(connection: AsyncConnection, log: LogName) -> SignedCheckpoint | None:
    """Return the kept checkpoint of the largest tree."""
    statement = (
        sa.select(_checkpoints)
        .where(_checkpoints.c.log == log.value)
        .order_by(_checkpoints.c.size.desc())
        .limit(1)
    )
    return _signed_checkpoints.first(await connection.execute(statement))


async def tiles(connection: AsyncConnection, log: LogName, places: Iterable[Place]) -> dict[Place, bytes]:
    """Return those of the tiles that there are."""
    wanted = sorted(places)
    if not wanted:
        return {}
    tile = _tiles.c
    statement = sa.select(tile.level, tile.number, tile.hashes).where(
        tile.log == log.value, sa.tuple_(tile.level, tile.number).in_(wanted)
    )
    return {(row.level, row.number): bytes(row.hashes) for row in await connection.execute(statement)}


async def put_tiles(connection: AsyncConnection, log: LogName, changed: Mapping[Place, bytes]) -> None:
    """Store new tiles, and the longer form of those that have grown."""
    values = [
        {"log": log.value, "level": level, "number": number, "hashes": hashes}
        for (level, number), hashes in sorted(changed.items())
    ]
    statement = insert(_tiles)
    grown = statement.on_conflict_do_update(
        index_elements=["log", "level", "number"], set_={"hashes": statement.excluded.hashes}
    )
    await connection.execute(grown, values)


async def leaf_count(connection: AsyncConnection, log: LogName) -> int:
    """Return how many leaves the tiles of a log hold."""
    tile = _tiles.c
    last = (
        sa.select(tile.number * WIDTH + sa.func.length(tile.hashes) / HASH_BYTES)
        .where(tile.log == log.value, tile.level == 0)
        .order_by(tile.number.desc())
        .limit(1)
    )
    return int((await connection.execute(last)).scalar_one_or_none() or 0)


async def newest(connection: AsyncConnection, log: LogName) -> SignedCheckpoint:
    """Return the newest checkpoint; raises NotFound before the first."""
    signed = await head(connection, log)
    if signed is None:
        raise NotFound("checkpoint of the log", log.slug)
    return signed


async def tile(connection: AsyncConnection, log: LogName, wanted: Tile) -> bytes:
    """Return the hashes of a tile; raises NotFound when the log has not as many."""
    place = (wanted.level, wanted.number)
    found = (await tiles(connection, log, [place])).get(place, b"")
    length = wanted.width * HASH_BYTES
    if len(found) < length:
        raise NotFound("tile", wanted.path)
    return found[:length]


async def inclusion(connection: AsyncConnection, log: LogName, index: int) -> InclusionProof:
    """Return the proof of a leaf under the newest checkpoint; raises NotFound while it has no place."""
    signed = await newest(connection, log)
    if index >= signed.size:
        raise NotFound(f"leaf of the log {log.slug}", index)
    hashes = await _hashes(connection, log, inclusion_spans(index, signed.size))
    return InclusionProof(index, hashes, signed.note)


async def consistency(connection: AsyncConnection, log: LogName, old: int, new: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of `new` leaves extends that of `old`.

    Raises InvalidInput when the log has no such trees.
    """
    signed = await newest(connection, log)
    if not 0 <= old <= new <= signed.size:
        raise InvalidInput(
            [Fault("from", f"{old} to {new} is not within the {signed.size} leaves of the log")]
        )
    return await _hashes(connection, log, consistency_spans(old, new))


async def _hashes(connection: AsyncConnection, log: LogName, spans: list[Span]) -> tuple[bytes, ...]:
    return tuple(span_hashes(spans, await tiles(connection, log, places_of(spans))))
