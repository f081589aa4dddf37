"""Reading what a charge plan needs: as it is now, or as it was when its entries were posted.

So the same function serves settling an event and proving later that it was settled right: it reads the open
lines and the index values that were known before an entry, whatever has happened since.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.calculation import PricingContext
from linepack.events.log import read_at
from linepack.events.model import Event, Stream
from linepack.ids import ContractId
from settlement.charges.cost import Known, followed_indices
from settlement.charges.errors import PublicationNotReceived
from settlement.charges.events_in import charge_plan
from settlement.charges.indices import repository as indices
from settlement.charges.indices.model import PublishedValues
from settlement.charges.indices.true_up import Lineage, Member
from settlement.charges.plan import Basis, ChargePlan, TrueUpPlan, reservation_key
from settlement.ledger import repository
from settlement.ledger.model import ChargeCode


async def read_basis(
    connection: AsyncConnection, event: Event, plan: ChargePlan, *, before: int | None = None
) -> Basis:
    """Return what a plan needs; with `before`, as it was when the entry of that sequence was posted.

    A true-up needs what was known and open when its values were received (`read_lineages`, all of them).
    Raises PublicationNotReceived when they were not.
    """
    if isinstance(plan, TrueUpPlan):
        root_ids = await indices.roots_following(connection, plan.published)
        return Basis(lineages=await read_lineages(connection, event, plan.published, root_ids))
    open_lines = (
        await repository.open_lines(connection, plan.open_lines_of, ChargeCode.RESERVATION, before=before)
        if plan.open_lines_of
        else ()
    )
    return Basis(await _known(connection, plan, before=before), open_lines)


async def _known(connection: AsyncConnection, plan: ChargePlan, *, before: int | None) -> Known:
    made = plan.indexed
    if made is None:
        return PricingContext
    received = await indices.received(
        connection, made.network_id, followed_indices(made.network), made.period.end
    )
    known = received.known_before(before)
    if plan.open_lines_of is None:
        return received.values(known)
    root_id = await indices.root_of(connection, plan.open_lines_of)
    charged = await repository.sequences_by_key(connection, [reservation_key(root_id)] if root_id else [])
    return received.values(known, estimated=received.known_before(min(charged.values(), default=None)))


async def read_lineages(
    connection: AsyncConnection, event: Event, published: PublishedValues, root_ids: Sequence[ContractId]
) -> list[Lineage]:
    """Return the lineages of some booked contracts, charged by then, as they were when values were received.

    Raises PublicationNotReceived.
    """
    publication = await indices.publication_of(connection, event.position)
    if publication is None:
        raise PublicationNotReceived(published.index, event.position)
    before = publication.after_sequence + 1
    charged = await repository.sequences_by_key(
        connection, [reservation_key(root_id) for root_id in root_ids]
    )
    earlier = {root_id: charged.get(reservation_key(root_id), before) for root_id in root_ids}
    root_ids = [root_id for root_id in root_ids if earlier[root_id] < before]
    contracts = await _contracts(connection, root_ids)
    ids = [one.id for lineage in contracts.values() for one in lineage]
    open_lines = await repository.open_lines_of(connection, ids, ChargeCode.RESERVATION, before=before)
    if not contracts:
        return []
    followed = {index for own in contracts.values() for one in own for index in followed_indices(one.network)}
    until = max(own[0].period.end for own in contracts.values())
    received = await indices.received(connection, published.network_id, followed, until)
    known = received.known_with(publication.number)
    return [
        Lineage(
            root=own[0],
            members=tuple(Member(one, tuple(open_lines[one.id])) for one in own),
            known=received.values(known, estimated=received.known_before(earlier[root_id])),
            cause=str(event.position),
        )
        for root_id, own in contracts.items()
    ]


async def _contracts(
    connection: AsyncConnection, root_ids: Sequence[ContractId]
) -> dict[ContractId, list[Contract]]:
    """Return the contracts of each lineage as their events hold them, the one booked first."""
    positions = await indices.event_positions_of(connection, root_ids)
    booked_at = [positions[root_id][root_id] for root_id in root_ids]
    passed_at = [
        position
        for root_id, lineage in positions.items()
        for contract_id, position in lineage.items()
        if contract_id != root_id
    ]
    made: dict[ContractId, Contract] = {}
    for stream, read_positions in ((Stream.CAPACITY, booked_at), (Stream.MARKET, passed_at)):
        for event in await read_at(connection, stream, read_positions):
            if (plan := charge_plan(event.topic, event.payload)) is not None:
                made |= {contract.id: contract for contract in plan.contracts}
    return {
        root_id: [made[root_id], *(made[one] for one in positions[root_id] if one != root_id)]
        for root_id in root_ids
    }
