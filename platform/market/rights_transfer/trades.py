"""The end of every secondary trade: rights move, the buyer gets a contract, and the trade is recorded."""

from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from capacity.rights.model import MovementCause
from market.context import MarketContext
from market.errors import DutiesNotHeld
from market.rights_transfer.events import TradeConcluded
from market.rights_transfer.model import Trade, TradeAgreement, TradeKind
from market.rights_transfer.repository import TRADES
from market.rights_transfer.transfer import Acquisition, transfer


async def conclude_trade(context: MarketContext, parent: Contract, agreed: TradeAgreement) -> Trade:
    """Conclude what two parties have agreed on; the network's lock is held.

    An assigned contract costs its share of its parent, which its holder now owes the operator; one that came
    of a transfer of use costs its holder the agreed price, which it owes the seller. Raises NotHeld,
    DutiesNotHeld or NotDivisible before anything is written.
    """
    require_duties(parent, agreed.kind)
    price = Flat(agreed.price_per_unit_day) if agreed.kind is TradeKind.TRANSFER_OF_USE else None
    [child] = await transfer(
        context,
        parent,
        [Acquisition(agreed.buyer_id, agreed.quantity, agreed.period, price)],
        cause=agreed.kind.cause,
        cause_id=agreed.trade_id,
        purpose=agreed.purpose,
    )
    trade = Trade(
        id=agreed.trade_id,
        network_id=parent.network_id,
        operator_id=parent.operator_id,
        kind=agreed.kind,
        seller_id=parent.holder_id,
        buyer_id=agreed.buyer_id,
        parent_contract_id=parent.id,
        child_contract_id=child.id,
        period=agreed.period,
        quantity=agreed.quantity,
        price_per_unit_day=agreed.price_per_unit_day,
        currency=parent.currency,
        listing_id=agreed.listing_id,
        order_id=agreed.order_id,
        concluded_at=context.at,
    )
    await TRADES.insert(context.connection, trade)
    context.uow.record(TradeConcluded.of(trade, parent, child))
    return trade


def require_duties(contract: Contract, kind: TradeKind) -> None:
    """Raise DutiesNotHeld when `contract` is to be assigned and carries no duties to the operator."""
    if kind is TradeKind.ASSIGNMENT and contract.cause is MovementCause.TRANSFER_OF_USE:
        raise DutiesNotHeld(contract.code)
