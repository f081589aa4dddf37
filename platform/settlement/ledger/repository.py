"""Queries of the ledger: entries, lines, balances. A line is *open* while it is not reversed.

What a principal reads is filtered by `linepack.access.visible_to`: another party's accounts are not there.
Functions without a principal are settlement's own and see everything.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.tables import ContractRow
from linepack.access import Principal, visible_to
from linepack.database.rows import RowMapper, Stored
from linepack.database.together import Reader
from linepack.events.model import Stream
from linepack.gasday import Period
from linepack.ids import ContractId, EntryId, NetworkId, PartyId
from linepack.money import Currency, Money
from settlement.ledger.model import (
    Balance,
    Cause,
    ChargeCode,
    Draft,
    Entry,
    Exposure,
    PartyBalance,
    PostedLine,
)
from settlement.ledger.tables import LedgerEntryRow, LedgerPostingRow


@dataclass(frozen=True, slots=True)
class EntryHead:
    """What identifies an entry and its content, without its lines."""

    sequence: int
    idempotency_key: str
    input_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerning:
    """What one of an entry's lines is to be about: both parties, contract, gas month, code; None is any."""

    parties: frozenset[PartyId] = frozenset()
    contract_id: ContractId | None = None
    gas_month: date | None = None
    charge_code: ChargeCode | None = None
    sequence: int | None = None


entries_table = LedgerEntryRow.core()
postings_table = LedgerPostingRow.core()

DEBIT, CREDIT = "DEBIT", "CREDIT"

LINES = RowMapper(
    LedgerPostingRow,
    PostedLine,
    ref=("sequence", "line"),
    line={
        "debtor": "party_id",
        "creditor": "counterparty_id",
        "period": ("period_start", "period_end"),
        "working": Stored(list, tuple),
        "reverses": ("reverses_sequence", "reverses_line"),
    },
)
"""A line is in its debit; the credit is posted beside it."""

_BALANCES = RowMapper(LedgerPostingRow, Balance)
_PARTY_BALANCES = RowMapper(LedgerPostingRow, PartyBalance)
_HEADS = RowMapper(LedgerEntryRow, EntryHead)
_CHUNK = 500


async def open_lines(
    connection: AsyncConnection,
    contract_id: ContractId,
    charge_code: ChargeCode,
    *,
    before: int | None = None,
) -> list[PostedLine]:
    """Return the contract's lines of a charge code that are not reversed, by gas day; see `open_lines_of`."""
    return (await open_lines_of(connection, [contract_id], charge_code, before=before))[contract_id]


async def open_lines_of(
    connection: AsyncConnection,
    contract_ids: Sequence[ContractId],
    charge_code: ChargeCode,
    *,
    before: int | None = None,
) -> dict[ContractId, list[PostedLine]]:
    """Return each contract's lines of a charge code that are not reversed, by gas day.

    With `before`, as they were when the entry of that sequence was posted.
    """
    posting, reversal = postings_table, postings_table.alias("reversal")
    is_reversed = sa.exists().where(
        reversal.c.reverses_sequence == posting.c.sequence, reversal.c.reverses_line == posting.c.line
    )
    statement = (
        sa.select(posting)
        .where(posting.c.contract_id.in_(contract_ids), posting.c.charge_code == charge_code.value)
        .where(posting.c.side == DEBIT, posting.c.reverses_sequence.is_(None))
        .order_by(posting.c.period_start, posting.c.sequence, posting.c.line)
    )
    if before is not None:
        is_reversed = is_reversed.where(reversal.c.sequence < before)
        statement = statement.where(posting.c.sequence < before)
    found: dict[ContractId, list[PostedLine]] = {contract_id: [] for contract_id in contract_ids}
    for row in await connection.execute(statement.where(~is_reversed)):
        found[ContractId(row.contract_id)].append(LINES.read(row))
    return found


async def lines_of_contracts(
    connection: Reader, principal: Principal, contract_ids: Sequence[ContractId]
) -> dict[ContractId, list[PostedLine]]:
    """Return every line the principal may see of each contract, in the order of posting."""
    posting = postings_table
    seen = visible_to(principal, posting.c.party_id, posting.c.counterparty_id)
    statement = (
        sa.select(posting)
        .where(posting.c.contract_id.in_(contract_ids), posting.c.side == DEBIT, seen)
        .order_by(posting.c.sequence, posting.c.line)
    )
    lines: dict[ContractId, list[PostedLine]] = {contract_id: [] for contract_id in contract_ids}
    for row in await connection.execute(statement):
        lines[ContractId(row.contract_id)].append(LINES.read(row))
    return lines


async def balances(
    connection: AsyncConnection,
    principal: Principal,
    *,
    party_id: PartyId | None = None,
    contract_id: ContractId | None = None,
    gas_month: date | None = None,
) -> list[Balance]:
    """Return the balances the principal may see, per party, contract, gas month and charge code.

    A shipper sees its own accounts, an operator also those of its counterparties with it.
    """
    posting = postings_table.c
    account = (posting.party_id, posting.contract_id, posting.gas_month, posting.charge_code)
    statement = (
        sa.select(*account, posting.currency, sa.func.sum(posting.amount).label("amount"))
        .where(visible_to(principal, posting.party_id, operator=posting.counterparty_id))
        .group_by(*account, posting.currency)
        .order_by(posting.gas_month, *account[:2], posting.charge_code, posting.currency)
    )
    for column, value in (
        (posting.party_id, party_id),
        (posting.contract_id, contract_id),
        (posting.gas_month, gas_month),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return _BALANCES.all(await connection.execute(statement))


async def party_balances(
    connection: AsyncConnection,
    principal: Principal,
    *,
    party_id: PartyId | None = None,
    months: Period | None = None,
    until: int,
    limit: int,
) -> list[PartyBalance]:
    """Return the balances the principal may see, per party, gas month and charge code, at most `limit`.

    By the entries up to the sequence `until`; of one party, and of the gas months that begin in `months`, if
    given. Whose accounts are seen: as in `balances`.
    """
    posting = postings_table.c
    group = (posting.party_id, posting.gas_month, posting.charge_code, posting.currency)
    seen = visible_to(principal, posting.party_id, operator=posting.counterparty_id)
    conditions = [seen, posting.sequence <= until]
    if party_id is not None:
        conditions.append(posting.party_id == party_id)
    if months is not None:
        conditions += [posting.gas_month >= months.start, posting.gas_month < months.end]
    statement = sa.select(*group, sa.func.sum(posting.amount).label("amount")).where(*conditions)
    ordered = statement.group_by(*group).order_by(*group).limit(limit)
    return _PARTY_BALANCES.all(await connection.execute(ordered))


async def exposures(
    connection: Reader, principal: Principal, contract_ids: Sequence[ContractId], *, since: date
) -> dict[ContractId, Exposure]:
    """Return what the holder of each contract owes and is owed under it, from the gas month of `since` on.

    That is its accounts of the contract and of those that were derived from it, as far as `principal` may
    see them: what it is owed for a part that it sold is on the account of that part. Contracts without a
    posting are left out.
    """
    posting, contract, part = postings_table.c, ContractRow.core(), ContractRow.core().alias("part")
    is_part = sa.or_(part.c.id == contract.c.id, part.c.parent_id == contract.c.id)
    key = (contract.c.id, posting.currency)
    balances = (
        sa.select(*key, sa.func.sum(posting.amount).label("amount"))
        .join_from(contract, part, is_part)
        .join(postings_table, posting.contract_id == part.c.id)
        .where(
            contract.c.id.in_(contract_ids),
            posting.party_id == contract.c.holder_id,
            posting.gas_month >= since.replace(day=1),
            visible_to(principal, posting.party_id, operator=posting.counterparty_id),
        )
        .group_by(*key, posting.contract_id, posting.gas_month, posting.charge_code)
    ).subquery()
    owed, due = balances.c.amount > 0, balances.c.amount < 0
    owes = sa.func.coalesce(sa.func.sum(balances.c.amount).filter(owed), 0).label("owes")
    is_owed = sa.func.coalesce(-sa.func.sum(balances.c.amount).filter(due), 0).label("is_owed")
    group = (balances.c.id, balances.c.currency)
    found: dict[ContractId, Exposure] = {}
    for row in await connection.execute(sa.select(*group, owes, is_owed).group_by(*group)):
        currency = Currency(row.currency)
        found[ContractId(row.id)] = Exposure(Money(row.owes, currency), Money(row.is_owed, currency))
    return found


async def sequences_of(
    connection: AsyncConnection, party_id: PartyId, *, after: int, limit: int
) -> list[int]:
    """Return the sequences after `after` of the entries that touch the party's accounts, at most `limit`."""
    posting = postings_table.c
    statement = (
        sa.select(posting.sequence)
        .distinct()
        .where(posting.party_id == party_id, posting.sequence > after)
        .order_by(posting.sequence)
        .limit(limit)
    )
    return list((await connection.execute(statement)).scalars())


async def newest_sequences(
    connection: AsyncConnection, concerning: Concerning, *, until: int, limit: int
) -> list[int]:
    """Return the sequences up to `until` of the entries with such a line, newest first, at most `limit`.

    Each line is posted for both of its parties, so the index of a party's postings finds its entries.
    """
    posting, sides = postings_table.c, (postings_table.c.party_id, postings_table.c.counterparty_id)
    statement = sa.select(posting.sequence).distinct().where(posting.sequence <= until)
    if not concerning.parties:
        statement = statement.where(posting.side == DEBIT)
    for column, value in (
        *zip(sides, sorted(concerning.parties), strict=False),
        (posting.contract_id, concerning.contract_id),
        (posting.gas_month, concerning.gas_month),
        (posting.charge_code, concerning.charge_code),
        (posting.sequence, concerning.sequence),
    ):
        if value is not None:
            statement = statement.where(column == value)
    ordered = statement.order_by(posting.sequence.desc()).limit(limit)
    return list((await connection.execute(ordered)).scalars())


async def entry_by_key(connection: AsyncConnection, idempotency_key: str) -> Entry | None:
    """Return the entry posted under a key, None if there is none."""
    found = await _entries(connection, entries_table.c.idempotency_key == idempotency_key)
    return found[0] if found else None


async def entries_by_sequence(connection: AsyncConnection, sequences: Sequence[int]) -> dict[int, Entry]:
    """Return those of the entries that there are."""
    found = await _entries(connection, entries_table.c.sequence.in_(sequences))
    return {entry.sequence: entry for entry in found}


async def last_entry(connection: AsyncConnection) -> tuple[int, str] | None:
    """Return the sequence and the hash of the ledger's last entry."""
    entry = entries_table.c
    statement = sa.select(entry.sequence, entry.hash).order_by(entry.sequence.desc()).limit(1)
    row = (await connection.execute(statement)).first()
    return None if row is None else (row.sequence, row.hash)


async def heads_caused_by(
    connection: AsyncConnection, stream: Stream, positions: Sequence[int]
) -> dict[int, list[EntryHead]]:
    """Return the heads of the entries that events of a stream caused, by the events' positions."""
    entry = entries_table.c
    statement = (
        sa.select(entries_table)
        .where(entry.cause_stream == stream.value, entry.cause_position.in_(positions))
        .order_by(entry.sequence)
    )
    found: dict[int, list[EntryHead]] = {position: [] for position in positions}
    for row in await connection.execute(statement):
        found[row.cause_position].append(_HEADS.read(row))
    return found


async def is_settled(connection: AsyncConnection, stream: Stream, position: int) -> bool:
    """Return whether the event has caused entries."""
    return bool((await heads_caused_by(connection, stream, [position]))[position])


async def sequences_by_key(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, int]:
    """Return the sequence of the entry posted under each key that has one."""
    entry = entries_table.c
    statement = sa.select(entry.idempotency_key, entry.sequence).where(entry.idempotency_key.in_(keys))
    return {row.idempotency_key: row.sequence for row in await connection.execute(statement)}


async def head_by_key(connection: AsyncConnection, idempotency_key: str) -> EntryHead | None:
    """Return the head of the entry posted under a key, None if there is none."""
    statement = sa.select(entries_table).where(entries_table.c.idempotency_key == idempotency_key)
    return _HEADS.first(await connection.execute(statement))


async def ledger_rows(
    connection: AsyncConnection,
) -> AsyncIterator[list[tuple[sa.Row[Any], list[sa.Row[Any]]]]]:
    """Yield the ledger as it is stored, in order: chunks of entries, each with all of its postings."""
    after = 0
    while chunk := await _rows(connection, entries_table.c.sequence > after, limit=_CHUNK):
        yield chunk
        after = chunk[-1][0].sequence


async def all_entries(connection: AsyncConnection) -> AsyncIterator[Entry]:
    """Yield every entry, in order."""
    async for chunk in ledger_rows(connection):
        for head, postings in chunk:
            yield entry_of(head, postings)


def entry_of(head: sa.Row[Any], postings: Sequence[sa.Row[Any]]) -> Entry:
    """Return the entry of stored rows; raises ValueError or LookupError when they are none."""
    lines = tuple(LINES.read(row).line for row in postings if row.side == DEBIT)
    return Entry(
        id=EntryId(head.id),
        sequence=head.sequence,
        draft=Draft(head.idempotency_key, NetworkId(head.network_id), lines),
        cause=Cause(Stream(head.cause_stream), head.cause_topic, head.cause_position),
        input_hash=head.input_hash,
        recorded_at=head.recorded_at,
        previous_hash=head.previous_hash,
        hash=head.hash,
    )


async def _entries(connection: AsyncConnection, condition: sa.ColumnElement[bool]) -> list[Entry]:
    return [entry_of(head, postings) for head, postings in await _rows(connection, condition)]


async def _rows(
    connection: AsyncConnection, condition: sa.ColumnElement[bool], *, limit: int | None = None
) -> list[tuple[sa.Row[Any], list[sa.Row[Any]]]]:
    chosen = sa.select(entries_table).where(condition).order_by(entries_table.c.sequence).limit(limit)
    heads = (await connection.execute(chosen)).all()
    posting = postings_table.c
    rows = await connection.execute(
        sa.select(postings_table)
        .where(posting.sequence.in_([head.sequence for head in heads]))
        .order_by(posting.sequence, posting.line, posting.side.desc())
    )
    postings: defaultdict[int, list[sa.Row[Any]]] = defaultdict(list)
    for row in rows:
        postings[row.sequence].append(row)
    return [(head, postings[head.sequence]) for head in heads]
