"""Index values and indexed contracts in the database: written under the ledger's lock, never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.contract import Contract
from linepack.database.rows import RowMapper
from linepack.gasday import GasDay
from linepack.ids import ContractId, NetworkId
from settlement.charges.indices.model import PublishedValues, ReceivedValue, ReceivedValues
from settlement.charges.indices.tables import IndexedContractRow, ReceivedValueRow, TrueUpProgressRow
from settlement.ledger.repository import last_entry

_values = ReceivedValueRow.core()
_contracts = IndexedContractRow.core()
_progress = TrueUpProgressRow.core()
_RECEIVED = RowMapper(
    ReceivedValueRow, ReceivedValue, publication="lesson", index="index_name", day="gas_day"
)


async def receive(connection: AsyncConnection, published: PublishedValues, position: int) -> None:
    """Store published values as the next publication, unless they were received before."""
    if await publication_of(connection, position) is not None:
        return
    statement = sa.select(sa.func.coalesce(sa.func.max(_values.c.lesson), 0) + 1)
    number = (await connection.execute(statement)).scalar_one()
    after_sequence, _ = await last_entry(connection) or (0, "")
    rows = [
        _RECEIVED.values(
            ReceivedValue(number, after_sequence, position, published.index, day, value),
            network_id=published.network_id,
        )
        for day, value in published.values.items()
    ]
    await connection.execute(sa.insert(_values), rows)


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication, and the last entry of the ledger when it was received."""

    number: int
    after_sequence: int


async def publication_of(connection: AsyncConnection, position: int) -> Publication | None:
    """Return the publication of the event at a position, None if it was not received."""
    statement = (
        sa.select(_values.c.lesson, _values.c.after_sequence).where(_values.c.position == position).limit(1)
    )
    row = (await connection.execute(statement)).first()
    return None if row is None else Publication(row.lesson, row.after_sequence)


async def received(
    connection: AsyncConnection, network_id: NetworkId, indices: Iterable[str], until: GasDay
) -> ReceivedValues:
    """Return all values received of some indices for the gas days before `until`."""
    statement = (
        sa.select(_values)
        .where(_values.c.network_id == network_id, _values.c.index_name.in_(sorted(indices)))
        .where(_values.c.gas_day < until)
        .order_by(_values.c.lesson, _values.c.gas_day)
    )
    return ReceivedValues(_RECEIVED.all(await connection.execute(statement)))


async def track(
    connection: AsyncConnection,
    contract: Contract,
    indices: Iterable[str],
    *,
    root_id: ContractId,
    position: int,
) -> None:
    """Store that a contract follows some indices, at least one, and of which booked contract it is a part."""
    rows = [
        {
            "contract_id": contract.id,
            "index_name": index,
            "network_id": contract.network_id,
            "root_id": root_id,
            "period_start": contract.period.start,
            "period_end": contract.period.end,
            "position": position,
        }
        for index in sorted(indices)
    ]
    await connection.execute(insert(_contracts).on_conflict_do_nothing(), rows)


async def root_of(connection: AsyncConnection, contract_id: ContractId) -> ContractId | None:
    """Return the contract that a contract is a part of, None for one that follows no index."""
    statement = sa.select(_contracts.c.root_id).where(_contracts.c.contract_id == contract_id).limit(1)
    found = (await connection.execute(statement)).scalar_one_or_none()
    return None if found is None else ContractId(found)


async def roots_following(
    connection: AsyncConnection,
    published: PublishedValues,
    *,
    after: ContractId | None = None,
    limit: int | None = None,
) -> list[ContractId]:
    """Return the contracts booked at an index that run on a gas day with a published value, in order of id.

    At most `limit`, those with ids greater than `after`.
    """
    days = sorted(published.values)
    contract = _contracts.c
    statement = (
        sa.select(contract.root_id)
        .where(contract.network_id == published.network_id, contract.index_name == published.index)
        .where(contract.contract_id == contract.root_id)
        .where(contract.period_start <= days[-1], contract.period_end > days[0])
        .order_by(contract.root_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(contract.root_id > after)
    return [ContractId(root_id) for root_id in (await connection.execute(statement)).scalars()]


async def event_positions_of(
    connection: AsyncConnection, root_ids: Sequence[ContractId]
) -> dict[ContractId, dict[ContractId, int]]:
    """Return the contracts of the lineage of each booked one, and the positions of their events."""
    contract = _contracts.c
    statement = (
        sa.select(contract.root_id, contract.contract_id, contract.position)
        .where(contract.root_id.in_(root_ids))
        .distinct()
        .order_by(contract.root_id, contract.contract_id)
    )
    found: dict[ContractId, dict[ContractId, int]] = {root_id: {} for root_id in root_ids}
    for row in await connection.execute(statement):
        found[ContractId(row.root_id)][ContractId(row.contract_id)] = row.position
    return found


@dataclass(frozen=True, slots=True)
class Progress:
    """A true-up under way: the event of its values, and up to which contract it is done."""

    position: int
    after: ContractId


async def under_way(connection: AsyncConnection) -> Progress | None:
    """Return the true-up that is under way, None when none is; there is never more than one."""
    row = (await connection.execute(sa.select(_progress))).one_or_none()
    return None if row is None else Progress(row.position, ContractId(row.after_root))


async def keep_progress(connection: AsyncConnection, position: int, after: ContractId | None) -> None:
    """Store up to which contract a true-up is done; None when all of it is."""
    if after is None:
        await connection.execute(sa.delete(_progress).where(_progress.c.position == position))
        return
    statement = insert(_progress).values(position=position, after_root=after)
    renewed = {"after_root": statement.excluded.after_root}
    await connection.execute(statement.on_conflict_do_update(index_elements=["position"], set_=renewed))
