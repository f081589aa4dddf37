"""Release credits as the ledger and the records have them. Who may see them is decided by whoever asks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.tables import ContractRow
from capacity.rights.model import MovementCause
from linepack.ids import ContractId, EventId, PartyId
from linepack.money import Currency, Money
from settlement.entries import credit_key
from settlement.model import ChargeCode, LineRef, PostedLine
from settlement.release_credits.model import ChangeKind, CreditChange, ReleaseCredit
from settlement.release_credits.tables import ReleaseCreditChangeRow
from settlement.repository import DEBIT, entry_by_key, posted_line, postings_table

changes_table = ReleaseCreditChangeRow.core()
_contracts = ContractRow.core()


async def credits_of(connection: AsyncConnection, child_id: ContractId) -> list[ReleaseCredit]:
    """Return the credits for a replacement contract by gas month, none before its award is settled."""
    awarded = await entry_by_key(connection, credit_key(child_id))
    if awarded is None:
        return []
    changes: defaultdict[date, list[CreditChange]] = defaultdict(list)
    sequences = [awarded.sequence]
    for change in await changes_of(connection, child_id):
        changes[change.gas_month].append(change)
        sequences.append(change.entry_sequence)
    standing = await _standing(connection, sequences)
    owed = await _owed(connection, child_id)
    code = await connection.execute(sa.select(_contracts.c.code).where(_contracts.c.id == child_id))
    child_code = code.scalar() or str(child_id)
    return [
        ReleaseCredit(
            child_id=child_id,
            child_code=child_code,
            network_id=awarded.draft.network_id,
            original=posted,
            standing=standing.get(posted.line.gas_month),
            owed=owed.get(posted.line.gas_month, {}),
            changes=tuple(changes[posted.line.gas_month]),
        )
        for posted in awarded.posted_lines()
    ]


async def changes_of(connection: AsyncConnection, child_id: ContractId) -> list[CreditChange]:
    """Return what was recorded of a replacement contract, in the order of the ledger."""
    change = changes_table.c
    statement = (
        sa.select(changes_table).where(change.child_contract_id == child_id).order_by(change.entry_sequence)
    )
    return [change_of(row) for row in await connection.execute(statement)]


async def insert(connection: AsyncConnection, change: CreditChange) -> None:
    """Record a change, whose entry is posted already."""
    values = {
        "id": change.id,
        "child_contract_id": change.child_id,
        "gas_month": change.gas_month,
        "kind": change.kind.value,
        "debtor_id": change.debtor_id,
        "amount": change.amount.amount,
        "currency": change.amount.currency.value,
        "entry_sequence": change.entry_sequence,
        "recorded_by": change.recorded_by,
        "recorded_at": change.recorded_at,
    }
    await connection.execute(sa.insert(changes_table), [values])


def change_of(row: sa.Row[Any]) -> CreditChange:
    """Return the change that a row stands for."""
    return CreditChange(
        id=EventId(row.id),
        child_id=ContractId(row.child_contract_id),
        gas_month=row.gas_month,
        kind=ChangeKind(row.kind),
        debtor_id=PartyId(row.debtor_id),
        amount=Money(row.amount, Currency(row.currency)),
        entry_sequence=row.entry_sequence,
        recorded_by=PartyId(row.recorded_by),
        recorded_at=row.recorded_at,
    )


async def _standing(connection: AsyncConnection, sequences: Sequence[int]) -> dict[date, PostedLine]:
    """Return the line of these entries that is not reversed, for each gas month that has one."""
    posting = postings_table.c
    statement = sa.select(postings_table).where(posting.sequence.in_(sequences), posting.side == DEBIT)
    lines = [posted_line(row) for row in await connection.execute(statement)]
    reversed_lines: set[LineRef | None] = {posted.line.reverses for posted in lines}
    return {
        posted.line.gas_month: posted
        for posted in lines
        if posted.line.reverses is None and posted.ref not in reversed_lines
    }


async def _owed(connection: AsyncConnection, child_id: ContractId) -> dict[date, dict[PartyId, Money]]:
    """Return who owes the demand money of a replacement contract now, wherever parts of it were assigned."""
    contract = _contracts.c
    reached = sa.select(contract.id).where(contract.id == child_id).cte("assigned", recursive=True)
    reached = reached.union(
        sa.select(contract.id)
        .join(reached, contract.parent_id == reached.c.id)
        .where(contract.cause == MovementCause.ASSIGNMENT.value)
    )
    posting = postings_table.c
    statement = (
        sa.select(
            posting.gas_month, posting.party_id, posting.currency, sa.func.sum(posting.amount).label("owed")
        )
        .where(posting.contract_id.in_(sa.select(reached.c.id)), posting.side == DEBIT)
        .where(posting.charge_code == ChargeCode.RESERVATION.value)
        .group_by(posting.gas_month, posting.party_id, posting.currency)
        .having(sa.func.sum(posting.amount) > 0)
    )
    found: defaultdict[date, dict[PartyId, Money]] = defaultdict(dict)
    for row in await connection.execute(statement):
        found[row.gas_month][PartyId(row.party_id)] = Money(row.owed, Currency(row.currency))
    return found
