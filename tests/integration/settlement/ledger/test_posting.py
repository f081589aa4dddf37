"""The ledger on a real PostgreSQL: gap-free, chained, balanced, and closed to every other hand."""

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from tests.integration.settlement.market import BILLING, NOW, Market, count, principal
from tests.unit.settlement.examples import ANNA, BERT, NETWORK, OPERATOR, PARENT, days, euro, reservation

from linepack.access import Role
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.events.model import Stream
from linepack.problems import Conflict
from settlement.charges.cost import at_rate
from settlement.charges.rules import plan
from settlement.ledger import repository
from settlement.ledger.hash_chain import GENESIS, entry_hash
from settlement.ledger.model import Cause, ChargeCode, Draft, Entry
from settlement.ledger.posting import post, posting_rows
from settlement.ledger.repository import entry_of, ledger_rows, postings_table

pytestmark = pytest.mark.anyio

CAUSE = Cause(Stream.CAPACITY, "contract.booked", 1)


def draft(key: str = "reservation:1", *, rate: str = "0.3") -> Draft:
    # 100 units in January: at 0.3 a day 30.00, in the month 930.00.
    lines = plan(reservation(), days("2027-01-01", "2027-02-01"), at_rate(Decimal(rate), 100))
    return Draft(key, NETWORK, lines)


async def test_an_entry_is_read_as_it_was_posted(market: Market) -> None:
    entry = await _post(market.database, draft())
    assert (entry.sequence, entry.previous_hash) == (1, GENESIS)
    assert await _entries(market.database) == [entry]


async def test_the_same_key_with_the_same_content_is_posted_once(market: Market) -> None:
    first = await _post(market.database, draft())
    again = await _post(market.database, draft())
    assert again == first
    assert await count(market.database, "ledger_entry") == 1
    assert await count(market.database, "event") == 1


async def test_the_same_key_with_other_content_is_a_conflict(market: Market) -> None:
    await _post(market.database, draft())
    with pytest.raises(Conflict, match="reservation:1 with other content"):
        await _post(market.database, draft(rate="0.4"))


async def test_entries_are_chained_by_their_hashes(market: Market) -> None:
    for number in range(3):
        await _post(market.database, draft(f"reservation:{number}"))
    one, two, three = await _entries(market.database)
    assert (two.previous_hash, three.previous_hash) == (one.hash, two.hash)
    assert all(entry.hash == entry_hash(entry) for entry in (one, two, three))


async def test_concurrent_posts_are_numbered_without_gaps_and_chained(market: Market) -> None:
    await asyncio.gather(*(_post(market.database, draft(f"reservation:{number}")) for number in range(30)))
    entries = await _entries(market.database)
    assert [entry.sequence for entry in entries] == list(range(1, 31))
    assert [entry.previous_hash for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]


async def test_one_key_posted_by_many_at_once_is_one_entry(market: Market) -> None:
    entries = await asyncio.gather(*(_post(market.database, draft()) for _ in range(10)))
    assert len({entry.id for entry in entries}) == 1
    assert await count(market.database, "ledger_entry") == 1


async def test_a_rolled_back_post_leaves_neither_entry_nor_gap_nor_event(market: Market) -> None:
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with UnitOfWork(market.database) as uow:
            await post(uow, [draft()], cause=CAUSE, at=NOW)
            raise RuntimeError("changed my mind")
    assert (await _post(market.database, draft("reservation:2"))).sequence == 1
    assert await count(market.database, "event") == 1


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_posting"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET sequence = sequence", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
async def test_the_database_refuses_to_change_the_ledger(market: Market, table: str, statement: str) -> None:
    await _post(market.database, draft())
    with pytest.raises(IntegrityError, match=r"is append-only: \w+ is refused, post a reversal"):
        await _execute(market.database, statement.format(table))


async def test_the_database_refuses_an_entry_that_does_not_sum_to_zero(market: Market) -> None:
    entry = await _post(market.database, draft())
    (posted,) = entry.posted_lines()
    debit, credit = posting_rows(posted)
    rows = [debit | {"line": 1}, credit | {"line": 1, "amount": Decimal("-929.99")}]
    with pytest.raises(IntegrityError, match="ledger entry 1 does not sum to zero"):
        async with UnitOfWork(market.database) as uow:
            await uow.connection.execute(sa.insert(postings_table), rows)


async def test_the_database_refuses_an_entry_without_postings(market: Market) -> None:
    await _post(market.database, draft())
    copy = (
        "INSERT INTO ledger_entry SELECT 2, gen_random_uuid(), 'other', input_hash, network_id, cause_stream,"
        " cause_topic, cause_position, recorded_at, hash, 'other hash' FROM ledger_entry"
    )
    with pytest.raises(IntegrityError, match="ledger entry 2 has no postings"):
        await _execute(market.database, copy)


async def test_the_database_refuses_a_reversal_of_another_amount(market: Market) -> None:
    entry = await _post(market.database, draft())
    (posted,) = entry.posted_lines()
    wrong = replace(posted.line.reversal(posted.ref), amount=euro("-900.00"))
    with pytest.raises(IntegrityError, match="line 0 of ledger entry 2 reverses no such line"):
        await _post(market.database, Draft("wrong", NETWORK, (wrong,)))


async def test_the_database_refuses_to_reverse_a_line_twice(market: Market) -> None:
    entry = await _post(market.database, draft())
    (posted,) = entry.posted_lines()
    await _post(market.database, Draft("first", NETWORK, (posted.line.reversal(posted.ref),)))
    with pytest.raises(IntegrityError, match="unique"):
        await _post(market.database, Draft("second", NETWORK, (posted.line.reversal(posted.ref),)))


async def test_the_database_refuses_an_unknown_party(market: Market) -> None:
    unknown = replace(draft().lines[0], debtor=PARENT)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError, match="party"):
        await _post(market.database, Draft("unknown", NETWORK, (unknown,)))


async def test_a_reversed_line_stands_no_longer_and_leaves_nothing_on_its_accounts(market: Market) -> None:
    entry = await _post(market.database, draft())
    (posted,) = entry.posted_lines()
    async with market.database.read() as connection:
        assert await repository.open_lines(connection, PARENT, ChargeCode.RESERVATION) == [posted]
    await _post(market.database, Draft("reversal", NETWORK, (posted.line.reversal(posted.ref),)))
    async with market.database.read() as connection:
        assert await repository.open_lines(connection, PARENT, ChargeCode.RESERVATION) == []
        balances = await repository.balances(connection, BILLING)
    assert [balance.amount for balance in balances] == [euro("0.00"), euro("0.00")]


async def test_balances_are_kept_per_party_contract_and_gas_month(market: Market) -> None:
    lines = plan(reservation(), days("2027-01-31", "2027-02-02"), at_rate(Decimal("0.3"), 100))
    await _post(market.database, Draft("reservation:1", NETWORK, lines))
    async with market.database.read() as connection:
        balances = await repository.balances(connection, BILLING, party_id=ANNA)
        february = await repository.balances(connection, BILLING, gas_month=date(2027, 2, 1))
    assert [(b.account.gas_month, b.amount) for b in balances] == [
        (date(2027, 1, 1), euro("30.00")),
        (date(2027, 2, 1), euro("30.00")),
    ]
    assert {(b.account.party_id, b.amount) for b in february} == {
        (ANNA, euro("30.00")),
        (OPERATOR, euro("-30.00")),
    }


async def test_a_shipper_sees_its_own_accounts_and_no_others(market: Market) -> None:
    await _post(market.database, draft())
    async with market.database.read() as connection:
        own = await repository.balances(connection, principal(ANNA, Role.SHIPPER))
        foreign = await repository.balances(connection, principal(BERT, Role.SHIPPER), party_id=ANNA)
        operator = await repository.balances(connection, principal(OPERATOR, Role.OPERATOR))
        lines = await repository.lines_of_contracts(connection, principal(ANNA, Role.SHIPPER), [PARENT])
        none = await repository.lines_of_contracts(connection, principal(BERT, Role.SHIPPER), [PARENT])
    assert [b.account.party_id for b in own] == [ANNA]
    assert foreign == []
    assert {b.account.party_id for b in operator} == {ANNA, OPERATOR}
    assert [posted.line.amount for posted in lines[PARENT]] == [euro("930.00")]
    assert none == {PARENT: []}


async def _post(database: Database, new: Draft) -> Entry:
    async with UnitOfWork(database) as uow:
        (entry,) = await post(uow, [new], cause=CAUSE, at=NOW)
    return entry


async def _entries(database: Database) -> list[Entry]:
    async with database.read() as connection:
        return [entry_of(*rows) async for chunk in ledger_rows(connection) for rows in chunk]


async def _execute(database: Database, statement: str) -> None:
    async with UnitOfWork(database) as uow:
        await uow.connection.execute(sa.text(statement))
