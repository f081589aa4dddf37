"""Contracts in the database.

Whatever is shown goes through `linepack.access.visible_to`: a contract of another party is not found. The
functions under "For commands" are the exception: they take no principal, because a trade needs the contract
behind an offer whose buyer may not see it; what they return is used, never shown.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.codec import contract_from_json, contract_to_json
from capacity.contracts.contract import Contract
from capacity.contracts.tables import ContractRow
from capacity.rights import ledger
from capacity.rights.model import Firmness, MovementCause, Route
from linepack.access import Principal, visible_to
from linepack.database.insertion import Row
from linepack.database.paging import Listed, one_by_one
from linepack.database.together import Reader
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.problems import NotFound

_contract = ContractRow.core()


class ContractSort(StrEnum):
    """The columns that contracts may be ordered by."""

    CREATED_AT = "id"
    START = "period_start"
    END = "period_end"
    QUANTITY = "quantity"


async def insert(connection: AsyncConnection, *new: Contract) -> None:
    """Add contracts, at least one; their parents and verdicts are there already."""
    await connection.execute(sa.insert(_contract), [row(contract)[1] for contract in new])


def row(contract: Contract) -> Row:
    """Return the row of a contract, for `linepack.database.insertion`."""
    values = {
        "id": contract.id,
        "code": contract.code,
        "network_id": contract.network_id,
        "revision_id": contract.revision_id,
        "holder_id": contract.holder_id,
        "operator_id": contract.operator_id,
        "firmness": contract.firmness.value,
        "period_start": contract.period.start,
        "period_end": contract.period.end,
        "quantity": contract.quantity,
        "currency": contract.currency.value,
        "parent_id": contract.parent_id,
        "cause": contract.cause.value,
        "verdict_id": contract.verdict_id,
        "created_at": contract.created_at,
        "document": contract_to_json(contract),
    }
    return _contract, values


async def get(connection: AsyncConnection, principal: Principal, contract_id: ContractId) -> Contract:
    """Return a contract; raises NotFound when there is none that `principal` may see."""
    found = await get_many(connection, principal, [contract_id])
    if contract_id not in found:
        raise NotFound("contract", contract_id)
    return found[contract_id]


async def by_code(connection: AsyncConnection, principal: Principal, code: str) -> Contract:
    """Return the contract with this code; raises NotFound when there is none that `principal` may see."""
    found = await _contracts(connection, _select(principal).where(_contract.c.code == code))
    if not found:
        raise NotFound("contract", code)
    return found[0]


async def get_many(
    connection: Reader, principal: Principal, contract_ids: Sequence[ContractId]
) -> dict[ContractId, Contract]:
    """Return those of the contracts that `principal` may see, by id."""
    query = _select(principal).where(_contract.c.id.in_(contract_ids))
    return {contract.id: contract for contract in await _contracts(connection, query)}


def contracts(
    principal: Principal,
    *,
    holder_id: PartyId | None = None,
    network_id: NetworkId | None = None,
    period: Period | None = None,
    route: Route | None = None,
    firmness: Firmness | None = None,
    cause: MovementCause | None = None,
) -> Listed[Contract]:
    """Return the list of the contracts that `principal` may see.

    The others narrow it down: `period` to those with a gas day in it, `route` to those made with rights on
    exactly that route, whatever is left of them.
    """
    column = _contract.c
    wanted = ((column.holder_id, holder_id), (column.network_id, network_id))
    conditions = [one == value for one, value in wanted if value is not None]
    members = ((column.firmness, firmness), (column.cause, cause))
    conditions += [one == member.value for one, member in members if member is not None]
    if period is not None:
        conditions += [column.period_start < period.end, column.period_end > period.start]
    if route is not None:
        conditions.append(ledger.gives_rights(column.id, route))
    return Listed(_contract, _select(principal).where(*conditions), one_by_one(_read))


# For commands


async def behind(connection: AsyncConnection, contract_id: ContractId) -> Contract:
    """Return the contract behind an offer, without visibility check; raises NotFound."""
    query = sa.select(_contract.c.document).where(_contract.c.id == contract_id)
    found = await _contracts(connection, query)
    if not found:
        raise NotFound("contract", contract_id)
    return found[0]


async def behind_many(
    connection: AsyncConnection, contract_ids: Iterable[ContractId]
) -> dict[ContractId, Contract]:
    """Return the contracts behind several offers, without visibility check."""
    query = sa.select(_contract.c.document).where(_contract.c.id.in_(list(contract_ids)))
    return {contract.id: contract for contract in await _contracts(connection, query)}


async def held_by(
    connection: AsyncConnection, network_id: NetworkId, party_ids: Sequence[PartyId]
) -> list[Contract]:
    """Return the contracts that parties hold on a network, whatever is left of them, oldest first."""
    query = sa.select(_contract.c.document).where(
        _contract.c.network_id == network_id, _contract.c.holder_id.in_(party_ids)
    )
    return await _contracts(connection, query.order_by(_contract.c.id))


async def children(
    connection: AsyncConnection, parent_id: ContractId, *, running: Period | None = None
) -> list[Contract]:
    """Return the contracts derived from a contract, oldest first; with a gas day in `running` if given."""
    query = sa.select(_contract.c.document).where(_contract.c.parent_id == parent_id).order_by(_contract.c.id)
    if running is not None:
        query = query.where(_contract.c.period_start < running.end, _contract.c.period_end > running.start)
    return await _contracts(connection, query)


async def children_of(
    connection: Reader, parent_ids: Iterable[ContractId]
) -> dict[ContractId, list[Contract]]:
    """Return the contracts derived from each of several contracts, oldest first."""
    found: dict[ContractId, list[Contract]] = {parent_id: [] for parent_id in parent_ids}
    query = sa.select(_contract.c.document).where(_contract.c.parent_id.in_(list(found)))
    for child in await _contracts(connection, query.order_by(_contract.c.id)):
        if child.parent_id is not None:
            found[child.parent_id].append(child)
    return found


def _select(principal: Principal) -> sa.Select[tuple[dict[str, Any]]]:
    seen = visible_to(principal, _contract.c.holder_id, operator=_contract.c.operator_id)
    return sa.select(_contract.c.document).where(seen)


async def _contracts(connection: Reader, query: sa.Select[tuple[dict[str, Any]]]) -> list[Contract]:
    return [contract_from_json(document) for document in (await connection.execute(query)).scalars()]


def _read(row: sa.Row[Any]) -> Contract:
    return contract_from_json(row.document)
