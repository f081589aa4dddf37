"""The commands that run an installation or examine the whole of it."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from linepack.monitoring.logging import configure_logging
from linepack.problems import Fault, InvalidInput
from market.releases.closing import close_parked as try_closing_again
from schema.api import build_schema, sdl
from schema.transport.operation_lists import ID_SHOWN, faults_of, read_file
from server.cli.answers import Answer, Column, Rows
from server.cli.session import Session
from server.cli.settings import settings_or_exit
from server.demo.loading import load_demo
from server.installation.doctor import Condition, examine
from settlement.consumer import settle_parked as try_parked_again

PARTS: Final = (
    Column("name", "part"),
    Column("condition", ""),
    Column("found", "found"),
    Column("advice", "advice"),
)


async def demo(session: Session) -> Answer:
    """Load the demo unless there is a network."""
    is_loaded = await load_demo(session.services)
    text = "The demo network is loaded." if is_loaded else "The demo network was there already."
    return Answer.of({"loaded": is_loaded}, text)


def schema() -> None:
    """Print the GraphQL schema."""
    typer.echo(sdl(), nl=False)


def check_operations(*, lists: Sequence[Path]) -> Answer:
    """Count the operations of lists; raises InvalidInput with every fault of every list."""
    known = build_schema()._schema
    documents: dict[str, str] = {}
    faults: list[Fault] = []
    for path in lists:
        try:
            found = read_file(path)
        except InvalidInput as refusal:
            faults += refusal.faults
            continue
        documents |= found
        faults += (
            Fault(f"{path.name} {document_id[:ID_SHOWN]}…", message)
            for document_id, text in found.items()
            for message in faults_of(text, known)
        )
    if faults:
        raise InvalidInput(faults)
    noun = "operation" if len(documents) == 1 else "operations"
    return Answer.of(
        {"operations": len(documents)}, f"{len(documents)} {noun}, all of which can be executed."
    )


def doctor() -> Answer:
    """Return what this installation runs on; status 1 if something necessary is missing."""
    settings = settings_or_exit()
    configure_logging(production=settings.is_production, level=logging.ERROR)
    parts = asyncio.run(examine(settings, datetime.now(UTC).date()))
    records = [{column.name: getattr(part, column.name) for column in PARTS} for part in parts]
    is_missing = any(part.condition is Condition.MISSING for part in parts)
    return Answer.of(parts, Rows(PARTS, records), status=int(is_missing))


async def settle_parked(session: Session) -> Answer:
    """Try the events again that settlement could not settle."""
    services = session.services
    settled, still_parked = await try_parked_again(services.database, at=services.now())
    values = {"settled": settled, "still_parked": still_parked}
    return Answer.of(values, f"{settled} settled, {still_parked} still parked.")


async def close_parked(session: Session) -> Answer:
    """Try the releases again that could not be closed."""
    closed, still_parked = await try_closing_again(session.caller())
    values = {"closed": closed, "still_parked": still_parked}
    return Answer.of(values, f"{closed} closed, {still_parked} still parked.")
