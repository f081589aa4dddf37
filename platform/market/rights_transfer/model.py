"""Trades: what passes from a seller to a buyer, and the record of it.

Assignment passes rights and duties: the buyer owes the operator from then on. Transfer of use passes rights
only: the seller still owes the operator, the buyer owes the seller. Either way the rights move at once.
Prices are money per commercial unit and gas day.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from capacity.rights.model import MovementCause, Purpose
from linepack.gasday import Period
from linepack.ids import ContractId, ListingId, NetworkId, OrderId, PartyId, TradeId
from linepack.money import Currency


class TradeKind(StrEnum):
    """What passes to the buyer."""

    ASSIGNMENT = "ASSIGNMENT"
    TRANSFER_OF_USE = "TRANSFER_OF_USE"

    @property
    def cause(self) -> MovementCause:
        """The cause that the rights ledger gives for the movements."""
        if self is TradeKind.ASSIGNMENT:
            return MovementCause.ASSIGNMENT
        return MovementCause.TRANSFER_OF_USE


@dataclass(frozen=True, slots=True)
class Trade:
    """A concluded trade: the buyer holds `child_contract_id`, derived from the seller's contract."""

    id: TradeId
    network_id: NetworkId
    operator_id: PartyId
    kind: TradeKind
    seller_id: PartyId
    buyer_id: PartyId
    parent_contract_id: ContractId
    child_contract_id: ContractId
    period: Period
    quantity: int
    price_per_unit_day: Decimal
    currency: Currency
    listing_id: ListingId | None
    order_id: OrderId | None
    concluded_at: datetime


@dataclass(frozen=True, slots=True)
class TradeAgreement:
    """What a buyer and a seller have agreed on, through the listing or the order named.

    What is held for `purpose` is what the seller passes on.
    """

    trade_id: TradeId
    purpose: Purpose
    kind: TradeKind
    buyer_id: PartyId
    quantity: int
    period: Period
    price_per_unit_day: Decimal
    listing_id: ListingId | None = None
    order_id: OrderId | None = None
