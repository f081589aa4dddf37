"""What a fact is settled on beside itself, now or as it was when its entries were posted.

So the same function serves settling an event and proving later that it was settled right: it reads the lines
that stood and the index values that were known before an entry, whatever has happened since.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.calculation import PricingContext
from linepack.events.log import read_at
from linepack.events.model import Event, Stream
from linepack.ids import ContractId
from settlement.charges.entries import NOTHING, Basis, contract_charged_before, reservation_key
from settlement.charges.errors import PublicationNotReceived
from settlement.charges.events_in import Awarded, Booked, Fact, Published, Traded, contracts_made, read_fact
from settlement.charges.indices import repository as indices
from settlement.charges.indices.true_up import Lineage, Member
from settlement.charges.rules import Known, follows
from settlement.ledger import repository
from settlement.ledger.model import ChargeCode


def indexed_contract(fact: Fact) -> Contract | None:
    """Return the contract that the fact makes and that follows an index, if there is one."""
    match fact:
        case Booked(contract):
            made = contract
        case Traded() if fact.passes_obligations:
            made = fact.child
        case _:
            return None
    return made if follows(made.network) else None


async def basis_of(
    connection: AsyncConnection, event: Event, fact: Fact, *, before: int | None = None
) -> Basis:
    """Return what a fact is settled on; with `before`, as it was when the entry of that sequence was posted.

    Published values are settled on what was known and stood when they were learnt (`lineages_of`, all of
    them). Raises PublicationNotReceived when they were not.
    """
    match fact:
        case Published():
            root_ids = await indices.roots_following(connection, fact)
            return Basis(lineages=await lineages_of(connection, event, fact, root_ids))
        case Awarded():
            return NOTHING
    contract_id = contract_charged_before(fact)
    standing = (
        await repository.standing(connection, contract_id, ChargeCode.RESERVATION, before=before)
        if contract_id
        else []
    )
    return Basis(await _known(connection, fact, before=before), standing)


async def _known(connection: AsyncConnection, fact: Booked | Traded, *, before: int | None) -> Known:
    made = indexed_contract(fact)
    if made is None:
        return PricingContext
    learnt = await indices.learnt(connection, made.network_id, follows(made.network), made.period.end)
    known = learnt.known_before(before)
    if isinstance(fact, Booked):
        return learnt.values(known)
    root_id = await indices.root_of(connection, fact.parent.id)
    charged = await repository.sequences_by_key(connection, [reservation_key(root_id)] if root_id else [])
    return learnt.values(known, estimated=learnt.known_before(min(charged.values(), default=None)))


async def lineages_of(
    connection: AsyncConnection, event: Event, published: Published, root_ids: Sequence[ContractId]
) -> list[Lineage]:
    """Return the lineages of some booked contracts as they were when values were learnt, charged by then.

    Raises PublicationNotReceived.
    """
    lesson = await indices.publication_of(connection, event.position)
    if lesson is None:
        raise PublicationNotReceived(published.index, event.position)
    before = lesson.after_sequence + 1
    charged = await repository.sequences_by_key(
        connection, [reservation_key(root_id) for root_id in root_ids]
    )
    earlier = {root_id: charged.get(reservation_key(root_id), before) for root_id in root_ids}
    root_ids = [root_id for root_id in root_ids if earlier[root_id] < before]
    contracts = await _contracts(connection, root_ids)
    ids = [one.id for lineage in contracts.values() for one in lineage]
    standing = await repository.standing_of(connection, ids, ChargeCode.RESERVATION, before=before)
    if not contracts:
        return []
    followed = {index for own in contracts.values() for one in own for index in follows(one.network)}
    until = max(own[0].period.end for own in contracts.values())
    learnt = await indices.learnt(connection, published.network_id, followed, until)
    known = learnt.known_with(lesson.number)
    return [
        Lineage(
            root=own[0],
            members=tuple(Member(one, tuple(standing[one.id])) for one in own),
            known=learnt.values(known, estimated=learnt.known_before(earlier[root_id])),
            cause=str(event.position),
        )
        for root_id, own in contracts.items()
    ]


async def _contracts(
    connection: AsyncConnection, root_ids: Sequence[ContractId]
) -> dict[ContractId, list[Contract]]:
    """Return the contracts of each lineage as their events tell of them, the one booked first."""
    told = await indices.event_positions_of(connection, root_ids)
    booked_at = [told[root_id][root_id] for root_id in root_ids]
    passed_at = [
        position
        for root_id, lineage in told.items()
        for contract_id, position in lineage.items()
        if contract_id != root_id
    ]
    made: dict[ContractId, Contract] = {}
    for stream, positions in ((Stream.CAPACITY, booked_at), (Stream.MARKET, passed_at)):
        for event in await read_at(connection, stream, positions):
            if (fact := read_fact(event.topic, event.payload)) is not None:
                made |= {contract.id: contract for contract in contracts_made(fact)}
    return {
        root_id: [made[root_id], *(made[one] for one in told[root_id] if one != root_id)]
        for root_id in root_ids
    }
