"""Conclusions: capacity passes from one shipper's contract into contracts of others.

Every procedure ends alike: each acquirer gets a child contract that is split off the parent's, and the rights
ledger records −A +B. What the parent has that is not held for something else is counted here, while the
network's lock is held; what was held for this procedure is used up by it, and other offers of the parent that
hold nothing shrink to what is left. A pure change of holder does not
touch the network, so nothing is verified again. The event `contract.acquired` goes to the acquirer and says
nothing of the parent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.algebra import passed_on_within, split
from capacity.contracts.codec import contract_to_json
from capacity.contracts.contract import Contract
from capacity.contracts.price import PriceProcedure
from capacity.rights import holds, ledger
from capacity.rights.model import Hold, MovementCause, Purpose
from linepack.events.model import NewEvent, Stream
from linepack.gasday import Period
from linepack.identity.model import Principal
from linepack.ids import ContractId, PartyId, new_id
from linepack.problems import NotFound
from linepack.unit_of_work import UnitOfWork
from market.free import free_of, held_for_others, require_free
from market.indicative import shrink_offers


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What one party acquires; with `price` its contract is at that price instead of the parent's."""

    holder_id: PartyId
    quantity: int
    period: Period
    price: PriceProcedure | None = None


async def own_contract(
    connection: AsyncConnection, principal: Principal, party_id: PartyId, contract_id: ContractId
) -> Contract:
    """Return a contract that the party holds; raises NotFound for one that it does not."""
    contract = await contracts.get(connection, principal, contract_id)
    if contract.holder_id != party_id:
        raise NotFound("contract", contract_id, path=("contractId",))
    return contract


async def conclude(
    uow: UnitOfWork,
    parent: Contract,
    acquisitions: Sequence[Acquisition],
    *,
    cause: MovementCause,
    cause_id: UUID,
    purpose: Purpose,
    at: datetime,
) -> list[Contract]:
    """Pass each acquisition from `parent` to its acquirer; return the child contracts in their order.

    The network's lock is held. `purpose` is the offer or order that is concluded on: what is held for it may
    be passed on, and is used up. Raises NotHeld when the parent has not that much left beside what is held
    for others, and what `capacity.contracts.split` raises, before anything is written.
    """
    span = Period(min(a.period.start for a in acquisitions), max(a.period.end for a in acquisitions))
    earlier = await contracts.children(uow.connection, parent.id, running=span)
    others = await held_for_others(uow.connection, parent.id, at=at, excluding=purpose)
    derived = derive(parent, earlier, acquisitions, held=others, cause=cause, at=at)
    for child in derived:
        await contracts.insert(uow.connection, child)
    moved = [movement for child in derived for movement in child.movements_from(parent, cause_id)]
    await ledger.append(uow, moved)
    for child in derived:
        await holds.use_up(uow, purpose, child.period, child.quantity)
        uow.record(_acquired(child, cause_id))
    await shrink_offers(uow, parent, at=at, excluding=purpose)
    return derived


def derive(
    parent: Contract,
    earlier: Iterable[Contract],
    acquisitions: Iterable[Acquisition],
    *,
    held: Sequence[Hold],
    cause: MovementCause,
    at: datetime,
) -> list[Contract]:
    """Return the child contract of each acquisition.

    `earlier` are the children that `parent` had before, `held` is what must be left for others.
    """
    children = list(earlier)
    derived = []
    for acquisition in acquisitions:
        require_free(free_of(parent, children, held, acquisition.period), acquisition.quantity)
        passed_on = passed_on_within(acquisition.period, children)
        child = split(
            parent,
            child_id=ContractId(new_id()),
            holder_id=acquisition.holder_id,
            quantity=acquisition.quantity,
            period=acquisition.period,
            cause=cause,
            created_at=at,
            passed_on=passed_on,
            price=acquisition.price,
        ).child
        children.append(child)
        derived.append(child)
    return derived


def _acquired(child: Contract, cause_id: UUID) -> NewEvent:
    return NewEvent(
        stream=Stream.MARKET,
        topic="contract.acquired",
        key=str(child.id),
        payload={
            "contract": contract_to_json(child),
            "cause": child.cause.value,
            "cause_id": str(cause_id),
        },
        network_id=child.network_id,
        audience=frozenset({child.holder_id}),
    )
