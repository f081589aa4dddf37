"""Indicative offers: what holds nothing, and shrinks with what its seller has: listings, calls, releases.

A release is indicative until a bid that meets its minimums binds it.

Looked after wherever a contract loses free capacity: when a part of it is passed on and when it is held. An
offer that shrinks says so by an event; one of which nothing is left is exhausted. It does not grow again, so
that what was once said to be gone stays gone.
"""

from dataclasses import replace
from datetime import datetime

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.rights.model import Purpose
from linepack.gasday import Period
from linepack.unit_of_work import UnitOfWork
from market.free import free_of, held_for_others
from market.release import events as release_events
from market.release import repository as releases
from market.release.model import BidState, Release, ReleaseState
from market.release.rules import shrunk
from market.secondary.calls import repository as calls
from market.secondary.calls.events import of_call
from market.secondary.calls.model import Call
from market.secondary.listings import repository as listings
from market.secondary.listings.events import of_listing
from market.secondary.listings.model import Listing, ListingState


async def shrink_offers(
    uow: UnitOfWork, contract: Contract, *, at: datetime, excluding: Purpose | None = None
) -> None:
    """Shrink the indicative offers of a contract to what is free of it; the network's lock is held.

    The offer `excluding` is the one that is being concluded on, and sees to itself.
    """
    open_listings = await listings.open_indicative(uow.connection, contract.id)
    open_calls = await calls.open_indicative(uow.connection, contract.id)
    open_releases = await releases.open_on_contract(uow.connection, contract.id)
    offers: list[Listing | Call | Release] = [*open_listings, *open_calls, *open_releases]
    if not offers:
        return
    children = await contracts.children(uow.connection, contract.id)
    held = await held_for_others(uow.connection, contract.id, at=at)
    for offer in offers:
        if offer.purpose == excluding:
            continue
        free = free_of(contract, children, held, offer.capacity.period)
        if isinstance(offer, Listing):
            await _shrink_listing(uow, offer, min(left for _, left in free))
        elif isinstance(offer, Release):
            if all(hold.purpose != offer.purpose for hold in held):
                await _shrink_release(uow, offer, max(0, min(left for _, left in free)))
        else:
            await _shrink_call(uow, offer, free)


async def _shrink_listing(uow: UnitOfWork, listing: Listing, left: int) -> None:
    if left >= listing.remaining:
        return
    left = max(0, left)
    state = ListingState.OPEN if left else ListingState.EXHAUSTED
    shrunk = replace(listing, remaining=left, state=state)
    await listings.shrink_listing(uow.connection, shrunk)
    uow.record(of_listing("listing.shrunk", shrunk))


async def _shrink_call(uow: UnitOfWork, call: Call, free: tuple[tuple[Period, int], ...]) -> None:
    accepted = await calls.accepted_orders(uow.connection, call.id)
    shrunk = call.left_after(accepted, free)
    if shrunk.remaining < call.remaining:
        await calls.set_remaining(uow.connection, shrunk)
        uow.record(of_call("call.shrunk", shrunk))


async def _shrink_release(uow: UnitOfWork, release: Release, left: int) -> None:
    if left >= release.quantity:
        return
    rest = shrunk(release, left)
    if rest.state is ReleaseState.OPEN:
        await releases.set_quantity(uow.connection, rest)
        uow.record(release_events.of_release("release.shrunk", rest))
        return
    bids = await releases.open_bids_on(uow.connection, release.id)
    await releases.close_release(uow.connection, rest)
    await releases.set_bid_states(uow.connection, [bid.id for bid in bids], BidState.LOST)
    release_events.record_withdrawal(uow, rest, bids)
