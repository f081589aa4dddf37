"""The events of listings, which everyone sees, and which therefore say nothing of the seller."""

from linepack.canonical_json import JsonValue
from linepack.events.model import NewEvent, Stream
from market.listings.model import Listing


def of_listing(topic: str, listing: Listing) -> NewEvent:
    """Return an event about a listing."""
    return NewEvent(
        stream=Stream.MARKET,
        topic=topic,
        key=str(listing.id),
        payload=listing_to_json(listing),
        network_id=listing.capacity.network_id,
    )


def listing_to_json(listing: Listing) -> dict[str, JsonValue]:
    """Return what everyone may know of a listing."""
    return {
        "listing_id": str(listing.id),
        "capacity": listing.capacity.to_json(),
        "kind": listing.kind.value,
        "quantity": listing.quantity,
        "remaining": listing.remaining,
        "is_firm": listing.is_firm,
        "minimum_quantity": listing.minimum_quantity,
        "price_per_unit_day": str(listing.price_per_unit_day),
        "currency": listing.currency.value,
        "state": listing.state.value,
    }
