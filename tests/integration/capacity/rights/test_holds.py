"""Holds on a real database: numbered with movements, never changed, part of every view."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from tests.integration.capacity.networks_for_tests import publish
from tests.integration.capacity.parties import OPERATOR, book, fresh
from tests.unit.capacity.contracts.samples import NETWORK_ID, NOON, YEAR

from capacity.contracts.contract import Contract
from capacity.feasibility.network_views import NetworkViews
from capacity.rights import holds, ledger
from capacity.rights.model import Firmness, Hold, HoldCause, Purpose, Route
from capacity.rights.tables import HoldRow
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.ids import NetworkId, new_id
from settlement.reconciliation.rights import rights_differences

pytestmark = pytest.mark.anyio

PATH = Route("r", "d")
JANUARY = Period(date(2027, 1, 1), date(2027, 2, 1))
DAY = date(2027, 1, 10)


def hold_on(contract: Contract, quantity: int = 10, **changes: object) -> Hold:
    purpose = Purpose(HoldCause.LISTING, new_id())
    hold = Hold(
        contract.network_id,
        contract.holder_id,
        contract.id,
        None,
        contract.firmness,
        JANUARY,
        quantity,
        purpose,
    )
    return replace(hold, **changes)  # type: ignore[arg-type]


def set_aside(network_id: NetworkId, quantity: int, period: Period = JANUARY) -> Hold:
    purpose = Purpose(HoldCause.SET_ASIDE, new_id())
    return Hold(network_id, OPERATOR, None, PATH, Firmness.FIRM, period, quantity, purpose)


async def append(database: Database, *lines: Hold) -> list[Hold]:
    async with UnitOfWork(database) as uow:
        await uow.lock_network(lines[0].network_id)
        return await holds.append(uow, lines)


async def end(database: Database, hold: Hold) -> list[Hold]:
    async with UnitOfWork(database) as uow:
        await uow.lock_network(hold.network_id)
        return await holds.end(uow, hold.purpose)


async def use_up(database: Database, hold: Hold, *taken: tuple[Period, int]) -> list[Hold]:
    async with UnitOfWork(database) as uow:
        await uow.lock_network(hold.network_id)
        return await holds.use_up(uow, hold.purpose, taken)


async def test_movements_and_holds_are_numbered_together(parties: Database) -> None:
    contract = await book(parties, fresh())
    [hold] = await append(parties, hold_on(contract))
    await book(parties, fresh())

    async with parties.read() as connection:
        moved = await ledger.since(connection, NETWORK_ID, 0)
        assert await ledger.version(connection, NETWORK_ID) == 3
        assert [movement.sequence for movement in moved] == [1, 3]
        assert hold.sequence == 2
        assert await rights_differences(connection) == []


async def test_a_hold_that_is_missing_is_a_gap(parties: Database) -> None:
    contract = await book(parties, fresh())
    await append(parties, hold_on(contract), hold_on(contract))
    async with UnitOfWork(parties) as uow:
        await uow.connection.execute(sa.text("ALTER TABLE hold DISABLE TRIGGER USER"))
        await uow.connection.execute(sa.text("DELETE FROM hold WHERE sequence = 2"))
        await uow.connection.execute(sa.text("ALTER TABLE hold ENABLE TRIGGER USER"))
    async with parties.read() as connection:
        [difference] = await rights_differences(connection)
    assert "2 movements and holds, the last is number 3" in str(difference)


@pytest.mark.parametrize("statement", ["UPDATE hold SET quantity = 1", "DELETE FROM hold", "TRUNCATE hold"])
async def test_lines_never_change(parties: Database, statement: str) -> None:
    await append(parties, hold_on(await book(parties, fresh())))
    with pytest.raises(IntegrityError, match="hold is append-only"):
        async with UnitOfWork(parties) as uow:
            await uow.connection.execute(sa.text(statement))


async def test_a_hold_ends_once_and_in_parts(parties: Database) -> None:
    contract = await book(parties, fresh())
    [hold] = await append(parties, hold_on(contract))
    first_week = Period(JANUARY.start, JANUARY.start + timedelta(days=7))

    # 10 are held; of 4 on all days and 8 on the first seven, 10 and 4 are used up.
    used = await use_up(parties, hold, (JANUARY, 4), (first_week, 8))
    assert [(line.period, line.quantity) for line in used] == [
        (first_week, -10),
        (Period(first_week.end, JANUARY.end), -4),
    ]
    async with parties.read() as connection:
        [left] = (await holds.on_contracts(connection, [contract.id], at=NOON))[contract.id]
    assert (left.period, left.quantity) == (Period(first_week.end, JANUARY.end), 6)
    assert len(await end(parties, hold)) == 1
    assert await end(parties, hold) == []


async def test_an_overdue_hold_binds_nothing_and_is_found_to_be_ended(parties: Database) -> None:
    contract = await book(parties, fresh())
    until = NOON + timedelta(hours=1)
    [hold] = await append(parties, hold_on(contract, until=until))

    async with parties.read() as connection:
        before = await holds.on_contracts(connection, [contract.id], at=until - timedelta(seconds=1))
        assert len(before[contract.id]) == 1
        assert (await holds.on_contracts(connection, [contract.id], at=until))[contract.id] == []
        assert await holds.overdue(connection, until - timedelta(seconds=1), limit=10) == []
        assert await holds.overdue(connection, until, limit=10) == [(NETWORK_ID, hold.purpose)]
    await end(parties, hold)
    async with parties.read() as connection:
        assert await holds.overdue(connection, until, limit=10) == []


async def test_a_hold_used_up_on_past_days_alone_is_not_overdue(parties: Database) -> None:
    contract = await book(parties, fresh())
    [hold] = await append(parties, hold_on(contract, until=NOON))
    middle = JANUARY.start + timedelta(days=15)
    await use_up(parties, hold, (Period(JANUARY.start, middle), 10))
    await use_up(parties, hold, (Period(middle, JANUARY.end), 10))
    async with parties.read() as connection:
        later = NOON.replace(year=2027, month=1, day=20)
        assert await holds.overdue(connection, later, limit=10) == []


async def test_what_the_operator_sets_aside_counts_as_sold_and_survives_a_restart(parties: Database) -> None:
    network_id = (await publish(parties)).id
    ours = NetworkViews(parties)
    contract = await book(parties, replace(fresh(10), network_id=network_id))
    await ours.current(network_id)

    [aside] = await append(parties, set_aside(network_id, 5))
    await append(parties, hold_on(contract))
    await book(parties, replace(fresh(3), network_id=network_id))
    caught_up, loaded = await ours.current(network_id), await NetworkViews(parties).current(network_id)

    assert caught_up.version == loaded.version
    assert caught_up.rights.version == 4
    for view in (caught_up, loaded):
        assert view.rights.stack(DAY) == {PATH: 18}
        assert view.rights.set_aside(PATH, JANUARY) == [(JANUARY, 5)]
        assert view.rights.booked(PATH, JANUARY, Firmness.FIRM) == [(JANUARY, 18)]
    await end(parties, aside)
    assert (await ours.current(network_id)).rights.stack(DAY) == {PATH: 13}
    assert (await NetworkViews(parties).current(network_id)).rights.set_aside(PATH, YEAR) == [(YEAR, 0)]


async def test_holds_of_several_networks_are_refused(parties: Database) -> None:
    contract = await book(parties, fresh())
    other = replace(hold_on(contract), network_id=NetworkId(new_id()))
    with pytest.raises(ValueError, match="one network"):
        await append(parties, hold_on(contract), other)
    assert await append_nothing(parties) == []


async def append_nothing(database: Database) -> list[Hold]:
    async with UnitOfWork(database) as uow:
        return await holds.append(uow, [])


def test_a_hold_is_on_a_contract_or_on_a_route() -> None:
    with pytest.raises(ValueError, match="contract or on a route"):
        replace(set_aside(NETWORK_ID, 1), route=None)


async def test_two_that_append_without_the_lock_collide(parties: Database) -> None:
    contract = await book(parties, fresh())
    [taken] = await append(parties, hold_on(contract))
    with pytest.raises(IntegrityError):
        async with UnitOfWork(parties) as uow:
            row = holds._holds.values(taken)
            await uow.connection.execute(sa.insert(HoldRow.core()), [row])
