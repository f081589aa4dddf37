"""The commands that run an installation or examine the whole of it."""

from pathlib import Path
from typing import Annotated

import typer

from server.cli.commands import Commands, On

JOBS_SHOWN_MAX = 500

commands = Commands()
operations = Commands(about="The operations that clients of the API ask for by id.")
jobs = Commands(about="Work that takes longer than a request may: validations, dispatches.")


@commands.command("server.cli.serve:serve", on=On.NOTHING, answers=False)
def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo first, if it is not there.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; the next free one is taken.")] = None,
    processes: Annotated[int | None, typer.Option(min=1, help="API processes.")] = None,
) -> None:
    """Run everything: database and streams where none are configured, the API, the worker."""


@commands.command("server.cli.installation:demo", on=On.ANY)
def demo() -> None:
    """Load the demo: GasLib-40 with an operator, six shippers, tariffs, a year of contracts, open offers."""


@commands.command("server.cli.installation:schema", on=On.NOTHING, answers=False)
def schema() -> None:
    """Print the GraphQL schema, sorted, as it is committed."""


@commands.command("server.cli.installation:doctor", on=On.NOTHING)
def doctor() -> None:
    """Say what this installation runs on, what is missing and how to get it.

    Needs no running server; ends with status 1 if something necessary is missing.
    """


@commands.command("server.cli.installation:settle_parked")
def settle_parked() -> None:
    """Try the events again that settlement could not settle; `reconcile` lists them with the reason."""


@commands.command("server.cli.installation:close_parked")
def close_parked() -> None:
    """Try the releases again that could not be closed; each shows its reason as `ReleaseOffer.parked`."""


@commands.command("server.cli.drill:drill", on=On.NOTHING)
def drill(
    minutes: Annotated[float, typer.Option(min=0.1, max=1440, help="How long to trade.")] = 10,
    seed: Annotated[int | None, typer.Option(min=0, help="Repeats the plan of actions and kills.")] = None,
    network: Annotated[list[str], typer.Option(help="Networks of the catalogue to trade on.")] = [  # noqa: B006 typer wants a list
        "belgian",
        "gaslib-40",
    ],
    clients: Annotated[int, typer.Option(min=1, max=500, help="Shippers' clients at once.")] = 12,
    api_processes: Annotated[int, typer.Option(min=1, max=16, help="API processes.")] = 2,
    pause: Annotated[float, typer.Option(min=0, max=60, help="Mean pause of a client, in seconds.")] = 0.5,
    keep: Annotated[bool, typer.Option("--keep", help="Keep data and log when the drill fails.")] = False,
) -> None:
    """Trade at random on an installation of its own while its processes are killed, then prove the books.

    Ends with status 0 only if every proof holds. The same seed repeats the plan of actions and kills.
    """


@operations.command("server.cli.installation:check_operations", name="check", on=On.NOTHING)
def check_operations(
    lists: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, help="JSON files that builds of clients made."),
    ],
) -> None:
    """Check lists of operations before an installation takes them: ids, and every field by the schema."""


@jobs.command("server.cli.jobs:list_jobs", name="list")
def list_jobs(
    network: Annotated[str | None, typer.Option(help="Code of the only network shown.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=JOBS_SHOWN_MAX, help="How many are shown at most.")] = 50,
) -> None:
    """List jobs, the newest first."""
