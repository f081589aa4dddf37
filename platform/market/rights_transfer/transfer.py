"""Transfer of rights: capacity passes from one shipper's contract into contracts of others.

Every procedure ends alike: each acquirer gets a child contract that is split off the parent's, and the rights
ledger records −A +B; what is given up in a network clearing, −A alone. What the parent has that is not held
for something else is counted here, while the network's lock is held; what was held for this procedure is used
up by it, and other offers of the parent that hold nothing shrink to what is left. A change of holder does not
touch the network, so nothing is verified again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

import numpy as np

from capacity.contracts import repository as contracts
from capacity.contracts.algebra.split import split
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import PriceProcedure
from capacity.rights import holds, ledger
from capacity.rights.model import Hold, MovementCause, Purpose
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from market.context import MarketContext
from market.holds.free import held_for_others, require_free, stretches
from market.rights_transfer.events import ContractAcquired


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What one party acquires; with `price` its contract is at that price instead of the parent's."""

    holder_id: PartyId
    quantity: int
    period: Period
    price: PriceProcedure | None = None


async def transfer(
    context: MarketContext,
    parent: Contract,
    acquisitions: Sequence[Acquisition],
    *,
    cause: MovementCause,
    cause_id: UUID,
    purpose: Purpose,
) -> list[Contract]:
    """Pass each acquisition from `parent` to its acquirer; return the child contracts in their order.

    The network's lock is held. `purpose` is the offer or order that is concluded on: what is held for it may
    be passed on, and is used up. Raises NotHeld when the parent has not that much left beside what is held
    for others, and what `capacity.contracts.algebra.split` raises, before anything is written.
    """
    uow = context.uow
    span = Period(min(a.period.start for a in acquisitions), max(a.period.end for a in acquisitions))
    earlier = await contracts.children(uow.connection, parent.id, running=span)
    others = await held_for_others(uow.connection, parent.id, at=context.at, excluding=purpose)
    child_ids = [ContractId(context.new_id()) for _ in acquisitions]
    children = derive(parent, earlier, acquisitions, child_ids, held=others, cause=cause, at=context.at)
    await contracts.insert(uow.connection, *children)
    moved = [movement for child in children for movement in child.movements_from(parent, cause_id)]
    await ledger.append(uow, moved)
    await holds.use_up(uow, purpose, [(child.period, child.quantity) for child in children])
    for child in children:
        if not child.is_given_up:
            uow.record(ContractAcquired.of(child, cause_id))
    await context.shrink_offers(parent, excluding=purpose)
    return children


def derive(
    parent: Contract,
    earlier: Iterable[Contract],
    acquisitions: Sequence[Acquisition],
    child_ids: Sequence[ContractId],
    *,
    held: Sequence[Hold],
    cause: MovementCause,
    at: datetime,
) -> list[Contract]:
    """Return the child contract of each acquisition, with these ids.

    `earlier` are the children that `parent` had before, `held` is what must be left for others. Raises
    NotHeld, and what `capacity.contracts.algebra.split` raises.
    """
    left = _Left(parent, earlier, held, [one.period for one in acquisitions])
    return [
        split(
            parent,
            child_id=child_id,
            holder_id=acquisition.holder_id,
            quantity=acquisition.quantity,
            period=acquisition.period,
            cause=cause,
            created_at=at,
            passed_on=left.take(acquisition.period, acquisition.quantity),
            price=acquisition.price,
        )
        for acquisition, child_id in zip(acquisitions, child_ids, strict=True)
    ]


class _Left:
    """What is left of a contract while parts of it are taken, on stretches that no boundary parts.

    passed_on, held : arrays, dims (stretch), int64, whole units
    """

    def __init__(
        self, parent: Contract, children: Iterable[Contract], held: Iterable[Hold], periods: Sequence[Period]
    ) -> None:
        whole = Period(min(one.start for one in periods), max(one.end for one in periods))
        found = stretches(parent, children, held, whole)
        cuts = {end for one in (*periods, *(one.period for one in found)) for end in (one.start, one.end)}
        self._days = sorted(cuts)
        self._place = {day: place for place, day in enumerate(self._days)}
        self._quantity = parent.quantity
        self._passed_on = np.zeros(len(cuts) - 1, dtype=np.int64)
        self._held = np.zeros(len(cuts) - 1, dtype=np.int64)
        for one in found:
            self._passed_on[self._span(one.period)] = one.passed_on
            self._held[self._span(one.period)] = one.held

    def take(self, period: Period, quantity: int) -> int:
        """Take `quantity` on each day of `period`; return the most that was passed on there before.

        Raises NotHeld when that much is not free.
        """
        span = self._span(period)
        free = self._quantity - self._passed_on[span] - self._held[span]
        if free.min() < quantity:
            days = self._days[span.start : span.stop + 1]
            spans = [Period(start, end) for start, end in pairwise(days)]
            require_free(list(zip(spans, free.tolist(), strict=True)), quantity)
        most = int(self._passed_on[span].max())
        self._passed_on[span] += quantity
        return most

    def _span(self, period: Period) -> slice:
        return slice(self._place[period.start], self._place[period.end])
