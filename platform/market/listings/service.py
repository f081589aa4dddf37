"""The commands on listings, carried out: post, take, withdraw; and what other procedures need of listings."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.rights import holds
from capacity.rights.model import Purpose, Route
from linepack.access import Principal, Scope
from linepack.commands.handling import handles, handles_once
from linepack.database.paging import newest
from linepack.gasday import Period
from linepack.ids import ListingId, NetworkId, TradeId
from linepack.problems import NotFound
from market.commands.access import own_contract
from market.context import MarketContext
from market.credit.check import require_credit_for
from market.holds.free import FreeOfContract, free, require_free, throughout
from market.holds.service import take
from market.listings.commands import PostListing, TakeListing, WithdrawListing
from market.listings.events import ListingPosted, ListingShrunk, ListingTaken, ListingWithdrawn
from market.listings.model import Listing, ListingState
from market.listings.repository import LISTINGS, take_from_listing
from market.listings.rules import days_on_offer, listing_on, shrunk_to, taken_from, terms_of
from market.offers.model import OFFERS_SHOWN_MAX
from market.products.repository import allows_negative_prices
from market.rights_transfer.model import Trade, TradeAgreement
from market.rights_transfer.repository import own_trade
from market.rights_transfer.trades import conclude_trade


async def _contract_locked(command: PostListing, context: MarketContext) -> Contract:
    contract = await own_contract(context, command.contract_id)
    await context.lock_network(contract.network_id)
    return contract


async def _locked(context: MarketContext, offered: Listing) -> Listing:
    """Return a listing as it is once the network's lock is held."""
    await context.lock_network(offered.capacity.network_id)
    return await LISTINGS.get(context.connection, offered.id)


async def _listing_locked(command: TakeListing, context: MarketContext) -> Listing:
    return await _locked(context, await LISTINGS.get(context.connection, command.listing_id))


async def _posted_before(context: MarketContext, listing_id: UUID) -> Listing:
    return await LISTINGS.get(context.connection, ListingId(listing_id))


@handles_once(Scope.TRADE, subject=_contract_locked, existing=_posted_before)
async def post_listing(
    command: PostListing, context: MarketContext, contract: Contract, listing_id: UUID
) -> Listing:
    """Post a listing.

    Raises Forbidden, NotFound (a contract that is not the party's), DutiesNotHeld, NotHeld, Conflict, or
    InvalidInput with every fault.
    """
    listing = listing_on(
        command,
        contract,
        await context.market.clock(contract.network_id),
        context.at,
        listing_id=ListingId(listing_id),
        negative_prices=await allows_negative_prices(context, contract.network_id),
    )
    period = listing.capacity.period
    if listing.is_firm:
        await take(context, contract, listing.purpose, period, listing.quantity)
    else:
        left = await free(context.connection, contract, period, at=context.at)
        require_free(left, listing.quantity)
    await LISTINGS.insert(context.connection, listing)
    context.uow.record(ListingPosted.of(listing))
    return listing


@handles_once(Scope.TRADE, subject=_listing_locked, existing=own_trade)
async def take_listing(
    command: TakeListing, context: MarketContext, listing: Listing, trade_id: UUID
) -> Trade:
    """Take a listing fully or in part, on its gas days that have not yet begun; the first to ask wins.

    Raises NotFound, OwnOffer, NotOpen, NotOnOffer, CreditExceeded, CreditSuspended, NotHeld, NotDivisible,
    Conflict, Forbidden.
    """
    period = days_on_offer(listing, await context.market.clock(listing.capacity.network_id), context.at)
    left = taken_from(listing, context.party_id, command.quantity)
    if listing.contract_id is None:
        raise RuntimeError("a listing is taken as its seller sees it")
    parent = await contracts.behind(context.connection, listing.contract_id)
    await require_credit_for(
        terms_of(listing, period, parent),
        command.quantity,
        context,
        context.connection,
        network_id=parent.network_id,
        currency=listing.currency,
        to_be_had=listing.largest_of,
    )
    agreed = TradeAgreement(
        trade_id=TradeId(trade_id),
        purpose=listing.purpose,
        kind=listing.kind,
        buyer_id=context.party_id,
        quantity=command.quantity,
        period=period,
        price_per_unit_day=listing.price_per_unit_day,
        listing_id=listing.id,
    )
    trade = await conclude_trade(context, parent, agreed)
    if not await take_from_listing(context.connection, listing.id, command.quantity):
        raise RuntimeError(f"listing {listing.id} changed although the network's lock is held")
    if left.state is ListingState.TAKEN:
        await holds.end(context.uow, listing.purpose)
    context.uow.record(ListingTaken.of(left))
    return trade


@handles(Scope.TRADE)
async def withdraw_listing(command: WithdrawListing, context: MarketContext) -> Listing:
    """Withdraw what is left of the party's listing.

    Raises NotFound for a listing that is not the party's, NotOpen, Forbidden.
    """
    offered = await LISTINGS.get(context.connection, command.listing_id)
    if offered.seller_id != context.party_id:
        raise NotFound("listing", command.listing_id, path=("listingId",))
    listing = await _locked(context, offered)
    days_on_offer(listing, await context.market.clock(listing.capacity.network_id), context.at)
    withdrawn = replace(listing, state=ListingState.WITHDRAWN)
    await LISTINGS.change_open(context.connection, listing.id, state=withdrawn.state.value)
    await holds.end(context.uow, listing.purpose)
    context.uow.record(ListingWithdrawn.of(withdrawn))
    return withdrawn


async def shrink_listings(context: MarketContext, free: FreeOfContract, *, excluding: Purpose | None) -> None:
    """Shrink the listings of a contract that hold nothing to what is free of it, all but one."""
    listings = await LISTINGS.open_indicative(context.connection, free.contract.id)
    lefts = [
        (listing, shrunk_to(listing, throughout(await free.during(listing.capacity.period))))
        for listing in listings
        if listing.purpose != excluding
    ]
    shrunk = [left for listing, left in lefts if left is not listing]
    if shrunk:
        await LISTINGS.set_remaining(context.connection, shrunk)
    for listing in shrunk:
        context.uow.record(ListingShrunk.of(listing))


async def find_listings(
    connection: AsyncConnection, principal: Principal, network_id: NetworkId, *, route: Route, period: Period
) -> Sequence[Listing]:
    """Return open listings of other parties on a route that share gas days with `period`."""
    are_open = LISTINGS.matching(network_id=network_id, route=route, period=period, state=ListingState.OPEN)
    found = await newest(connection, LISTINGS.seen(principal, *are_open), OFFERS_SHOWN_MAX)
    return [listing for listing in found if listing.seller_id != principal.party_id]
