import asyncio
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from tests.integration.capacity.parties import BERT, SHIPPER, append, book, fresh, release
from tests.unit.capacity.contracts.samples import OTHER_NETWORK_ID

from capacity.contracts import repository
from capacity.rights import ledger
from capacity.rights.balance import Segment, balance
from capacity.rights.errors import RightsExceeded
from capacity.rights.model import Firmness, MovementCause, Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.rights.tables import MovementRow
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.ids import NetworkId, new_id

pytestmark = pytest.mark.anyio

FEBRUARY = Period(date(2027, 2, 1), date(2027, 3, 1))
PATH = Route("r", "d")


async def test_movements_are_numbered_per_network_from_one(parties: Database) -> None:
    first, second = await book(parties, fresh()), await book(parties, fresh())
    elsewhere = await book(parties, replace(fresh(), network_id=OTHER_NETWORK_ID))

    async with parties.read() as connection:
        here = await ledger.since(connection, first.network_id, 0)
        there = await ledger.since(connection, elsewhere.network_id, 0)
        newer = await ledger.since(connection, first.network_id, 1)
        assert await ledger.version(connection, first.network_id) == 2
        assert await ledger.version(connection, NetworkId(new_id())) == 0

    assert [(one.sequence, one.contract_id) for one in here] == [(1, first.id), (2, second.id)]
    assert newer == here[1:]
    assert [one.sequence for one in there] == [1]
    assert here == [
        replace(one, sequence=n)
        for n, one in enumerate([*first.movements(first.id), *second.movements(second.id)], start=1)
    ]


async def test_a_trade_moves_rights_and_leaves_the_network_as_it_was(parties: Database) -> None:
    parent = await book(parties, fresh())
    async with parties.read() as connection:
        before = RightsSnapshot().apply(await ledger.since(connection, parent.network_id, 0))

    child = await release(parties, parent, BERT, 15, FEBRUARY)

    async with parties.read() as connection:
        after = before.apply(await ledger.since(connection, parent.network_id, before.version))
        moved = await ledger.of_contracts(connection, [parent.id, child.id])
    assert after.version == 3
    assert after.stacks(parent.period) == before.stacks(parent.period)
    assert balance(moved[child.id]) == {(PATH, Firmness.FIRM): (Segment(FEBRUARY, 15),)}
    assert balance(moved[parent.id])[PATH, Firmness.FIRM][1] == Segment(FEBRUARY, 85)


async def test_more_than_is_held_is_refused_with_the_days_and_nothing_is_written(parties: Database) -> None:
    parent = await book(parties, fresh())
    await release(parties, parent, BERT, 60, FEBRUARY)
    spring = Period(date(2027, 1, 15), date(2027, 4, 1))

    with pytest.raises(RightsExceeded) as refused:
        await release(parties, parent, BERT, 50, spring)

    assert refused.value.missing == (Segment(FEBRUARY, 10),)
    async with parties.read() as connection:
        assert await ledger.version(connection, parent.network_id) == 3
        assert len(await repository.children(connection, parent.id)) == 1


async def test_a_route_that_was_never_held_cannot_be_taken(parties: Database) -> None:
    parent = await book(parties, fresh())
    (movement,) = parent.movements(parent.id)

    with pytest.raises(RightsExceeded, match="x → d: 5 units are missing"):
        await append(parties, [replace(movement, route=Route("x", "d"), quantity=-5)])


async def test_nothing_appended_is_nothing_written(parties: Database) -> None:
    async with UnitOfWork(parties) as uow:
        assert await ledger.append(uow, []) == []


async def test_movements_of_two_networks_are_two_appends(parties: Database) -> None:
    (movement,) = fresh().movements(new_id())

    async with UnitOfWork(parties) as uow:
        with pytest.raises(ValueError, match="one network at a time"):
            await ledger.append(uow, [movement, replace(movement, network_id=NetworkId(new_id()))])


async def test_two_appends_without_the_lock_collide_instead_of_overselling(parties: Database) -> None:
    one, other = fresh(), fresh()
    for booked in (one, other):
        async with UnitOfWork(parties) as uow:
            await repository.insert(uow.connection, booked)
    both_read = asyncio.Barrier(2)

    async def careless(moved: list) -> None:  # type: ignore[type-arg]
        async with UnitOfWork(parties) as uow:
            await ledger.version(uow.connection, one.network_id)
            await both_read.wait()
            await ledger.append(uow, moved)
            await asyncio.sleep(0.05)

    results = await asyncio.gather(
        *(careless(booked.movements(booked.id)) for booked in (one, other)), return_exceptions=True
    )

    assert [type(result) for result in results if result is not None] == [IntegrityError]
    async with parties.read() as connection:
        assert await ledger.version(connection, one.network_id) == 1


async def test_many_at_once_under_the_lock_never_take_more_than_there_is(parties: Database) -> None:
    parent = await book(parties, fresh(quantity=10))

    results = await asyncio.gather(
        *(release(parties, parent, BERT, 3, FEBRUARY) for _ in range(8)), return_exceptions=True
    )

    refused = [result for result in results if isinstance(result, BaseException)]
    assert len(refused) == 5
    assert all(isinstance(result, RightsExceeded) for result in refused)
    async with parties.read() as connection:
        moved = await ledger.of_contracts(connection, [parent.id])
        sequences = [one.sequence for one in await ledger.since(connection, parent.network_id, 0)]
    assert balance(moved[parent.id])[PATH, Firmness.FIRM][1] == Segment(FEBRUARY, 1)
    assert sequences == list(range(1, 8))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE movement SET quantity = 1", "DELETE FROM movement", "TRUNCATE movement"],
)
async def test_the_database_refuses_to_change_the_ledger(parties: Database, statement: str) -> None:
    await book(parties, fresh())

    with pytest.raises(DBAPIError, match="movement is append-only"):
        async with UnitOfWork(parties) as uow:
            await uow.connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"quantity": 0}, "moves_something"),
        ({"receipt": None, "delivery": None}, "has_an_end"),
        ({"receipt": "d"}, "has_two_ends"),
        ({"period_end": date(2027, 1, 1)}, "period_not_empty"),
        ({"sequence": 0}, "sequence_positive"),
    ],
)
async def test_the_database_refuses_a_movement_that_means_nothing(
    parties: Database, change: dict[str, object], constraint: str
) -> None:
    booked = await book(parties, fresh())
    values = {
        "network_id": booked.network_id,
        "sequence": 7,
        "contract_id": booked.id,
        "holder_id": SHIPPER,
        "receipt": "r",
        "delivery": "d",
        "firmness": "firm",
        "period_start": date(2027, 1, 1),
        "period_end": date(2027, 2, 1),
        "quantity": 5,
        "cause": MovementCause.BOOKING.value,
        "cause_id": booked.id,
    }

    with pytest.raises(IntegrityError, match=constraint):
        async with UnitOfWork(parties) as uow:
            table = MovementRow.core()
            await uow.connection.execute(sa.insert(table).values(values | change))
