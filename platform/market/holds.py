"""Taking and ending holds on contracts: what an offer or order must be able to deliver.

Until a hold is used up, ended or overdue, nothing else can be concluded from what it holds. Both happen under
the network's lock. What is held cannot be delivered by indicative offers of the same contract, which shrink.
"""

from datetime import datetime

from capacity.contracts.contract import Contract
from capacity.rights import holds
from capacity.rights.model import Hold, Purpose
from linepack.gasday import Period
from linepack.unit_of_work import UnitOfWork
from market.free import free, require_free
from market.indicative import shrink_offers


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
