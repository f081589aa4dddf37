"""The proof that the transparency logs hold the ledger and the verdicts, as their keys have signed them."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.feasibility.storage import transparency_log as verdicts
from linepack.limits import LOG_GRACE_S
from linepack.transparency.model import LogName
from linepack.transparency.notes import Verifier
from linepack.transparency.proof import log_findings
from settlement.comparison.differences import Difference, Proof
from settlement.ledger import log as entries


async def log_differences(
    connection: AsyncConnection, keys: Mapping[LogName, Sequence[Verifier]]
) -> list[Difference]:
    """Return how the logs differ from ledger and verdicts, and from what the keys have signed."""
    ledger, verdict = LogName.LEDGER, LogName.VERDICTS
    found = [
        *await log_findings(connection, ledger, entries.stored_leaves(connection), keys[ledger]),
        *await log_findings(connection, verdict, verdicts.stored_leaves(connection), keys[verdict]),
        *await entries.missing(connection, LOG_GRACE_S),
        *await verdicts.missing(connection, LOG_GRACE_S),
    ]
    return [Difference(Proof.LOG, subject, detail) for subject, detail in found]
