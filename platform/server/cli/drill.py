"""The command `linepack drill`: random trading under random kills, and what it proves."""

import asyncio
import logging
import random
import shutil
import tempfile
from pathlib import Path

import typer

from capacity.publication import catalogue
from linepack.monitoring.logging import configure_logging
from server.cli.answers import Answer
from server.cli.drill_report import report
from server.cli.output import errors
from server.drill.run import Plan
from server.drill.run import drill as run_drill

SEEDS = 10**6


def drill(
    *,
    minutes: float,
    seed: int | None,
    network: list[str],
    clients: int,
    api_processes: int,
    pause: float,
    keep: bool,
) -> Answer:
    """Trade on an installation of its own while processes are killed; status 1 unless every proof holds."""
    unknown = sorted(set(network) - set(catalogue.codes()))
    if unknown:
        raise typer.BadParameter(f"not in the catalogue: {', '.join(unknown)}", param_hint="--network")
    chosen = random.randrange(SEEDS) if seed is None else seed  # noqa: S311
    plan = Plan(chosen, 60 * minutes, tuple(network), clients, api_processes, pause)
    errors.print(f"Drill {plan.seed}: {minutes:g} minutes on {', '.join(network)}, {clients} clients.")
    configure_logging(production=False, level=logging.ERROR)
    directory = Path(tempfile.mkdtemp(prefix="linepack-drill-"))
    is_clean = False
    try:
        result = asyncio.run(run_drill(plan, directory))
        is_clean = not result.journal.violations
    finally:
        if keep and not is_clean:
            errors.print(f"Data and log are in {directory}.")
        else:
            shutil.rmtree(directory, ignore_errors=True)
    if is_clean:
        return report(result, "Every proof holds.", status=0)
    options = "".join(f" --network {code}" for code in network)
    options += f" --clients {clients} --api-processes {api_processes} --pause {pause:g}"
    again = f"Again: linepack drill --minutes {minutes:g} --seed {plan.seed}{options}"
    return report(result, again, status=1)
