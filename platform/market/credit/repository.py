"""The queries of credit. A party reads its own limits and those for each party; the operator reads all.

Functions that serve commands take the connection of a unit of work that holds the network's lock.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.rights.model import Firmness
from linepack.database.rows import RowMapper, Stored
from linepack.ids import ContractId, CreditPaymentId, NetworkId, PartyId
from linepack.problems import NotFound
from market.credit.model import CreditFactor, CreditLimit, CreditPayment, Suspension
from market.credit.tables import CreditLimitRow, CreditPaymentRow, CreditSuspensionRow
from market.products.model import Runtime

_limits, _suspensions = CreditLimitRow.core(), CreditSuspensionRow.core()
_payments = CreditPaymentRow.core()


def _factors_to_json(factors: Iterable[CreditFactor]) -> list[dict[str, str | None]]:
    return [
        {
            "factor": f"{one.factor:f}",
            "firmness": None if one.firmness is None else one.firmness.value,
            "runtime": None if one.runtime is None else one.runtime.value,
        }
        for one in factors
    ]


def _factors_from_json(values: Iterable[Mapping[str, Any]]) -> tuple[CreditFactor, ...]:
    return tuple(
        CreditFactor(
            Decimal(one["factor"]),
            None if one["firmness"] is None else Firmness(one["firmness"]),
            None if one["runtime"] is None else Runtime(one["runtime"]),
        )
        for one in values
    )


_LIMITS = RowMapper(CreditLimitRow, CreditLimit, factors=Stored(_factors_to_json, _factors_from_json))
_SUSPENSIONS = RowMapper(CreditSuspensionRow, Suspension)
_PAYMENTS = RowMapper(CreditPaymentRow, CreditPayment)


async def insert_limit(connection: AsyncConnection, limit: CreditLimit) -> None:
    """Add a version of a limit."""
    await connection.execute(sa.insert(_limits).values(_LIMITS.values(limit)))


async def insert_suspension(connection: AsyncConnection, row_id: UUID, new: Suspension) -> None:
    """Add that a party is suspended, or is no more."""
    await connection.execute(sa.insert(_suspensions).values(_SUSPENSIONS.values(new, id=row_id)))


async def insert_payment(connection: AsyncConnection, payment: CreditPayment) -> None:
    """Add a payment."""
    await connection.execute(sa.insert(_payments).values(_PAYMENTS.values(payment)))


async def payment(connection: AsyncConnection, payment_id: CreditPaymentId) -> CreditPayment:
    """Return a payment; raises NotFound."""
    found = _PAYMENTS.first(
        await connection.execute(sa.select(_payments).where(_payments.c.id == payment_id))
    )
    if found is None:
        raise NotFound("payment", payment_id)
    return found


async def limits_for(
    connection: AsyncConnection, network_id: NetworkId, party_ids: Sequence[PartyId] | None = None
) -> list[CreditLimit]:
    """Return every version of the limits of a network that may hold for these parties, or for any."""
    query = sa.select(_limits).where(_limits.c.network_id == network_id)
    if party_ids is not None:
        query = query.where(sa.or_(_limits.c.party_id.is_(None), _limits.c.party_id.in_(party_ids)))
    return _LIMITS.all(await connection.execute(query.order_by(_limits.c.id)))


async def suspended(
    connection: AsyncConnection, network_id: NetworkId, party_ids: Sequence[PartyId] | None = None
) -> dict[PartyId, Suspension]:
    """Return which of these parties, or of all, are suspended on a network."""
    query = (
        sa.select(_suspensions)
        .where(_suspensions.c.network_id == network_id)
        .ext(distinct_on(_suspensions.c.party_id))
        .order_by(_suspensions.c.party_id, _suspensions.c.id.desc())
    )
    if party_ids is not None:
        query = query.where(_suspensions.c.party_id.in_(party_ids))
    newest = _SUSPENSIONS.all(await connection.execute(query))
    return {one.party_id: one for one in newest if one.is_suspended}


async def paid(connection: AsyncConnection, contract_ids: Iterable[ContractId]) -> dict[ContractId, Decimal]:
    """Return what was paid for contracts, those for which anything was."""
    query = (
        sa.select(_payments.c.contract_id, sa.func.sum(_payments.c.amount))
        .where(_payments.c.contract_id.in_(list(contract_ids)))
        .group_by(_payments.c.contract_id)
    )
    return {ContractId(row[0]): row[1] for row in await connection.execute(query)}
