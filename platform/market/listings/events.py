"""The events of listings, which everyone sees, and which therefore say nothing of the seller."""

from decimal import Decimal
from typing import Self

from linepack.events.model import Stream
from linepack.events.typed import TypedEvent
from linepack.ids import ListingId
from linepack.money import Currency
from market.listings.model import Listing, ListingState
from market.offers.events import PublicCapacity
from market.rights_transfer.model import TradeKind


class ListingEvent(TypedEvent):
    """A listing, as it is from now on."""

    stream = Stream.MARKET

    listing_id: ListingId
    capacity: PublicCapacity
    kind: TradeKind
    quantity: int
    remaining: int
    is_firm: bool
    minimum_quantity: int
    price_per_unit_day: Decimal
    currency: Currency
    state: ListingState

    @property
    def key(self) -> str:
        """The listing's id."""
        return str(self.listing_id)

    @classmethod
    def of(cls, listing: Listing) -> Self:
        """Return the event about a listing."""
        return cls(
            network_id=listing.capacity.network_id,
            listing_id=listing.id,
            capacity=PublicCapacity.of(listing.capacity),
            kind=listing.kind,
            quantity=listing.quantity,
            remaining=listing.remaining,
            is_firm=listing.is_firm,
            minimum_quantity=listing.minimum_quantity,
            price_per_unit_day=listing.price_per_unit_day,
            currency=listing.currency,
            state=listing.state,
        )


class ListingPosted(ListingEvent):
    """A part of a contract is offered at a fixed price."""

    topic = "listing.posted"


class ListingTaken(ListingEvent):
    """A listing, or a part of it, was taken."""

    topic = "listing.taken"


class ListingShrunk(ListingEvent):
    """The seller of an indicative listing has less left than it offered."""

    topic = "listing.shrunk"


class ListingWithdrawn(ListingEvent):
    """What was left of a listing was withdrawn."""

    topic = "listing.withdrawn"
