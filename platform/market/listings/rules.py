"""The rules of listings: the listing that a command posts, or all its faults; what can be taken of one."""

from dataclasses import replace
from datetime import datetime

from capacity.contracts.contract import Contract
from linepack.gasday import GasDayClock, Period
from linepack.ids import ListingId, PartyId
from market.commands.validation import Faults
from market.credit.duties import Agreed
from market.errors import NotOnOffer, NotOpen, OwnOffer
from market.listings.commands import PostListing
from market.listings.model import Listing, ListingState
from market.offers.model import OfferedCapacity, days_to_come
from market.rights_transfer.model import TradeKind
from market.rights_transfer.trades import require_duties


def listing_on(
    command: PostListing,
    contract: Contract,
    clock: GasDayClock,
    at: datetime,
    *,
    listing_id: ListingId,
    negative_prices: bool,
) -> Listing:
    """Return the listing of a part of `contract`; raises DutiesNotHeld, or InvalidInput with every fault."""
    require_duties(contract, command.kind)
    faults = Faults()
    period = faults.period(command.start, command.end, within=contract.period)
    if period is not None:
        faults.require(clock.starts_at(period.start) > at, "start", "this gas day has begun")
    faults.quantity(command.quantity, at_most=contract.quantity)
    most = max(1, min(command.quantity, contract.quantity))
    faults.quantity(command.minimum_quantity, "minimumQuantity", at_most=most)
    faults.price(command.price_per_unit_day, "pricePerUnitDay", may_be_negative=negative_prices)
    faults.raise_all()
    return Listing(
        id=listing_id,
        capacity=OfferedCapacity.under(contract, Period(command.start, command.end), clock),
        kind=command.kind,
        quantity=command.quantity,
        remaining=command.quantity,
        minimum_quantity=command.minimum_quantity,
        price_per_unit_day=command.price_per_unit_day,
        currency=contract.currency,
        state=ListingState.OPEN,
        is_firm=command.is_firm,
        posted_at=at,
        seller_id=contract.holder_id,
        contract_id=contract.id,
    )


def days_on_offer(listing: Listing, clock: GasDayClock, at: datetime) -> Period:
    """Return the gas days that can still be had; raises NotOpen when there are none."""
    if listing.state is not ListingState.OPEN:
        raise NotOpen("listing", listing.state.lower())
    return days_to_come("listing", listing.capacity.period, clock, at)


def taken_from(listing: Listing, buyer_id: PartyId, quantity: int) -> Listing:
    """Return an open listing after `quantity` was taken; raises OwnOffer or NotOnOffer."""
    if buyer_id == listing.seller_id:
        raise OwnOffer("listing")
    if (reason := listing.refusal(quantity)) is not None:
        raise NotOnOffer(quantity, remaining=listing.remaining, reason=reason)
    left = listing.remaining - quantity
    return replace(listing, remaining=left, state=ListingState.OPEN if left else ListingState.TAKEN)


def shrunk_to(listing: Listing, left: int) -> Listing:
    """Return an open listing of which `left` can still be delivered, exhausted when that is nothing."""
    if left >= listing.remaining:
        return listing
    return replace(listing, remaining=left, state=ListingState.OPEN if left else ListingState.EXHAUSTED)


def terms_of(listing: Listing, period: Period, parent: Contract) -> Agreed:
    """Return the terms on which a listing of a part of `parent` is taken on the gas days of `period`."""
    is_assigned = listing.kind is TradeKind.ASSIGNMENT
    assigned_from = parent if is_assigned else None
    return Agreed.on(listing.capacity, period, listing.price_per_unit_day, assigned_from=assigned_from)
