"""Which contracts were booked together: rows of the table, and queries."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.database.insertion import Row
from linepack.database.together import Reader
from linepack.ids import ContractId, ProfileId
from market.primary.profiles.tables import ProfilePartRow

_part = ProfilePartRow.core()


def row(profile_id: ProfileId, place: int, contract_id: ContractId) -> Row:
    """Return the row of a part of a profile, for `linepack.database.insertion`."""
    return _part, {"contract_id": contract_id, "profile_id": profile_id, "place": place}


async def contracts_of(connection: AsyncConnection, profile_id: ProfileId) -> list[ContractId]:
    """Return the contracts of a profile, in the order of its parts."""
    query = sa.select(_part.c.contract_id).where(_part.c.profile_id == profile_id).order_by(_part.c.place)
    return [ContractId(one) for one in (await connection.execute(query)).scalars()]


async def booked_together(
    connection: Reader, contract_ids: Sequence[ContractId]
) -> dict[ContractId, list[ContractId]]:
    """Return the contracts of the profiles that some contracts are parts of, by contract, in their order.

    Who sees one contract of a profile sees all: they have one holder and one operator.
    """
    own, every = _part.alias("own"), _part.alias("every")
    query = (
        sa.select(own.c.contract_id, every.c.contract_id.label("other"))
        .join_from(own, every, own.c.profile_id == every.c.profile_id)
        .where(own.c.contract_id.in_(contract_ids))
        .order_by(own.c.contract_id, every.c.place)
    )
    found: dict[ContractId, list[ContractId]] = {}
    for row in await connection.execute(query):
        found.setdefault(ContractId(row.contract_id), []).append(ContractId(row.other))
    return found
