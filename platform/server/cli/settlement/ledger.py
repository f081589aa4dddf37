"""What an operator gives out of the transparency logs: keys, checkpoints, tiles, the feed, and proofs."""

import json
from pathlib import Path
from uuid import UUID

from capacity.feasibility.storage import transparency_log as verdicts
from linepack.ids import VerdictId
from linepack.transparency import repository
from linepack.transparency.model import LogName
from linepack.transparency.tiles import tiles_at
from server.cli.answers import Answer
from server.cli.declarations.settlement import RECORD_SUFFIX
from server.cli.files import faults_of, make_folder, write
from server.cli.session import Session
from server.services import log_keys_of
from settlement.ledger.hash_chain import record
from settlement.ledger.log import logged
from settlement.ledger.repository import all_entries


async def show_keys(session: Session) -> Answer:
    """Return the key that each log is signed with."""
    keys = log_keys_of(session.services.settings)
    async with session.services.database.read() as connection:
        heads = {name: await repository.head(connection, name) for name in LogName}
    vkeys = {name: keys.vkey(name) if head is None else head.vkey for name, head in heads.items()}
    return Answer.of(vkeys, *vkeys.values())


async def write_checkpoints(session: Session, *, output: Path, log: LogName) -> Answer:
    """Write every kept checkpoint of a log, and the newest."""
    async with session.services.database.read() as connection:
        kept = await repository.checkpoints(connection, log)
        newest = await repository.newest(connection, log)
    notes = {one.note: None for one in [*kept, newest]}
    write(output, "\n".join(notes))
    values = {"file": str(output), "checkpoints": len(notes), "leaves": newest.size}
    return Answer.of(values, f"{len(notes)} checkpoints up to {newest.size} leaves.")


async def write_tiles(session: Session, *, output: Path, log: LogName) -> Answer:
    """Write a log as a folder of tiles."""
    async with session.services.database.read() as connection:
        newest = await repository.newest(connection, log)
        for tile in tiles_at(newest.size):
            path = output / "tile" / tile.path
            make_folder(path.parent)
            write(path, await repository.tile(connection, log, tile))
    make_folder(output)
    write(output / "checkpoint", newest.note)
    return Answer.of({"folder": str(output), "leaves": newest.size}, f"{newest.size} leaves of {log.slug}.")


async def write_feed(session: Session, *, output: Path) -> Answer:
    """Write every entry with its record, one JSON object a line."""
    count = 0
    with faults_of(output, "written"), output.open("w", encoding="utf-8") as file:
        async with session.services.database.read() as connection:
            async for entry in all_entries(connection):
                line = {"sequence": entry.sequence, "hash": entry.hash, "record": record(entry).decode()}
                file.write(json.dumps(line) + "\n")
                count += 1
    return Answer.of({"file": str(output), "entries": count}, f"{count} entries.")


async def write_proof(session: Session, *, output: Path, entry: int | None, verdict: UUID | None) -> Answer:
    """Write the proof that an entry or a verdict is in its log, its record beside it."""
    async with session.services.database.read() as connection:
        if verdict is not None:
            log, found = LogName.VERDICTS, await verdicts.logged(connection, VerdictId(verdict))
        else:
            log, found = LogName.LEDGER, await logged(connection, entry or 0)
        proof = await repository.inclusion(connection, log, found.place)
    write(output, proof.to_file())
    beside = output.with_suffix(RECORD_SUFFIX)
    write(beside, found.record)
    return Answer.of({"proof": str(output), "record": str(beside)}, f"{output} proves {beside}.")
