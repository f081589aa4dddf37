"""The audit of an installation: certificates, awards, prices, trades, offers and networks.

Nothing is repaired, and no code that sold, cleared or stored something is relied on: certificates are checked
by the independent checker, awards evaluated again, rows compared with the events about them. Rights, charges
and the ledger are left to `settlement.reconciliation`. All that is read is of one instant.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.connections import take_time
from linepack.ids import NetworkId
from settlement.audit.awards import award_differences
from settlement.audit.certificates import certificate_differences
from settlement.audit.clearings import clearing_differences
from settlement.audit.model import AuditSubject, Progress, Report, Sample
from settlement.audit.networks import network_differences
from settlement.audit.offers import offer_differences
from settlement.audit.owners import owner_differences
from settlement.audit.prices import price_differences
from settlement.audit.trades import trade_differences
from settlement.comparison.contracts import contracts_unlike_columns, contracts_unlike_events


def without_progress(what: str, done: int, of: int) -> None:
    """Ignore the progress."""


async def audit(
    connection: AsyncConnection,
    *,
    network_id: NetworkId | None = None,
    sample: Sample | None = None,
    progress: Progress = without_progress,
) -> Report:
    """Return all that is not as it was sold, of one network or of all; `connection` reads one instant.

    A `sample` bounds how many certificates and awards are checked; everything else is checked completely.
    """
    await take_time(connection)
    report = Report()
    await network_differences(connection, report, network_id)
    count, found = await contracts_unlike_columns(connection, network_id)
    report.counts[AuditSubject.CONTRACTS] = count
    report.differences += [*found, *await contracts_unlike_events(connection, network_id)]
    await price_differences(connection, report, network_id)
    await trade_differences(connection, report, network_id)
    await offer_differences(connection, report, network_id)
    await owner_differences(connection, report, network_id)
    await award_differences(connection, report, progress, network_id=network_id, sample=sample)
    await clearing_differences(connection, report, progress, network_id=network_id, sample=sample)
    await certificate_differences(connection, report, progress, network_id=network_id, sample=sample)
    return report
