"""The commands on the transparency logs: `linepack ledger …`.

What an operator gives out (keys, checkpoints, feed, proofs) is read from this installation. What others check
it with (`verify`, `verify-proof`, `witness`) needs no installation: only files, an address, and the verifier
key that the operator published.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx2
import typer

from capacity.feasibility.storage import transparency_log as verdicts
from linepack.access import Principal
from linepack.ids import VerdictId
from linepack.transparency import queries, repository
from linepack.transparency.checkpoint import Checkpoint, InclusionProof, notes_in
from linepack.transparency.merkle import leaf_hash
from linepack.transparency.model import LogName
from linepack.transparency.notes import Verifier
from linepack.transparency.tiles import tiles_at
from linepack.transparency.witness import Witness
from server.cli.session import console, refusals, run
from server.errors import CannotStart
from server.services import Services, log_keys_of
from settlement.ledger.hash_chain import record
from settlement.ledger.log import logged
from settlement.ledger.repository import all_entries
from settlement.ledger.verification import entries_in
from settlement.ledger.verification import verify as verify_feed

ANSWER_S = 30.0

ledger = typer.Typer(help="Prove and check what the ledger and the verdicts say.", no_args_is_help=True)

Log = Annotated[LogName, typer.Option("--log", case_sensitive=False, help="Which log.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="What to write.")]
Keys = Annotated[
    list[str], typer.Option("--key", help="Verifier key of the log, from its operator; may be repeated.")
]


class LogUnreachable(CannotStart):
    """A log cannot be read over HTTP."""


@ledger.command("key")
def show_keys() -> None:
    """Print the key that each log is signed with: those who check the logs must have it from you."""

    async def command(services: Services, principal: Principal) -> None:
        keys = log_keys_of(services.settings)
        async with services.database.read() as connection:
            heads = {name: await repository.head(connection, name) for name in LogName}
        for name, head in heads.items():
            typer.echo(keys.vkey(name) if head is None else head.vkey)

    run(command)


@ledger.command("checkpoints")
def write_checkpoints(output: Output, log: Log = LogName.LEDGER) -> None:
    """Write every kept checkpoint of a log, and the newest, in the format C2SP tlog-checkpoint."""

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            kept = await repository.checkpoints(connection, log)
            newest = await queries.newest(connection, log)
        notes = {one.note: None for one in [*kept, newest]}
        output.write_text("\n".join(notes))
        console.print(f"{len(notes)} checkpoints up to {newest.size} leaves.")

    run(command)


@ledger.command("tiles")
def write_tiles(output: Output, log: Log = LogName.LEDGER) -> None:
    """Write a log as a folder in the layout C2SP tlog-tiles: any proof can be computed from it."""

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            newest = await queries.newest(connection, log)
            for tile in tiles_at(newest.size):
                path = output / "tile" / tile.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(await queries.tile(connection, log, tile))
        output.mkdir(parents=True, exist_ok=True)
        (output / "checkpoint").write_text(newest.note)
        console.print(f"{newest.size} leaves of {log.slug}.")

    run(command)


@ledger.command("feed")
def write_feed(output: Output) -> None:
    """Write every entry with its record, one JSON object a line, for `linepack ledger verify`."""

    async def command(services: Services, principal: Principal) -> None:
        count = 0
        with output.open("w") as file:
            async with services.database.read() as connection:
                async for entry in all_entries(connection):
                    line = {"sequence": entry.sequence, "hash": entry.hash, "record": record(entry).decode()}
                    file.write(json.dumps(line) + "\n")
                    count += 1
        console.print(f"{count} entries.")

    run(command)


@ledger.command("proof")
def write_proof(
    output: Output,
    entry: Annotated[int | None, typer.Option(min=1, help="The number of an entry.")] = None,
    verdict: Annotated[UUID | None, typer.Option(help="The id of a verdict.")] = None,
) -> None:
    """Write the proof that an entry or a verdict is in its log (C2SP tlog-proof), its record beside it."""
    if (entry is None) == (verdict is None):
        raise typer.BadParameter("give either --entry or --verdict")

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            if verdict is not None:
                log, found = LogName.VERDICTS, await verdicts.logged(connection, VerdictId(verdict))
            else:
                log, found = LogName.LEDGER, await logged(connection, entry or 0)
            proof = await queries.inclusion(connection, log, found.place)
        output.write_text(proof.to_file())
        beside = output.with_suffix(".json")
        beside.write_bytes(found.record)
        console.print(f"{output} proves {beside}.")

    run(command)


@ledger.command("verify")
def verify(
    feed: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Entries, one JSON object a line.")],
    checkpoints: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Signed checkpoints.")],
    key: Annotated[
        list[str] | None,
        typer.Option("--key", help="Verifier key of the log; without one no signature is checked."),
    ] = None,
) -> None:
    """Compute the ledger anew from a feed and compare it with checkpoints; needs no installation.

    Ends with status 1 at the first fault, and names it.
    """
    verifiers, notes = _verifiers(key or []), notes_in(checkpoints.read_text())
    with refusals(), feed.open() as lines:
        seen = [Checkpoint.of(note, verifiers) if key else Checkpoint.unverified(note) for note in notes]
        proved = verify_feed(entries_in(lines), seen)
    console.print(
        f"{proved.entries} entries, each what its hash covers and chained to the one before; "
        f"{proved.checkpoints} checkpoints, the last of {proved.signed} entries."
    )
    if proved.signed < proved.entries:
        console.print(f"No checkpoint covers the last {proved.entries - proved.signed} entries yet.")
    if not key:
        console.print("No signature was checked: give the log's verifier key with --key.", style="yellow")


@ledger.command("verify-proof")
def verify_proof(
    proof: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A .tlog-proof file.")],
    recorded: Annotated[Path, typer.Option("--record", exists=True, dir_okay=False, help="What it proves.")],
    key: Keys,
) -> None:
    """Check that a record is in a log; needs no installation. Ends with status 1 when it is not proved."""
    leaf = leaf_hash(hashlib.sha256(recorded.read_bytes()).digest())
    with refusals():
        checkpoint = InclusionProof.of_file(proof.read_text()).verify(leaf, _verifiers(key))
    console.print(f"The record is in {checkpoint.origin}, which had {checkpoint.size} leaves then.")


@ledger.command("witness")
def witness(
    address: Annotated[str, typer.Argument(help="Of the log: https://…/log/ledger")],
    state: Annotated[Path, typer.Option(dir_okay=False, help="Where you keep the checkpoints seen so far.")],
    key: Keys,
    also: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="Checkpoints that others were shown; repeatable."),
    ] = None,
) -> None:
    """Look whether the log extends what it showed you and others before, and remember what it shows now.

    Run it as often as you like, from any machine. Ends with status 1, and names it, when the log has forked,
    was cut short, is set back, or shows others something else.
    """
    verifiers = tuple(_verifiers(key))
    with refusals(), httpx2.Client(base_url=address.rstrip("/") + "/", timeout=ANSWER_S) as http:
        note = _get(http, "checkpoint").decode()
        for file in also or []:
            for other in notes_in(file.read_text()):
                _accept(http, Witness(verifiers, (other,)), note)
        seen = Witness.of_file(state.read_text() if state.exists() else "", verifiers)
        now = _accept(http, seen, note)
        state.write_text(now.to_file())
    console.print(f"{now.last.size if now.last else 0} leaves, which extend all that was seen before.")


def _accept(http: httpx2.Client, seen: Witness, note: str) -> Witness:
    tiles = {(one.level, one.number): _get(http, f"tile/{one.path}") for one in seen.tiles_for(note)}
    return seen.accept(note, tiles)


def _verifiers(keys: Sequence[str]) -> list[Verifier]:
    try:
        return [Verifier.of(key) for key in keys]
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None


def _get(http: httpx2.Client, path: str) -> bytes:
    try:
        answer = http.get(path)
    except httpx2.HTTPError as fault:
        raise LogUnreachable(f"the log does not answer: {fault}") from fault
    if answer.status_code != httpx2.codes.OK:
        raise LogUnreachable(f"the log answers {answer.status_code} to {path}")
    return answer.content
