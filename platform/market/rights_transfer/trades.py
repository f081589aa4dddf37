"""The end of every secondary trade: rights move, the buyer gets a contract, and everyone is told.

The event `trade.concluded` holds the seller's contract and is for the seller; the buyer is told of its own
contract by `contract.acquired`, and everyone of what is left by the events of the listing or call.
"""

from datetime import datetime

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from capacity.rights.model import MovementCause
from linepack.commands.unit_of_work import UnitOfWork
from market.errors import DutiesNotHeld
from market.rights_transfer import repository
from market.rights_transfer.events import TradeConcluded
from market.rights_transfer.model import Trade, TradeAgreement, TradeKind
from market.rights_transfer.transfer import Acquisition, conclude


async def conclude_trade(
    uow: UnitOfWork, parent: Contract, bargain: TradeAgreement, *, at: datetime
) -> Trade:
    """Conclude what two parties have agreed on; the network's lock is held.

    An assigned contract costs its share of its parent, which its holder now owes the operator; one that came
    of a transfer of use costs its holder the agreed price, which it owes the seller. Raises NotHeld,
    DutiesNotHeld or NotDivisible before anything is written.
    """
    require_duties(parent, bargain.kind)
    price = Flat(bargain.price_per_unit_day) if bargain.kind is TradeKind.TRANSFER_OF_USE else None
    acquisition = Acquisition(bargain.buyer_id, bargain.quantity, bargain.period, price)
    [child] = await conclude(
        uow,
        parent,
        [acquisition],
        cause=bargain.kind.cause,
        cause_id=bargain.trade_id,
        purpose=bargain.purpose,
        at=at,
    )
    trade = Trade(
        id=bargain.trade_id,
        network_id=parent.network_id,
        operator_id=parent.operator_id,
        kind=bargain.kind,
        seller_id=parent.holder_id,
        buyer_id=bargain.buyer_id,
        parent_contract_id=parent.id,
        child_contract_id=child.id,
        period=bargain.period,
        quantity=bargain.quantity,
        price_per_unit_day=bargain.price_per_unit_day,
        currency=parent.currency,
        listing_id=bargain.listing_id,
        order_id=bargain.order_id,
        concluded_at=at,
    )
    await repository.insert_trade(uow.connection, trade)
    uow.record(TradeConcluded.of(trade, parent, child))
    return trade


def require_duties(contract: Contract, kind: TradeKind) -> None:
    """Raise DutiesNotHeld when `contract` is to be assigned and carries no duties to the operator."""
    if kind is TradeKind.ASSIGNMENT and contract.cause is MovementCause.TRANSFER_OF_USE:
        raise DutiesNotHeld(contract.code)
