"""The commands that prove what an installation holds: reconcile, and audit. Neither changes anything."""

import secrets
import time
from collections.abc import Sequence
from typing import Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from server.cli.answers import Answer, Column, Line, Rows
from server.cli.capacity import shortfalls
from server.cli.output import errors
from server.cli.session import Session
from server.installation.presence import description
from server.services import log_verifiers_of
from settlement.audit.audit import audit as audited
from settlement.audit.model import AuditSubject, Report, Sample
from settlement.comparison.differences import Difference
from settlement.reconciliation.extent import extent
from settlement.reconciliation.reconcile import Sum, summary
from settlement.reconciliation.reconcile import reconcile as differences_of

SEED_BITS: Final = 32

SUMS: Final = (
    Column("party", "party"),
    Column("charge", "charge"),
    Column("currency", "currency"),
    Column("sum", "sum"),
)


async def reconcile(session: Session, *, sample: int, seed: int | None) -> Answer:
    """Prove that rights, charges, ledger and feed agree; status 1 if they do not."""
    services, drawn = session.services, _sample(sample, seed)
    async with services.database.read() as connection:
        looked_at = await extent(connection)
        differences = await differences_of(connection, log_verifiers_of(services.settings))
        report = await audited(connection, sample=drawn)
        sums = _sums(await summary(connection))
    found = list(dict.fromkeys((*differences, *report.differences)))
    beyond = await shortfalls.ahead(services)
    installation = await description(services.settings)
    values = {
        "installation": installation,
        "at": looked_at.at,
        "holds": looked_at.counts,
        "seed": drawn.seed,
        "checked": {subject: report.counts[subject] for subject in AuditSubject},
        "sums": sums.records,
        "beyond_capacity": beyond,
        "differences": found,
    }
    return Answer.of(
        values,
        sums,
        *_lines(found),
        *beyond,
        f"Proved {installation}, as of {looked_at.at:%Y-%m-%d %H:%M:%S} UTC.",
        f"It holds {looked_at}.",
        f"Checked again (a sample, --seed {drawn.seed}): {_counted(report)}.",
        _verdict(found),
        status=int(bool(found)),
    )


async def audit(session: Session, *, network: str | None, sample: int | None, seed: int | None) -> Answer:
    """Check all stored certificates and awards again; status 1 if there is a difference."""
    services = session.services
    drawn = None if sample is None else _sample(sample, seed)
    network_id = None if network is None else await services.snapshots.id_of(network)
    began = time.monotonic()
    with _Bars() as bars:
        async with services.database.read() as connection:
            looked_at = await extent(connection)
            report = await audited(connection, network_id=network_id, sample=drawn, progress=bars.advance)
    took_s = time.monotonic() - began
    found, installation = report.differences, await description(services.settings)
    values = {
        "installation": installation,
        "at": looked_at.at,
        "seed": None if drawn is None else drawn.seed,
        "checked": {subject: report.counts[subject] for subject in AuditSubject},
        "seconds": took_s,
        "differences": found,
    }
    return Answer.of(
        values,
        *_lines(found),
        f"Audited {installation}, as of {looked_at.at:%Y-%m-%d %H:%M:%S} UTC.",
        *([] if drawn is None else [f"Certificates and awards are a sample (--seed {drawn.seed})."]),
        f"checked {_counted(report)} in {took_s:,.1f} s: {_verdict(found).lower()}",
        status=int(bool(found)),
    )


class _Bars:
    """A bar for each thing that is looked at one by one."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=errors,
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


def _sample(size: int, seed: int | None) -> Sample:
    return Sample(size, secrets.randbits(SEED_BITS) if seed is None else seed)


def _sums(sums: Sequence[Sum]) -> Rows:
    records = [
        {"party": one.party_code, "charge": one.charge_code, "currency": one.currency, "sum": one.amount}
        for one in sums
    ]
    return Rows(SUMS, records, title="Settled so far")


def _lines(found: Sequence[Difference]) -> list[Line]:
    return [Line(str(difference), "red") for difference in found]


def _counted(report: Report) -> str:
    return ", ".join(f"{report.counts[what]:,} {what}" for what in AuditSubject)


def _verdict(found: Sequence[Difference]) -> str:
    return "No differences." if not found else f"{len(found):,} differences."
