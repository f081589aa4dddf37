"""Taking and ending holds on contracts: what an offer or order must be able to deliver.

Until a hold is used up, ended or overdue, nothing else can be concluded from what it holds. Both happen under
the network's lock. What is held cannot be delivered by indicative offers of the same contract, which shrink.
"""

from datetime import datetime

from capacity.contracts.contract import Contract
from capacity.rights import holds
from capacity.rights.model import Hold, HoldCause, Purpose
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.ids import NetworkId
from linepack.monitoring.logging import logger
from market.holds.free import free, require_free
from market.offers.shrinking import shrink_offers
from market.set_asides.events import SetAsideEnded


async def take(
    uow: UnitOfWork,
    contract: Contract,
    purpose: Purpose,
    period: Period,
    quantity: int,
    *,
    until: datetime | None = None,
    at: datetime,
) -> Hold:
    """Hold a part of a contract for `purpose`, to the instant `until` if given; the network's lock is held.

    Raises NotHeld when that much is not free on every gas day, before anything is written.
    """
    require_free(await free(uow.connection, contract, period, at=at), quantity)
    hold = Hold(
        network_id=contract.network_id,
        party_id=contract.holder_id,
        contract_id=contract.id,
        route=None,
        firmness=contract.firmness,
        period=period,
        quantity=quantity,
        purpose=purpose,
        until=until,
    )
    [taken] = await holds.append(uow, [hold])
    await shrink_offers(uow, contract, at=at)
    return taken


OVERDUE_TOGETHER_MAX = 100
"""Overdue holds looked at in one go; what is left waits for the next."""


async def end_overdue(database: Database, now: datetime) -> int:
    """End the holds whose time is over, each in a transaction of its own; return how many.

    A hold that cannot be ended is logged and tried again next time; the others go on.
    """
    async with database.read() as connection:
        overdue = await holds.overdue(connection, now, limit=OVERDUE_TOGETHER_MAX)
    count = 0
    for network_id, purpose in overdue:
        try:
            async with UnitOfWork(database) as uow:
                await uow.lock_network(network_id)
                count += await _end(uow, purpose)
        except Exception as fault:  # one hold's fault must not keep the others, or the worker, from going on
            logger.warning("hold_not_ended", cause=purpose.cause, id=str(purpose.cause_id), fault=str(fault))
    return count


async def end_lapsed_set_asides(uow: UnitOfWork, network_id: NetworkId, now: datetime) -> int:
    """End what the operator set aside until an instant that is over; the network's lock is held."""
    overdue = await holds.overdue_of_operator(uow.connection, network_id, now)
    return sum([await _end(uow, purpose) for purpose in overdue])


async def _end(uow: UnitOfWork, purpose: Purpose) -> bool:
    ended = await holds.end(uow, purpose)
    if ended and purpose.cause is HoldCause.SET_ASIDE:
        uow.record(SetAsideEnded.of(ended))
    return bool(ended)
