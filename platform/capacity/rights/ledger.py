"""The rights ledger: movements are appended, never changed, and no balance goes below zero.

The lock of the network (`UnitOfWork.lock_network`) is held by who appends, so that `version`, the sequence of
the last movement or hold, names one state of all rights on it. Movements and balances are of one contract;
whose they are is the contract's affair (`capacity.contracts.repository`), and callers establish the right to
see it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights.balance import balance
from capacity.rights.errors import RightsExceeded
from capacity.rights.model import Firmness, Movement, Route
from capacity.rights.tables import HoldRow, MovementRow
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.insertion import Row
from linepack.database.rows import RowMapper
from linepack.database.together import Reader
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId

_movement = MovementRow.core()
_movements = RowMapper(
    MovementRow, Movement, route=("receipt", "delivery"), period=("period_start", "period_end")
)
_hold = HoldRow.core()


async def append(uow: UnitOfWork, movements: Sequence[Movement]) -> list[Movement]:
    """Append movements of one network, whose lock is held; return them with their sequences.

    Raises RightsExceeded when a contract would hold less than nothing on a gas day, ValueError for movements
    of several networks.
    """
    if not movements:
        return []
    if len({movement.network_id for movement in movements}) > 1:
        raise ValueError("movements are appended to the ledger of one network at a time")
    await _require_cover(uow.connection, movements)
    last = await version(uow.connection, movements[0].network_id)
    appended = numbered(movements, after=last)
    await uow.connection.execute(sa.insert(_movement), [_movements.values(movement) for movement in appended])
    return appended


def rows(movements: Sequence[Movement], *, after: int) -> list[Row]:
    """Return the rows that append movements after version `after`, for `linepack.database.insertion`.

    For movements that only give rights, in a command that holds the lock and has read the version under it.
    Raises ValueError for a movement that takes: what it takes must be covered, which `append` sees to.
    """
    if any(movement.quantity < 0 for movement in movements):
        raise ValueError("only `append` takes rights")
    return [(_movement, _movements.values(movement)) for movement in numbered(movements, after=after)]


def numbered(movements: Sequence[Movement], *, after: int) -> list[Movement]:
    """Return movements with the sequences that follow version `after`."""
    return [replace(one, sequence=number) for number, one in enumerate(movements, start=after + 1)]


async def version(connection: AsyncConnection, network_id: NetworkId) -> int:
    """Return the sequence of the network's last movement or hold, 0 when there is none."""
    query = sa.select(last_sequence(sa.literal(network_id, sa.Uuid())))
    return (await connection.execute(query)).scalar_one()


def last_sequence(network_id: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """Return the expression for the version of a network's rights."""
    movements = sa.select(sa.func.max(_movement.c.sequence)).where(_movement.c.network_id == network_id)
    holds = sa.select(sa.func.max(_hold.c.sequence)).where(_hold.c.network_id == network_id)
    return sa.func.coalesce(sa.func.greatest(movements.scalar_subquery(), holds.scalar_subquery()), 0)


async def since(
    connection: AsyncConnection, network_id: NetworkId, after: int, *, until: int | None = None
) -> list[Movement]:
    """Return the network's movements after the version `after`, up to the version `until`, in order."""
    query = (
        sa.select(_movement)
        .where(_movement.c.network_id == network_id, _movement.c.sequence > after)
        .order_by(_movement.c.sequence)
    )
    if until is not None:
        query = query.where(_movement.c.sequence <= until)
    return _movements.all(await connection.execute(query))


async def firm_during(
    connection: AsyncConnection, network_id: NetworkId, period: Period, *, up_to: int
) -> list[Movement]:
    """Return the network's movements of firm rights with a gas day in `period`, up to version `up_to`."""
    query = (
        sa.select(_movement)
        .where(
            _movement.c.network_id == network_id,
            _movement.c.sequence <= up_to,
            _movement.c.firmness == Firmness.FIRM.value,
            _movement.c.period_start < period.end,
            _movement.c.period_end > period.start,
        )
        .order_by(_movement.c.sequence)
    )
    return _movements.all(await connection.execute(query))


async def of_contracts(
    connection: Reader, contract_ids: Iterable[ContractId]
) -> dict[ContractId, list[Movement]]:
    """Return the movements of each contract, in order."""
    found: dict[ContractId, list[Movement]] = {contract_id: [] for contract_id in contract_ids}
    query = (
        sa.select(_movement)
        .where(_movement.c.contract_id.in_(list(found)))
        .order_by(_movement.c.network_id, _movement.c.sequence)
    )
    for movement in _movements.all(await connection.execute(query)):
        found[movement.contract_id].append(movement)
    return found


def gives_rights(contract_id: sa.ColumnElement[Any], route: Route) -> sa.ColumnElement[bool]:
    """Return the condition that the contract was made with rights on exactly this route."""
    return sa.exists().where(
        _movement.c.contract_id == contract_id,
        _movement.c.quantity > 0,
        _movement.c.receipt.is_not_distinct_from(route.receipt),
        _movement.c.delivery.is_not_distinct_from(route.delivery),
    )


async def routes_of(
    connection: Reader, contract_ids: Iterable[ContractId]
) -> dict[ContractId, list[tuple[Route, int]]]:
    """Return the rights that each contract was made with, whatever is left of them, by route."""
    found: dict[ContractId, list[tuple[Route, int]]] = {contract_id: [] for contract_id in contract_ids}
    column = _movement.c
    query = (
        sa.select(column.contract_id, column.receipt, column.delivery, column.quantity)
        .where(column.contract_id.in_(list(found)), column.quantity > 0)
        .order_by(column.network_id, column.sequence)
    )
    for row in await connection.execute(query):
        found[ContractId(row.contract_id)].append((Route(row.receipt, row.delivery), row.quantity))
    return found


async def _require_cover(connection: AsyncConnection, movements: Sequence[Movement]) -> None:
    losing = {movement.contract_id for movement in movements if movement.quantity < 0}
    if not losing:
        return
    together = defaultdict(list, await of_contracts(connection, losing))
    for movement in movements:
        together[movement.contract_id].append(movement)
    for contract_id in sorted(losing):
        for (route, _), segments in balance(together[contract_id]).items():
            negative = [replace(one, quantity=-one.quantity) for one in segments if one.quantity < 0]
            if negative:
                raise RightsExceeded(contract_id, route, negative)
