"""Taking and ending holds on contracts: what an offer or order must be able to deliver.

Until a hold is used up, ended or overdue, nothing else can be concluded from what it holds. Both happen under
the network's lock. What is held cannot be delivered by other offers of the same contract that hold nothing:
those shrink.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from capacity.contracts.contract import Contract
from capacity.rights import holds
from capacity.rights.model import Hold, Purpose
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.monitoring.logging import logger
from market.context import MarketContext
from market.holds.free import free, require_free


async def take(
    context: MarketContext,
    contract: Contract,
    purpose: Purpose,
    period: Period,
    quantity: int,
    *,
    until: datetime | None = None,
) -> Hold:
    """Hold a part of a contract for `purpose`, to the instant `until` if given; the network's lock is held.

    Raises NotHeld when that much is not free on every gas day, before anything is written.
    """
    require_free(await free(context.connection, contract, period, at=context.at), quantity)
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
    [taken] = await holds.append(context.uow, [hold])
    await context.shrink_offers(contract)
    return taken


OVERDUE_BATCH_MAX = 100
"""Overdue holds looked at in one go; what is left waits for the next."""

RecordEnd = Callable[[UnitOfWork, Sequence[Hold]], Awaitable[None]]
"""Records that a hold has ended by itself, given the lines that ended it."""


async def end_overdue(database: Database, now: datetime, record_end: RecordEnd) -> int:
    """End the holds whose time is over, each in a transaction of its own; return how many.

    A hold that cannot be ended is logged and tried again next time; the others go on.
    """
    async with database.read() as connection:
        overdue = await holds.overdue(connection, now, limit=OVERDUE_BATCH_MAX)
    count = 0
    for network_id, purpose in overdue:
        try:
            async with UnitOfWork(database) as uow:
                await uow.lock_network(network_id)
                if ended := await holds.end(uow, purpose):
                    await record_end(uow, ended)
                    count += 1
        except Exception as fault:  # one hold's fault must not keep the others, or the worker, from going on
            logger.warning("hold_not_ended", cause=purpose.cause, id=str(purpose.cause_id), fault=str(fault))
    return count
