"""The home of conclusions: capacity passes from one shipper's contract into contracts of others.

Whatever the procedure was, its end is the same: each acquirer gets a child contract that is split off the
parent's, and the rights ledger records −A +B. Nothing is reserved before, so what the parent still has is
counted here, while the network's lock is held. A pure change of holder does not touch the network, so nothing
is verified again. The acquirer is told by the event `contract.acquired`, which says nothing of the parent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.algebra import passed_on_within, split
from capacity.contracts.codec import contract_to_json
from capacity.contracts.contract import Contract
from capacity.contracts.price import PriceProcedure
from capacity.rights import ledger
from capacity.rights.model import MovementCause
from linepack.events.model import NewEvent, Stream
from linepack.gasday import Period
from linepack.identity.model import Principal
from linepack.ids import ContractId, PartyId, new_id
from linepack.problems import NotFound
from linepack.unit_of_work import UnitOfWork
from market.errors import NotHeld


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


async def held(
    connection: AsyncConnection, parent: Contract, period: Period
) -> tuple[tuple[Period, int], ...]:
    """Return what is left of `parent` over `period`, in consecutive sub-periods with their quantity."""
    children = await contracts.children(connection, parent.id, running=period)
    return left_over(parent, children, period)


def left_over(
    parent: Contract, children: Iterable[Contract], period: Period
) -> tuple[tuple[Period, int], ...]:
    """Return what `children` leave of `parent` over `period`, in consecutive sub-periods."""
    children = list(children)
    cuts = {period.start, period.end}
    for child in children:
        cuts |= {day for day in (child.period.start, child.period.end) if day in period}
    spans = [Period(start, end) for start, end in pairwise(sorted(cuts))]
    return tuple((span, parent.quantity - passed_on_within(span, children)) for span in spans)


async def conclude(
    uow: UnitOfWork,
    parent: Contract,
    acquisitions: Sequence[Acquisition],
    *,
    cause: MovementCause,
    cause_id: UUID,
    at: datetime,
) -> list[Contract]:
    """Pass each acquisition from `parent` to its acquirer; return the child contracts in their order.

    The network's lock is held. Raises NotHeld when the parent has not that much left, and what
    `capacity.contracts.split` raises, before anything is written.
    """
    span = Period(min(a.period.start for a in acquisitions), max(a.period.end for a in acquisitions))
    earlier = await contracts.children(uow.connection, parent.id, running=span)
    derived = derive(parent, earlier, acquisitions, cause=cause, at=at)
    for child in derived:
        await contracts.insert(uow.connection, child)
    moved = [movement for child in derived for movement in child.movements_from(parent, cause_id)]
    await ledger.append(uow, moved)
    for child in derived:
        uow.record(_acquired(child, cause_id))
    return derived


def derive(
    parent: Contract,
    earlier: Iterable[Contract],
    acquisitions: Iterable[Acquisition],
    *,
    cause: MovementCause,
    at: datetime,
) -> list[Contract]:
    """Return the child contract of each acquisition, given the children that `parent` had before."""
    children = list(earlier)
    derived = []
    for acquisition in acquisitions:
        passed_on = passed_on_within(acquisition.period, children)
        left = parent.quantity - passed_on
        if acquisition.quantity > left:
            raise NotHeld(acquisition.quantity, left=left, period=acquisition.period)
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
