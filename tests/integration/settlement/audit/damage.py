"""Damage as a superuser does it: one stored value changed, without triggers and foreign keys, then undone."""

import json
from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.connections import Database
from settlement.audit.audit import audit
from settlement.reconciliation.reconcile import reconcile


async def found_after(
    database: Database, damage: Callable[[AsyncConnection], Awaitable[object]]
) -> list[str] | None:
    """Return what audit and reconciliation name after `damage`, None where the database refuses it."""
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        try:
            await damage(connection)
        except IntegrityError:
            return None
        found = (await audit(connection)).differences
        return [str(one) for one in (*found, *await reconcile(connection))]


def in_sql(*statements: str) -> Callable[[AsyncConnection], Awaitable[object]]:
    """Return the damage that statements do; each changes something."""

    async def damage(connection: AsyncConnection) -> None:
        for statement in statements:
            assert (await connection.execute(sa.text(statement))).rowcount, statement

    return damage


def setting(
    table: sa.Table, key: tuple[Any, ...], column: sa.Column[Any], value: object
) -> Callable[[AsyncConnection], Awaitable[object]]:
    """Return the damage that changes one value of the row with this primary key."""
    own = sa.and_(*(part == one for part, one in zip(table.primary_key, key, strict=True)))
    statement = sa.update(table).where(own).values({column.name: value})
    return lambda connection: connection.execute(statement)


def changes(column: sa.Column[Any], value: object) -> Iterator[object]:
    """Yield changed values of a column that holds `value`: of a document, one for each of its leaves."""
    if isinstance(column.type, JSONB) and value is not None:
        yield from _changed_leaves(value)
    else:
        yield _changed(value, column)


def _changed_leaves(document: Any) -> Iterator[object]:
    for path, leaf in _leaves(document):
        copy = deepcopy(document)
        if not path:
            yield _changed(leaf)
            continue
        inner = copy
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = _changed(leaf)
        yield copy


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list) and value:
        for number, member in enumerate(value):
            yield from _leaves(member, (*path, number))
    else:
        yield path, value


def _changed(value: object, column: sa.Column[Any] | None = None) -> object:  # noqa: PLR0911 one per type
    match value:
        case None:
            return _something(column)
        case bool():
            return not value
        case int() | float() | Decimal():
            return value + 1
        case UUID():
            return uuid4()
        case datetime():
            return value + timedelta(seconds=1)
        case date():
            return value + timedelta(days=1)
        case bytes():
            return value + b" "
        case str():
            return f"{value}1"
        case list():
            return value[1:] if value else ["1"]
        case dict():
            return {"other": 1}
    raise AssertionError(f"{json.dumps(value)} is of no known type")


def _something(column: sa.Column[Any] | None) -> object:
    """Return a value for a column that has none."""
    if column is None:
        return "1"
    python_type = column.type.python_type
    values: dict[type, object] = {
        UUID: uuid4(),
        int: 1,
        str: "1",
        Decimal: Decimal(1),
        datetime: datetime.fromisoformat("2026-10-02T00:00:00+00:00"),
        dict: {},
        list: [],
    }
    return values.get(python_type, "1")
