"""Queries of release credits in the ledger and the records; the caller decides who may see them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.tables import ContractRow
from capacity.rights.model import MovementCause
from linepack.database.rows import RowMapper
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.money import Currency, Money
from settlement.charges.plan import credit_key
from settlement.ledger.model import ChargeCode, PostedLine
from settlement.ledger.repository import DEBIT, LINES, entries_table, postings_table
from settlement.release_credits.model import CreditChange, ReleaseCredit
from settlement.release_credits.tables import ReleaseCreditChangeRow

changes_table = ReleaseCreditChangeRow.core()
_CHANGES = RowMapper(ReleaseCreditChangeRow, CreditChange, child_id="child_contract_id")
_contracts = ContractRow.core()


async def credits_of(connection: AsyncConnection, child_ids: Sequence[ContractId]) -> list[ReleaseCredit]:
    """Return the credits for replacement contracts by gas month; a contract has none before it is settled."""
    awards = await _awards(connection, child_ids)
    changes = await changes_of(connection, child_ids)
    sequences = [*(sequence for sequence, _ in awards.values()), *(one.entry_sequence for one in changes)]
    lines = await _lines(connection, sequences)
    reversed_lines = {posted.line.reverses for posted in lines}
    owed = await _owed(connection, child_ids)
    codes = await _codes(connection, child_ids)
    found = []
    for child_id, (award_sequence, network_id) in awards.items():
        own = [change for change in changes if change.child_id == child_id]
        entries = {award_sequence, *(change.entry_sequence for change in own)}
        open_lines = {
            posted.line.gas_month: posted
            for posted in lines
            if posted.ref.sequence in entries
            and posted.line.reverses is None
            and posted.ref not in reversed_lines
        }
        found += [
            ReleaseCredit(
                child_id=child_id,
                child_code=codes.get(child_id, str(child_id)),
                network_id=network_id,
                original=posted,
                open_line=open_lines.get(posted.line.gas_month),
                owed=owed[child_id, posted.line.gas_month],
                changes=tuple(one for one in own if one.gas_month == posted.line.gas_month),
            )
            for posted in lines
            if posted.ref.sequence == award_sequence
        ]
    return found


async def changes_of(connection: AsyncConnection, child_ids: Sequence[ContractId]) -> list[CreditChange]:
    """Return what was recorded of replacement contracts, in the order of the ledger."""
    change = changes_table.c
    statement = (
        sa.select(changes_table)
        .where(change.child_contract_id.in_(child_ids))
        .order_by(change.entry_sequence)
    )
    return _CHANGES.all(await connection.execute(statement))


async def replacements_of(connection: AsyncConnection, contract_id: ContractId) -> list[ContractId]:
    """Return the replacement contracts that were released from a contract, oldest first."""
    contract = _contracts.c
    statement = (
        sa.select(contract.id)
        .where(contract.parent_id == contract_id, contract.cause == MovementCause.RELEASE.value)
        .order_by(contract.id)
    )
    return [ContractId(one) for one in (await connection.execute(statement)).scalars()]


async def insert(connection: AsyncConnection, change: CreditChange) -> None:
    """Record a change, whose entry is posted already."""
    await connection.execute(sa.insert(changes_table), [_CHANGES.values(change)])


async def _awards(
    connection: AsyncConnection, child_ids: Sequence[ContractId]
) -> dict[ContractId, tuple[int, NetworkId]]:
    """Return the sequence and the network of the entry that credits each contract's award."""
    keys = {credit_key(child_id): child_id for child_id in child_ids}
    entry = entries_table.c
    statement = sa.select(entry.sequence, entry.network_id, entry.idempotency_key).where(
        entry.idempotency_key.in_(list(keys))
    )
    rows = await connection.execute(statement.order_by(entry.sequence))
    return {keys[row.idempotency_key]: (row.sequence, NetworkId(row.network_id)) for row in rows}


async def _lines(connection: AsyncConnection, sequences: Sequence[int]) -> list[PostedLine]:
    posting = postings_table.c
    statement = (
        sa.select(postings_table)
        .where(posting.sequence.in_(sequences), posting.side == DEBIT)
        .order_by(posting.sequence, posting.line)
    )
    return LINES.all(await connection.execute(statement))


async def _codes(connection: AsyncConnection, child_ids: Sequence[ContractId]) -> dict[ContractId, str]:
    statement = sa.select(_contracts.c.id, _contracts.c.code).where(_contracts.c.id.in_(child_ids))
    return {ContractId(row.id): row.code for row in await connection.execute(statement)}


async def _owed(
    connection: AsyncConnection, child_ids: Sequence[ContractId]
) -> defaultdict[tuple[ContractId, date], dict[PartyId, Money]]:
    """Return who owes the demand money of replacement contracts now, wherever parts of them were assigned."""
    contract = _contracts.c
    reached = (
        sa.select(contract.id.label("child_id"), contract.id)
        .where(contract.id.in_(child_ids))
        .cte("assigned", recursive=True)
    )
    reached = reached.union(
        sa.select(reached.c.child_id, contract.id)
        .join(reached, contract.parent_id == reached.c.id)
        .where(contract.cause == MovementCause.ASSIGNMENT.value)
    )
    posting = postings_table.c
    key = (reached.c.child_id, posting.gas_month, posting.party_id, posting.currency)
    statement = (
        sa.select(*key, sa.func.sum(posting.amount).label("owed"))
        .join(reached, posting.contract_id == reached.c.id)
        .where(posting.side == DEBIT, posting.charge_code == ChargeCode.RESERVATION.value)
        .group_by(*key)
        .having(sa.func.sum(posting.amount) > 0)
    )
    found: defaultdict[tuple[ContractId, date], dict[PartyId, Money]] = defaultdict(dict)
    for row in await connection.execute(statement):
        owed = Money(row.owed, Currency(row.currency))
        found[ContractId(row.child_id), row.gas_month][PartyId(row.party_id)] = owed
    return found
