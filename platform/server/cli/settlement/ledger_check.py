"""What others check the transparency logs with: `linepack ledger verify`, `verify-proof` and `witness`.

None needs an installation: only files, an address, and the verifier key that the operator published.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import httpx2
import typer

from linepack.transparency.checkpoint import Checkpoint, InclusionProof, notes_in
from linepack.transparency.merkle import leaf_hash
from linepack.transparency.notes import Verifier
from linepack.transparency.witness import Witness
from server.cli.answers import Answer, Line, Shown
from server.cli.files import faults_of, read_bytes, read_text, replace
from server.errors import CannotStart
from settlement.ledger.verification import entries_in
from settlement.ledger.verification import verify as verify_feed

ANSWER_S = 30.0


class LogUnreachable(CannotStart):
    """A log cannot be read over HTTP."""


def verify(*, feed: Path, checkpoints: Path, key: list[str] | None) -> Answer:
    """Compute the ledger anew from a feed and compare it with checkpoints."""
    verifiers, notes = _verifiers(key or []), notes_in(read_text(checkpoints))
    seen = [Checkpoint.of(note, verifiers) if key else Checkpoint.unverified(note) for note in notes]
    with faults_of(feed, "read"), feed.open(encoding="utf-8") as lines:
        proved = verify_feed(entries_in(lines), seen)
    counted = f"{proved.entries} entries, each what its hash covers and chained to the one before"
    shown: list[Shown] = [
        f"{counted}; {proved.checkpoints} checkpoints, the last of {proved.signed} entries."
    ]
    if proved.signed < proved.entries:
        shown.append(f"No checkpoint covers the last {proved.entries - proved.signed} entries yet.")
    if not key:
        shown.append(Line("No signature was checked: give the log's verifier key with --key.", "yellow"))
    values = {
        "entries": proved.entries,
        "checkpoints": proved.checkpoints,
        "signed": proved.signed,
        "signatures_checked": bool(key),
    }
    return Answer.of(values, *shown)


def verify_proof(*, proof: Path, recorded: Path, key: list[str]) -> Answer:
    """Check that a record is in a log."""
    leaf = leaf_hash(hashlib.sha256(read_bytes(recorded)).digest())
    checkpoint = InclusionProof.of_file(read_text(proof)).verify(leaf, _verifiers(key))
    text = f"The record is in {checkpoint.origin}, which had {checkpoint.size} leaves then."
    return Answer.of({"origin": checkpoint.origin, "leaves": checkpoint.size}, text)


def witness(*, address: str, state: Path, key: list[str], also: list[Path] | None) -> Answer:
    """Look whether a log extends what it showed before, and remember what it shows now."""
    verifiers = tuple(_verifiers(key))
    with _client(address) as http:
        note = _get(http, "checkpoint").decode()
        for file in also or []:
            for other in notes_in(read_text(file)):
                _accept(http, Witness(verifiers, (other,)), note)
        seen = Witness.of_file(read_text(state) if state.exists() else "", verifiers)
        now = _accept(http, seen, note)
        replace(state, now.to_file())
    leaves = now.last.size if now.last else 0
    return Answer.of({"leaves": leaves}, f"{leaves} leaves, which extend all that was seen before.")


def _client(address: str) -> httpx2.Client:
    try:
        return httpx2.Client(base_url=address.rstrip("/") + "/", timeout=ANSWER_S)
    except httpx2.InvalidURL as fault:
        raise typer.BadParameter(f"{address!r} is no address: {fault}", param_hint="ADDRESS") from None


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
