"""The commands on listings. Prices are per commercial unit and gas day."""

from dataclasses import dataclass
from decimal import Decimal

from linepack.commands.handling import IdempotentCommand
from linepack.gasday import GasDay
from linepack.ids import ContractId, ListingId
from market.rights_transfer.model import TradeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PostListing(IdempotentCommand):
    """Offer a part of a contract at a fixed price, in lots of `minimum_quantity` or more.

    A firm offer holds what it offers; an indicative one shrinks when what its seller has does.
    """

    contract_id: ContractId
    kind: TradeKind
    start: GasDay
    end: GasDay
    quantity: int
    price_per_unit_day: Decimal
    minimum_quantity: int = 1
    is_firm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeListing(IdempotentCommand):
    """Take a listing, or a part of it, at its price."""

    listing_id: ListingId
    quantity: int


@dataclass(frozen=True, slots=True)
class WithdrawListing:
    """Withdraw what is left of a listing; what was taken stays taken."""

    listing_id: ListingId
