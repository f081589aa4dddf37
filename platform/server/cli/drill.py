"""The command `linepack drill`: random trading under random kills, and what it proves."""

import asyncio
import logging
import random
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from capacity.publication import catalogue
from linepack.monitoring.logging import configure_logging
from server.cli.session import console, refusals
from server.drill.report import show
from server.drill.run import Plan, drill

SEEDS = 10**6

commands = typer.Typer()


@commands.command(name="drill")
def drill_command(
    minutes: Annotated[float, typer.Option(min=0.1, max=1440, help="How long to trade.")] = 10,
    seed: Annotated[int | None, typer.Option(help="Repeats the plan of actions and kills.")] = None,
    network: Annotated[list[str], typer.Option(help="Networks of the catalogue to trade on.")] = [  # noqa: B006 typer wants a list
        "belgian",
        "gaslib-40",
    ],
    clients: Annotated[int, typer.Option(min=1, max=500, help="Shippers' clients at once.")] = 12,
    api_processes: Annotated[int, typer.Option(min=1, max=16, help="API processes.")] = 2,
    pause: Annotated[float, typer.Option(min=0, help="Mean pause of a client, in seconds.")] = 0.5,
    keep: Annotated[bool, typer.Option("--keep", help="Keep data and log when the drill fails.")] = False,
) -> None:
    """Trade at random on an installation of its own while its processes are killed, then prove the books.

    Ends with status 0 only if every proof holds. The same seed repeats the plan of actions and kills.
    """
    unknown = sorted(set(network) - set(catalogue.codes()))
    if unknown:
        raise typer.BadParameter(f"not in the catalogue: {', '.join(unknown)}", param_hint="--network")
    chosen = random.randrange(SEEDS) if seed is None else seed  # noqa: S311
    plan = Plan(chosen, 60 * minutes, tuple(network), clients, api_processes, pause)
    console.print(f"Drill {plan.seed}: {minutes:g} minutes on {', '.join(network)}, {clients} clients.")
    configure_logging(production=False, level=logging.ERROR)
    directory = Path(tempfile.mkdtemp(prefix="linepack-drill-"))
    is_clean = False
    try:
        with refusals():
            result = asyncio.run(drill(plan, directory))
        show(console, result)
        is_clean = not result.journal.violations
    finally:
        if keep and not is_clean:
            console.print(f"Data and log are in {directory}.")
        else:
            shutil.rmtree(directory, ignore_errors=True)
    if not is_clean:
        options = "".join(f" --network {code}" for code in network)
        options += f" --clients {clients} --api-processes {api_processes} --pause {pause:g}"
        console.print(
            f"Again: linepack drill --minutes {minutes:g} --seed {plan.seed}{options}", soft_wrap=True
        )
        raise typer.Exit(1)
    console.print("Every proof holds.")
