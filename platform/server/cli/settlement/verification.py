"""The commands that prove what an installation holds: reconcile, and audit. Neither changes anything."""

import secrets
import time
from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from linepack.access import Principal
from server.cli.capacity import shortfalls
from server.cli.session import console, run
from server.installation.presence import description
from server.services import Services, log_verifiers_of
from settlement.audit.audit import audit as audited
from settlement.audit.model import AuditSubject, Report, Sample
from settlement.comparison.differences import Difference
from settlement.reconciliation.extent import extent
from settlement.reconciliation.reconcile import Sum, summary
from settlement.reconciliation.reconcile import reconcile as differences_of

SAMPLE_SIZE: Final = 100
"""Certificates, and awards, that reconcile checks again."""
SEED_BITS: Final = 32

commands = typer.Typer()


@commands.command()
def reconcile(
    sample: Annotated[
        int, typer.Option(min=0, help="Certificates, and awards, checked again: the newest half, and others.")
    ] = SAMPLE_SIZE,
    seed: Annotated[int | None, typer.Option(help="What the others are drawn by.")] = None,
) -> None:
    """Prove contracts against events, rights against contracts, postings against charges, feed and chain.

    Says which installation was proved and how much of it, lists every difference, and ends with status 1 if
    there is one, or if there is no installation. What is sold beyond capacity is listed too, and is no
    difference: the operator may leave less capacity than is sold.
    """
    found: list[Difference] = []
    drawn = Sample(sample, secrets.randbits(SEED_BITS) if seed is None else seed)

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            looked_at = await extent(connection)
            differences = await differences_of(connection, log_verifiers_of(services.settings))
            report = await audited(connection, sample=drawn)
            sums = await summary(connection)
        found.extend(dict.fromkeys((*differences, *report.differences)))
        _print_sums(sums)
        _print_differences(found)
        await shortfalls.print_ahead(services)
        _say(f"Proved {await description(services.settings)}, as of {looked_at.at:%Y-%m-%d %H:%M:%S} UTC.")
        _say(f"It holds {looked_at}.")
        _say(f"Checked again (a sample, --seed {drawn.seed}): {_counted(report)}.")
        _say(_verdict(found))

    run(command, must_exist=True)
    _end(found)


@commands.command()
def audit(
    network: Annotated[str | None, typer.Option(help="Code of the only network looked at.")] = None,
    sample: Annotated[
        int | None, typer.Option(min=0, help="At most so many certificates, and awards; else all.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="What a sample is drawn by.")] = None,
) -> None:
    """Check all stored certificates and awards again, and hold all that was sold against its events.

    Certificates are counted by the independent checker on the network and rights they were made on; awards
    are decided again. Lists every difference with its place, and ends with status 1 if there is one, or if
    there is no installation.
    """
    found: list[Difference] = []
    drawn = None
    if sample is not None:
        drawn = Sample(sample, secrets.randbits(SEED_BITS) if seed is None else seed)

    async def command(services: Services, principal: Principal) -> None:
        network_id = None if network is None else await services.snapshots.id_of(network)
        began = time.monotonic()
        with _Bars() as bars:
            async with services.database.read() as connection:
                looked_at = await extent(connection)
                report = await audited(connection, network_id=network_id, sample=drawn, progress=bars.advance)
        found.extend(report.differences)
        _print_differences(found)
        _say(f"Audited {await description(services.settings)}, as of {looked_at.at:%Y-%m-%d %H:%M:%S} UTC.")
        if drawn is not None:
            _say(f"Certificates and awards are a sample (--seed {drawn.seed}).")
        took = f"checked {_counted(report)} in {time.monotonic() - began:,.1f} s"
        _say(f"{took}: {_verdict(found).lower()}")

    run(command, must_exist=True)
    _end(found)


class _Bars:
    """A bar for each thing that is looked at one by one."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "_Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, what: str, done: int, of: int) -> None:
        """Show that `done` of so many were looked at."""
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=of)
        self._progress.update(self._tasks[what], completed=done)


def _print_sums(sums: Sequence[Sum]) -> None:
    table = Table("party", "charge", "currency", "sum", title="Settled so far")
    table.columns[3].justify = "right"
    for line in sums:
        table.add_row(line.party_code, line.charge_code, line.currency, f"{line.amount:,}")
    console.print(table)


def _print_differences(found: Iterable[Difference]) -> None:
    for difference in found:
        console.print(escape(str(difference)), style="red", soft_wrap=True, highlight=False)


def _counted(report: Report) -> str:
    return ", ".join(f"{report.counts[what]:,} {what}" for what in AuditSubject)


def _verdict(found: Sequence[Difference]) -> str:
    return "No differences." if not found else f"{len(found):,} differences."


def _say(text: str) -> None:
    console.print(escape(text), soft_wrap=True, highlight=False)


def _end(found: Sequence[Difference]) -> None:
    if found:
        raise typer.Exit(1)
