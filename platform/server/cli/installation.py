"""The commands that run an installation or examine the whole of it."""

import asyncio
import json
import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from linepack.access import Principal
from linepack.monitoring.logging import configure_logging
from market.releases.closing import close_parked as try_closing_again
from schema.api import sdl
from server.cli.session import console, refusals, run, settings_or_exit
from server.demo.loading import load_demo
from server.installation.doctor import Condition, Part, examine
from server.processes.serve import serve as serve_installation
from server.services import Services
from settlement.consumer import settle_parked as try_parked_again

commands = typer.Typer()


@commands.command()
def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo first, if it is not there.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; the next free one is taken.")] = None,
    processes: Annotated[int | None, typer.Option(min=1, help="API processes.")] = None,
) -> None:
    """Run everything: database and streams where none are configured, the API, the worker."""
    given = {"host": host, "port": port, "api_processes": processes}
    chosen = {name: value for name, value in given.items() if value is not None}
    settings = settings_or_exit(**chosen)
    with refusals():
        asyncio.run(serve_installation(settings, demo=demo, console=console))


@commands.command()
def demo() -> None:
    """Load the demo: GasLib-40 with an operator, six shippers, tariffs, a year of contracts, open offers."""

    async def command(services: Services, principal: Principal) -> None:
        loaded = await load_demo(services)
        console.print("The demo network is loaded." if loaded else "The demo network was there already.")

    run(command)


@commands.command()
def schema() -> None:
    """Print the GraphQL schema, sorted, as it is committed."""
    typer.echo(sdl(), nl=False)


@commands.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Say what this installation runs on, what is missing and how to get it.

    Needs no running server; ends with status 1 if something necessary is missing.
    """
    settings = settings_or_exit()
    configure_logging(production=settings.is_production, level=logging.ERROR)
    parts = asyncio.run(examine(settings, datetime.now(UTC).date()))
    if as_json:
        typer.echo(json.dumps([asdict(part) for part in parts], indent=2))
    else:
        show_parts(parts)
    if any(part.condition is Condition.MISSING for part in parts):
        raise typer.Exit(1)


def show_parts(parts: Iterable[Part]) -> None:
    """Print a table of parts, the advice in its last column."""
    table = Table("part", "", "found", "advice", box=None)
    for part in parts:
        colour = _COLOURS[part.condition]
        condition = f"[{colour}]{part.condition}[/{colour}]"
        table.add_row(part.name, condition, escape(part.found), escape(part.advice))
    console.print(table, soft_wrap=True)


_COLOURS = {Condition.WORKS: "green", Condition.WITHOUT: "yellow", Condition.MISSING: "red"}


@commands.command()
def settle_parked() -> None:
    """Try the events again that settlement could not settle; `reconcile` lists them with the reason."""

    async def command(services: Services, principal: Principal) -> None:
        settled, still_parked = await try_parked_again(services.database, at=services.now())
        console.print(f"{settled} settled, {still_parked} still parked.")

    run(command, must_exist=True)


@commands.command()
def close_parked() -> None:
    """Try the releases again that could not be closed; each shows its reason as `ReleaseOffer.parked`."""

    async def command(services: Services, principal: Principal) -> None:
        closed, still_parked = await try_closing_again(services.market.caller(principal, services.now()))
        console.print(f"{closed} closed, {still_parked} still parked.")

    run(command, must_exist=True)
