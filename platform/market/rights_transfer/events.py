"""The events of rights that pass from one shipper to another.

`contract.acquired` goes to the acquirer and says nothing of the parent; `trade.concluded` holds the seller's
contract as well, and is for the seller and for settlement.
"""

from decimal import Decimal
from typing import Self
from uuid import UUID

from capacity.contracts.codec import ContractInFull
from capacity.contracts.contract import Contract
from capacity.rights.model import MovementCause
from linepack.events.model import Stream
from linepack.events.typed import TypedEvent
from linepack.gasday import Period
from linepack.ids import PartyId, TradeId
from linepack.money import Currency
from market.rights_transfer.model import Trade, TradeKind


class ContractAcquired(TypedEvent):
    """A party holds a contract that was split off another's; `cause_id` names the trade or release."""

    stream = Stream.MARKET
    topic = "contract.acquired"

    contract: ContractInFull
    cause: MovementCause
    cause_id: UUID

    @property
    def key(self) -> str:
        """The contract's id."""
        return str(self.contract.id)

    @classmethod
    def of(cls, contract: Contract, cause_id: UUID) -> Self:
        """Return the event about a contract that was split off."""
        return cls(
            network_id=contract.network_id,
            audience=frozenset({contract.holder_id}),
            contract=contract,
            cause=contract.cause,
            cause_id=cause_id,
        )


class TradeConcluded(TypedEvent):
    """A seller and a buyer have concluded a trade."""

    stream = Stream.MARKET
    topic = "trade.concluded"

    trade_id: TradeId
    kind: TradeKind
    seller: PartyId
    buyer: PartyId
    parent_contract: ContractInFull
    child_contract: ContractInFull
    price_per_unit_day: Decimal
    currency: Currency
    quantity: int
    period: Period

    @property
    def key(self) -> str:
        """The trade's id."""
        return str(self.trade_id)

    @classmethod
    def of(cls, trade: Trade, parent: Contract, child: Contract) -> Self:
        """Return the event about a trade."""
        return cls(
            network_id=trade.network_id,
            audience=frozenset({trade.seller_id}),
            trade_id=trade.id,
            kind=trade.kind,
            seller=trade.seller_id,
            buyer=trade.buyer_id,
            parent_contract=parent,
            child_contract=child,
            price_per_unit_day=trade.price_per_unit_day,
            currency=trade.currency,
            quantity=trade.quantity,
            period=trade.period,
        )
