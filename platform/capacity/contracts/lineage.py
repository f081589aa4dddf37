"""Lineages: which contracts one was derived from, and which were derived from it.

A party is shown its own contracts of a lineage, and of others' those on whose holders it depends:

- what was split off its own contract: the buyer owes it the price, or performs in its place;
- below a release, what was assigned on from there: the assignee owes the demand money, and where it does not
  pay the releasing shipper's credit is taken back.

What else others made of it is their own affair. Operators see all contracts on their networks, those who
oversee the market all.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository
from capacity.contracts.codec import contract_from_json
from capacity.contracts.contract import Contract
from capacity.contracts.tables import ContractRow
from capacity.rights.model import MovementCause
from linepack.access import Principal, visible_to
from linepack.ids import ContractId

LINEAGE_MAX = 500

_contract = ContractRow.core()


@dataclass(frozen=True, slots=True)
class LineageMember:
    """A contract of a lineage as its viewer may see it: whole, or only what was passed on to whom.

    `parent` is the contract it was derived from, None where that is not shown.
    """

    contract: Contract
    parent: Contract | None
    is_visible: bool


async def lineage(
    connection: AsyncConnection, principal: Principal, contract_id: ContractId
) -> list[LineageMember]:
    """Return the lineage of a contract as far as `principal` may see it, oldest first, at most `LINEAGE_MAX`.

    Raises NotFound when it may not see the contract itself.
    """
    await repository.get(connection, principal, contract_id)
    up = _walk("ancestor", contract_id, upwards=True)
    down = _walk("descendant", contract_id, upwards=False)
    family = sa.union(sa.select(up.c.id), sa.select(down.c.id)).cte("family")
    visible = visible_to(principal, _contract.c.holder_id, operator=_contract.c.operator_id)
    query = (
        sa.select(_contract.c.document, visible.label("is_visible"))
        .where(_contract.c.id.in_(sa.select(family.c.id)))
        .where(sa.or_(visible, _contract.c.id.in_(sa.select(_depended_on(principal, family).c.id))))
        .order_by(_contract.c.id)
        .limit(LINEAGE_MAX)
    )
    rows = [
        (contract_from_json(row.document), bool(row.is_visible)) for row in await connection.execute(query)
    ]
    shown = {contract.id: contract for contract, _ in rows}
    parents = [None if one.parent_id is None else shown.get(one.parent_id) for one, _ in rows]
    return [
        LineageMember(contract, parent, is_visible)
        for (contract, is_visible), parent in zip(rows, parents, strict=True)
    ]


def _depended_on(principal: Principal, family: sa.CTE) -> sa.CTE:
    """Return the contracts of others on whose holders the principal's party depends.

    Columns: id; is_credited, whether the holder owes the demand money of a release of the party's.
    """
    child, parent = _contract.alias("child"), _contract.alias("parent")
    passed_on = (
        sa.select(child.c.id, (child.c.cause == MovementCause.RELEASE.value).label("is_credited"))
        .join(parent, parent.c.id == child.c.parent_id)
        .where(parent.c.holder_id == principal.party_id, child.c.id.in_(sa.select(family.c.id)))
        .cte("depended_on", recursive=True)
    )
    assigned_on = (
        sa.select(child.c.id, sa.true())
        .join(passed_on, passed_on.c.id == child.c.parent_id)
        .where(passed_on.c.is_credited, child.c.cause == MovementCause.ASSIGNMENT.value)
    )
    return passed_on.union(assigned_on)


def _walk(name: str, contract_id: ContractId, *, upwards: bool) -> sa.CTE:
    start = sa.select(_contract.c.id, _contract.c.parent_id).where(_contract.c.id == contract_id)
    reached = start.cte(name, recursive=True)
    link = _contract.c.id == reached.c.parent_id if upwards else _contract.c.parent_id == reached.c.id
    return reached.union(sa.select(_contract.c.id, _contract.c.parent_id).join(reached, link))
