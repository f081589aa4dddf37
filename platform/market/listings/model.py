"""Listings: capacity offered at a fixed price, first come first served.

A firm listing holds what it offers, so that it can always be delivered. An indicative one holds nothing, and
shrinks when what its seller has does. A listing is anonymous until a trade is concluded: `seen_by` takes out
whose it is and which contract stands behind it, for everyone but the seller and those who oversee the
market. Prices are money per commercial unit and
gas day.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from capacity.rights.model import HoldCause, Purpose
from linepack.access import Principal
from linepack.ids import ContractId, ListingId, PartyId
from linepack.money import Currency
from market.offers.model import OfferedCapacity
from market.rights_transfer.model import TradeKind


class ListingState(StrEnum):
    """Whether a listing can still be taken; exhausted is one whose seller has nothing left of it."""

    OPEN = "OPEN"
    TAKEN = "TAKEN"
    WITHDRAWN = "WITHDRAWN"
    EXHAUSTED = "EXHAUSTED"


@dataclass(frozen=True, slots=True)
class Listing:
    """Capacity offered at a fixed price, first come first served, in parts of `minimum_quantity` or more."""

    id: ListingId
    capacity: OfferedCapacity
    kind: TradeKind
    quantity: int
    remaining: int
    minimum_quantity: int
    price_per_unit_day: Decimal
    currency: Currency
    state: ListingState
    is_firm: bool
    posted_at: datetime
    seller_id: PartyId | None
    contract_id: ContractId | None

    @property
    def purpose(self) -> Purpose:
        """What its capacity is held for, if it is."""
        return Purpose(HoldCause.LISTING, self.id)

    @property
    def available(self) -> int:
        """The most that can be taken."""
        return self.remaining

    def seen_by(self, principal: Principal) -> "Listing":
        """Return the listing as `principal` may see it."""
        if principal.sees(self.seller_id, operator_id=self.capacity.operator_id):
            return self
        return replace(self, seller_id=None, contract_id=None)

    def refusal(self, quantity: int) -> str | None:
        """Return why `quantity` cannot be taken out of what remains, or None."""
        if quantity > self.remaining:
            return f"{self.remaining:,} are left"
        rest = self.remaining - quantity
        least = min(self.minimum_quantity, self.remaining)
        if quantity < least:
            return f"the least that can be taken is {least:,}"
        if 0 < rest < self.minimum_quantity:
            return f"{rest:,} would be left, less than the minimum of {self.minimum_quantity:,}: take all"
        return None

    def largest_of(self, most: int) -> int:
        """Return the most, of at most so many units, that can be taken; 0 for none."""
        if most >= self.remaining:
            return self.remaining
        within = min(most, self.remaining - self.minimum_quantity)
        return within if within > 0 and self.refusal(within) is None else 0
