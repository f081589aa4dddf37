"""What is asked for at the same moment is one statement, and everyone gets its own rows."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError
from tests.sent_statements import sent_statements

from linepack.database.connections import Database
from linepack.database.together import ReadTogether

pytestmark = pytest.mark.anyio

ID = UUID(int=7)
AT = datetime(2027, 1, 5, 6, tzinfo=UTC)
THING: dict[str, tuple[Any, Any]] = {
    "id": (sa.Uuid(), ID),
    "amount": (sa.Numeric(), Decimal("0.10")),
    "day": (sa.Date(), date(2027, 1, 5)),
    "at": (sa.DateTime(timezone=True), AT),
    "document": (JSONB(), {"rows": [1, None]}),
    "parties": (ARRAY(sa.Uuid()), [ID]),
    "content": (sa.LargeBinary(), b"\x00\xff"),
    "nothing": (sa.String(), None),
}


def thing() -> Any:
    """Return a statement that selects a value of every type that rows have."""
    columns = [sa.cast(sa.literal(value, kind), kind).label(name) for name, (kind, value) in THING.items()]
    return sa.select(*columns)


def numbers(*given: int) -> sa.Select[Any]:
    """Return a statement that selects numbers, and whether each is even, from the largest on."""
    rows = sa.values(sa.column("number", sa.Integer()), name="given").data([(one,) for one in given])
    is_even = (rows.c.number % 2 == 0).label("is_even")
    return sa.select(rows.c.number, is_even).order_by(rows.c.number.desc())


async def test_what_is_asked_for_at_once_is_one_statement_with_rows_for_each(database: Database) -> None:
    reading = ReadTogether(database)
    with sent_statements() as seen:
        first, second, third, none = await asyncio.gather(
            reading.execute(numbers(1, 3, 2)),
            reading.execute(thing()),
            reading.execute(numbers(5, 4)),
            reading.execute(numbers(1).where(sa.false())),
        )
    assert len(seen) == 1
    assert [(row.number, row.is_even) for row in first] == [(3, False), (2, True), (1, False)]
    assert dict(second.one()._mapping) == {name: value for name, (_, value) in THING.items()}
    assert third.scalars().all() == [5, 4]
    assert none.first() is None


async def test_what_is_asked_for_alone_has_the_same_rows(database: Database) -> None:
    reading = ReadTogether(database)
    found = await reading.execute(thing())
    assert list(found.keys()) == list(THING)
    assert dict(found.one()._mapping) == {name: value for name, (_, value) in THING.items()}


async def test_what_follows_from_an_answer_is_asked_in_the_next_statement(database: Database) -> None:
    reading = ReadTogether(database)

    async def step_by_step(start: int) -> int:
        found: int = (await reading.execute(numbers(start))).scalar_one()
        return int((await reading.execute(numbers(found + 1))).scalar_one())

    with sent_statements() as seen:
        assert await asyncio.gather(*map(step_by_step, range(20))) == list(range(1, 21))
    assert len(seen) == 2


async def test_what_all_read_together_is_of_one_instant(database: Database) -> None:
    reading = ReadTogether(database)
    clock = sa.select(sa.func.pg_current_snapshot().cast(sa.String()))
    found = await asyncio.gather(*(reading.execute(clock) for _ in range(3)))
    assert len({one.scalar_one() for one in found}) == 1


async def test_a_fault_is_everyones_and_does_not_outlive_the_statement(database: Database) -> None:
    reading = ReadTogether(database)
    by_nothing = sa.select(sa.literal(1) / sa.literal(0))
    faults = await asyncio.gather(
        reading.execute(by_nothing), reading.execute(numbers(1)), return_exceptions=True
    )
    assert all(isinstance(fault, DBAPIError) for fault in faults), faults
    assert (await reading.execute(numbers(1))).scalar_one() == 1


async def test_who_goes_away_is_no_concern_of_the_others(database: Database) -> None:
    reading = ReadTogether(database)
    leaving = asyncio.create_task(reading.execute(numbers(1)))
    staying = asyncio.create_task(reading.execute(numbers(2)))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).scalar_one() == 2
    with pytest.raises(asyncio.CancelledError):
        await leaving
