"""Indicative offers: what holds nothing, and shrinks with what its seller has: listings, calls, releases.

A release is indicative until a bid that meets its minimums binds it.

Looked after wherever a contract loses free capacity: when a part of it is passed on and when it is held. An
offer that shrinks says so by an event; one of which nothing is left is exhausted. It does not grow again, so
that what was once said to be gone stays gone.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.rights.model import Purpose
from linepack.commands.unit_of_work import UnitOfWork
from market.calls import repository as calls
from market.calls.events import CallShrunk
from market.calls.model import Call
from market.holds.free import Free, free_of, held_for_others
from market.listings import repository as listings
from market.listings.events import ListingShrunk
from market.listings.model import Listing, ListingState
from market.releases import events as release_events
from market.releases import repository as releases
from market.releases.model import BidState, Release, ReleaseState
from market.releases.rules import shrunk


async def shrink_offers(
    uow: UnitOfWork, contract: Contract, *, at: datetime, excluding: Purpose | None = None
) -> None:
    """Shrink the indicative offers of a contract to what is free of it; the network's lock is held.

    The offer `excluding` is the one that is being concluded on, and sees to itself.
    """
    open_listings = await listings.open_indicative(uow.connection, contract.id)
    open_calls = await calls.open_indicative(uow.connection, contract.id)
    open_releases = await releases.open_on_contract(uow.connection, contract.id)
    if not (open_listings or open_calls or open_releases):
        return
    children = await contracts.children(uow.connection, contract.id)
    held = await held_for_others(uow.connection, contract.id, at=at)

    def left_for(offer: Listing | Call | Release) -> Free:
        return free_of(contract, children, held, offer.capacity.period)

    await _shrink_listings(uow, [(one, left_for(one)) for one in open_listings if one.purpose != excluding])
    await _shrink_calls(uow, [(one, left_for(one)) for one in open_calls if one.purpose != excluding])
    bound = {hold.purpose for hold in held} | {excluding}
    for release in open_releases:
        if release.purpose not in bound:
            await _shrink_release(uow, release, _throughout(left_for(release)))


def _throughout(free: Free) -> int:
    return max(0, min(left for _, left in free))


async def _shrink_listings(uow: UnitOfWork, offers: Sequence[tuple[Listing, Free]]) -> None:
    lefts = [(listing, _throughout(free)) for listing, free in offers]
    shrunk = [
        replace(listing, remaining=left, state=ListingState.OPEN if left else ListingState.EXHAUSTED)
        for listing, left in lefts
        if left < listing.remaining
    ]
    if shrunk:
        await listings.shrink_listings(uow.connection, shrunk)
    for listing in shrunk:
        uow.record(ListingShrunk.of(listing))


async def _shrink_calls(uow: UnitOfWork, offers: Sequence[tuple[Call, Free]]) -> None:
    if not offers:
        return
    accepted = await calls.accepted_orders_on(uow.connection, [call.id for call, _ in offers])
    lefts = [(call, call.left_after(accepted[call.id], free)) for call, free in offers]
    shrunk = [left for call, left in lefts if left.remaining < call.remaining]
    if shrunk:
        await calls.set_remaining(uow.connection, shrunk)
    for call in shrunk:
        uow.record(CallShrunk.of(call))


async def _shrink_release(uow: UnitOfWork, release: Release, left: int) -> None:
    if left >= release.quantity:
        return
    rest = shrunk(release, left)
    if rest.state is ReleaseState.OPEN:
        await releases.set_quantity(uow.connection, rest)
        uow.record(release_events.ReleaseShrunk.of(rest))
        return
    bids = await releases.open_bids_on(uow.connection, release.id)
    await releases.close_release(uow.connection, rest)
    await releases.set_bid_states(uow.connection, [bid.id for bid in bids], BidState.LOST)
    release_events.record_withdrawal(uow, rest, bids)
