"""Reconciliation: proofs that rights, charges, ledger and feed agree, all of one instant.

Nothing is repaired here. An empty list proves that contracts are what events say, rights what contracts say,
postings what charge plans say, index values what was published, the ledger what it was when it was written,
the feed what the ledger says, that events have positions without gaps, and that no event is parked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.feasibility.storage import transparency_log as verdicts
from linepack.database.connections import take_time
from linepack.events.tables import EventRow
from linepack.identity.tables import PartyRow
from linepack.limits import LOG_GRACE_S
from linepack.money import Currency
from linepack.transparency.model import LogName
from linepack.transparency.notes import Verifier
from linepack.transparency.proof import log_findings
from settlement.comparison.contracts import contracts_unlike_columns, contracts_unlike_events
from settlement.comparison.differences import Difference, Proof
from settlement.ledger import log as entries
from settlement.ledger.model import ChargeCode
from settlement.ledger.repository import postings_table
from settlement.reconciliation.charges import charge_differences, parked_differences
from settlement.reconciliation.index_values import index_differences
from settlement.reconciliation.ledger import ledger_differences
from settlement.reconciliation.release_credits import credit_differences
from settlement.reconciliation.rights import rights_differences

_events = EventRow.core()
_parties = PartyRow.core()


@dataclass(frozen=True, slots=True)
class Sum:
    """What a party owes (positive) or is owed, over all contracts and gas months, for one charge code."""

    party_code: str
    charge_code: ChargeCode
    currency: Currency
    amount: Decimal


async def reconcile(
    connection: AsyncConnection, log_keys: Mapping[LogName, Sequence[Verifier]] | None = None
) -> list[Difference]:
    """Return every difference, none when all is proven; `connection` reads one instant (`Database.read`).

    The transparency logs are proved against the keys that may have signed them; without keys, not at all.
    """
    await take_time(connection)
    return [
        *await rights_differences(connection),
        *await contracts_unlike_events(connection),
        *(await contracts_unlike_columns(connection))[1],
        *await charge_differences(connection),
        *await credit_differences(connection),
        *await index_differences(connection),
        *await ledger_differences(connection),
        *await _position_differences(connection),
        *await parked_differences(connection),
        *(await _log_differences(connection, log_keys) if log_keys is not None else []),
    ]


async def summary(connection: AsyncConnection) -> list[Sum]:
    """Return the sums that the books of a billing system must show when it holds the whole feed."""
    posting, party = postings_table.c, _parties.c
    statement = (
        sa.select(
            party.code, posting.charge_code, posting.currency, sa.func.sum(posting.amount).label("amount")
        )
        .select_from(postings_table.join(_parties, party.id == posting.party_id))
        .group_by(party.code, posting.charge_code, posting.currency)
        .order_by(party.code, posting.charge_code, posting.currency)
    )
    return [
        Sum(row.code, ChargeCode(row.charge_code), Currency(row.currency), row.amount)
        for row in await connection.execute(statement)
    ]


async def _position_differences(connection: AsyncConnection) -> list[Difference]:
    event = _events.c
    count, last = sa.func.count(event.position).label("count"), sa.func.max(event.position).label("last")
    statement = sa.select(event.stream, count, last).group_by(event.stream).having(count != last)
    return [
        Difference(Proof.EVENTS, f"stream {row.stream}", f"{row.count} events, the last is number {row.last}")
        for row in await connection.execute(statement)
    ]


async def _log_differences(
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
