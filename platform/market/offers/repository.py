"""What the market's queries have in common: rows of one table, lists of them, filters of offers.

Functions that write, or that commands read with, take the connection of a unit of work that holds the
network's lock.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, Final, Generic, Protocol, Self, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights.model import Route
from linepack.access import Principal
from linepack.database.paging import Listed, one_by_one
from linepack.database.rows import Override, RowMapper, Stored
from linepack.database.table import Table
from linepack.database.together import Reader
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId
from linepack.problems import NotFound
from market.offers.model import routes_from_json, routes_to_json

DAYS: Final = ("start_day", "end_day")
"""The columns of a period."""

CAPACITY: Final[dict[str, Override]] = {"routes": Stored(routes_to_json, routes_from_json), "period": DAYS}
"""The columns of offered capacity."""

Id = TypeVar("Id", bound=UUID)
Value = TypeVar("Value")


class Anonymous(Protocol):
    """An offer that does not show whose it is."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def remaining(self) -> int:
        """What is left of it."""

    @property
    def state(self) -> StrEnum:
        """Whether it is still open."""

    def seen_by(self, principal: Principal) -> Self:
        """Return the offer as `principal` may see it."""


Offered = TypeVar("Offered", bound=Anonymous)


class MarketTable(Generic[Id, Value]):
    """A table whose rows hold values of one dataclass, each with an id; `name` is what errors call it."""

    def __init__(self, table: type[Table], kind: type[Value], name: str, **overrides: Override) -> None:
        self.core = table.core()
        self.rows = RowMapper(table, kind, **overrides)
        self._name = name

    async def insert(self, connection: AsyncConnection, value: Value) -> None:
        """Add a row."""
        await connection.execute(sa.insert(self.core).values(self.rows.values(value)))

    async def get(self, connection: AsyncConnection, row_id: Id, *, for_update: bool = False) -> Value:
        """Return a value whole, for any caller; raises NotFound. With `for_update` its row is locked."""
        statement = sa.select(self.core).where(self.core.c.id == row_id)
        rows = await connection.execute(statement.with_for_update() if for_update else statement)
        if (found := self.rows.first(rows)) is None:
            raise NotFound(self._name, row_id, path=(f"{self._name}Id",))
        return found

    async def find(
        self,
        connection: AsyncConnection,
        *conditions: sa.ColumnElement[bool],
        order_by: Sequence[sa.ColumnElement[Any]] = (),
    ) -> list[Value]:
        """Return the values for which all conditions hold."""
        statement = sa.select(self.core).where(*conditions).order_by(*order_by)
        return self.rows.all(await connection.execute(statement))

    async def by_ids(
        self, connection: Reader, row_ids: Iterable[Id], *conditions: sa.ColumnElement[bool]
    ) -> dict[Id, Value]:
        """Return the values with these ids for which all conditions hold."""
        statement = sa.select(self.core).where(self.core.c.id.in_(list(row_ids)), *conditions)
        return {row.id: self.rows.read(row) for row in await connection.execute(statement)}

    def listed(
        self, *conditions: sa.ColumnElement[bool], shown: Callable[[Value], Value] = lambda value: value
    ) -> Listed[Value]:
        """Return the list of the values for which all conditions hold, each as `shown`."""

        def read(row: sa.Row[Any]) -> Value:
            return shown(self.rows.read(row))

        return Listed(self.core, sa.select(self.core).where(*conditions), one_by_one(read))

    async def change_open(self, connection: AsyncConnection, row_id: Id, **values: object) -> bool:
        """Change columns of an open row; return whether it was open."""
        is_open = (self.core.c.id == row_id, self.core.c.state == "OPEN")
        return (await connection.execute(sa.update(self.core).where(*is_open).values(values))).rowcount == 1

    def matching(
        self,
        *,
        network_id: NetworkId | None = None,
        route: Route | None = None,
        period: Period | None = None,
        **members: StrEnum | None,
    ) -> list[sa.ColumnElement[bool]]:
        """Return the conditions for offers on a network and route that share gas days with `period`.

        `members` are further columns with the member of an enumeration that they must have. None is any.
        """
        column = self.core.c
        conditions = [column[name] == member.value for name, member in members.items() if member is not None]
        if network_id is not None:
            conditions.append(column.network_id == network_id)
        if route is not None:
            wanted = [{"receipt": route.receipt, "delivery": route.delivery}]
            conditions.append(column.routes.contains(wanted))
        if period is not None:
            conditions += [column.start_day < period.end, column.end_day > period.start]
        return conditions


class OfferTable(MarketTable[Id, Offered]):
    """A table of anonymous offers on contracts; `owner` is the column of the party that makes them."""

    def __init__(
        self, table: type[Table], kind: type[Offered], name: str, owner: str, **overrides: Override
    ) -> None:
        super().__init__(table, kind, name, **overrides)
        self._owner = self.core.c[owner]

    async def seen_by_id(
        self, connection: Reader, principal: Principal, row_ids: Iterable[Id]
    ) -> dict[Id, Offered]:
        """Return the offers with these ids, as the principal may see them."""
        found = await self.by_ids(connection, row_ids)
        return {row_id: one.seen_by(principal) for row_id, one in found.items()}

    def seen(self, principal: Principal, *conditions: sa.ColumnElement[bool]) -> Listed[Offered]:
        """Return the list of the offers for which all conditions hold, as the principal may see them."""
        return self.listed(*conditions, shown=lambda one: one.seen_by(principal))

    def own(self, principal: Principal, *conditions: sa.ColumnElement[bool]) -> Listed[Offered]:
        """Return the list of the offers of the principal's party for which all conditions hold."""
        return self.seen(principal, self._owner == principal.party_id, *conditions)

    async def open_indicative(self, connection: AsyncConnection, contract_id: ContractId) -> list[Offered]:
        """Return the open offers of a contract that hold nothing, oldest first."""
        column = self.core.c
        conditions = (column.contract_id == contract_id, column.state == "OPEN", sa.not_(column.is_firm))
        return await self.find(connection, *conditions, order_by=[column.id])

    async def set_remaining(self, connection: AsyncConnection, offers: Sequence[Offered]) -> None:
        """Store what remains of offers, at least one, and their states."""
        statement = sa.update(self.core).where(self.core.c.id == sa.bindparam("row_id"))
        rows = [{"row_id": one.id, "remaining": one.remaining, "state": one.state.value} for one in offers]
        await connection.execute(statement, rows)
