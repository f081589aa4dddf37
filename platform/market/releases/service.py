"""The commands on releases and their bids, carried out; and what other procedures need of releases.

Bidding locks the network first and then the release's row: the first bid that meets the minimums takes a hold
on the capacity, and the last one to go ends it. How a release is closed: `market.releases.closing`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.rights import holds
from capacity.rights.model import Purpose, Route
from linepack.access import Principal, Role, Scope
from linepack.commands.handling import handles, handles_once
from linepack.database.paging import newest
from linepack.gasday import Period
from linepack.identity.model import Party
from linepack.identity.repository import parties_by_id, party_by_code
from linepack.ids import BidId, NetworkId, ReleaseId
from linepack.problems import NotFound
from market.commands.access import own_contract
from market.context import MarketCaller, MarketContext
from market.errors import NotOpen
from market.holds.free import FreeOfContract, free, require_free, throughout
from market.holds.service import take
from market.offers.model import OFFERS_SHOWN_MAX
from market.products.repository import allows_negative_prices
from market.releases import repository
from market.releases.closing import close
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid, WithdrawBid, WithdrawRelease
from market.releases.credit import require_credit_for_bid
from market.releases.errors import BidsNotClosed, BindingBid
from market.releases.events import (
    BidPlaced,
    BidReplaced,
    BidWithdrawn,
    ReleaseOffered,
    ReleaseShrunk,
    record_withdrawal,
)
from market.releases.model import Award, Bid, BidState, Release, ReleaseState
from market.releases.repository import BIDS, RELEASES
from market.releases.rules import (
    bid_on,
    may_bid,
    meets_minimums,
    open_bid_of,
    release_of,
    require_open,
    require_releasable,
    shrunk,
)


async def _contract_locked(command: OfferRelease, context: MarketContext) -> Contract:
    contract = await own_contract(context, command.contract_id)
    await context.lock_network(contract.network_id)
    return contract


async def _release_locked(command: PlaceBid, context: MarketContext) -> Release:
    offered = await RELEASES.get(context.connection, command.release_id)
    await context.lock_network(offered.capacity.network_id)
    return await RELEASES.get(context.connection, command.release_id, for_update=True)


async def _offered_before(context: MarketContext, release_id: UUID) -> Release:
    return await RELEASES.get(context.connection, ReleaseId(release_id))


async def _placed_before(context: MarketContext, bid_id: UUID) -> Bid:
    return await BIDS.get(context.connection, BidId(bid_id))


@handles_once(Scope.TRADE, subject=_contract_locked, existing=_offered_before)
async def offer_release(
    command: OfferRelease, context: MarketContext, contract: Contract, release_id: UUID
) -> Release:
    """Offer a part of a contract for release: no more than is free of it.

    Raises Forbidden, NotFound (a contract that is not the party's), HeldByTransferOfUse, Interruptible,
    NotHeld, Conflict, or InvalidInput with every fault.
    """
    require_releasable(contract)
    release = release_of(
        command,
        contract,
        await context.market.clock(contract.network_id),
        context.at,
        release_id=ReleaseId(release_id),
        bidder=await _prearranged_bidder(context, command),
        negative_prices=await allows_negative_prices(context, contract.network_id),
    )
    left = await free(context.connection, contract, release.capacity.period, at=context.at)
    require_free(left, release.quantity)
    await RELEASES.insert(context.connection, release)
    context.uow.record(ReleaseOffered.of(release))
    return release


@handles(Scope.TRADE)
async def withdraw_release(command: WithdrawRelease, context: MarketContext) -> Release:
    """Withdraw the party's offer.

    Raises NotFound for an offer that is not the party's, NotOpen, BindingBid, Forbidden.
    """
    release = await RELEASES.get(context.connection, command.release_id, for_update=True)
    if release.releasing_id != context.party_id:
        raise NotFound("release", command.release_id, path=("releaseId",))
    require_open(release)
    bids = await repository.open_bids_on(context.connection, release.id)
    if any(meets_minimums(release, bid) for bid in bids):
        raise BindingBid
    withdrawn = replace(release, state=ReleaseState.WITHDRAWN, outcome="withdrawn by the releasing shipper")
    await _store_withdrawal(context, withdrawn, bids)
    return withdrawn


@handles_once(Scope.TRADE, subject=_release_locked, existing=_placed_before)
async def place_bid(command: PlaceBid, context: MarketContext, release: Release, bid_id: UUID) -> Bid:
    """Bid for a release; the bid binds, and replaces the party's open bid on it.

    Raises Forbidden, NotFound, OwnOffer, NotOpen, Prearranged, TooManyBids, BidWorse, CreditExceeded,
    CreditSuspended, NotHeld (when the releasing shipper has not got free what it offered), Conflict, or
    InvalidInput with every fault.
    """
    network_id = release.capacity.network_id
    before = await repository.bids_on(context.connection, release.id)
    bid = bid_on(
        release,
        command,
        context.party_id,
        before,
        context.at,
        bid_id=BidId(bid_id),
        negative_prices=await allows_negative_prices(context, network_id),
    )
    replaced = open_bid_of(context.party_id, before)
    await require_credit_for_bid(context, context.connection, release, bid, replaced)
    if replaced is not None:
        await repository.set_bid_states(context.connection, [replaced.id], BidState.REPLACED)
        context.uow.record(BidReplaced.of(replace(replaced, state=BidState.REPLACED), network_id))
    await BIDS.insert(context.connection, bid)
    if meets_minimums(release, bid):
        await _hold(context, release)
    else:
        await _end_hold_unless_bound(context, release)
    context.uow.record(BidPlaced.of(bid, network_id))
    return bid


@handles(Scope.TRADE)
async def withdraw_bid(command: WithdrawBid, context: MarketContext) -> Bid:
    """Withdraw the party's bid before bids close.

    Raises NotFound for a bid that is not the party's, NotOpen, Forbidden.
    """
    placed = await BIDS.get(context.connection, command.bid_id)
    if placed.bidder_id != context.party_id:
        raise NotFound("bid", command.bid_id, path=("bidId",))
    offered = await RELEASES.get(context.connection, placed.release_id)
    await context.lock_network(offered.capacity.network_id)
    release = await RELEASES.get(context.connection, placed.release_id, for_update=True)
    bid = await BIDS.get(context.connection, placed.id)
    if bid.state is not BidState.OPEN:
        raise NotOpen("bid", bid.state.lower())
    if context.at >= release.bids_close_at:
        raise NotOpen("bid", f"bids closed at {release.bids_close_at:%Y-%m-%d %H:%M} UTC")
    withdrawn = replace(bid, state=BidState.WITHDRAWN)
    await repository.set_bid_states(context.connection, [bid.id], BidState.WITHDRAWN)
    await _end_hold_unless_bound(context, release)
    context.uow.record(BidWithdrawn.of(withdrawn, release.capacity.network_id))
    return withdrawn


async def award_release(command: AwardRelease, caller: MarketCaller) -> Award:
    """Close a release whose time for bids is over, or that is prearranged, and award it to the best bids.

    For the releasing shipper and the operator. The award is empty when no bid won; the release says why.
    Raises NotFound for a release of another party, NotOpen, BidsNotClosed, InputsChanged, Conflict,
    Forbidden.
    """
    caller.principal.require(Scope.OPERATE if Role.OPERATOR in caller.principal.roles else Scope.TRADE)
    async with caller.market.database.read() as connection:
        release = await RELEASES.get(connection, command.release_id)
    if caller.party_id not in (release.releasing_id, release.capacity.operator_id):
        raise NotFound("release", command.release_id, path=("releaseId",))
    if release.state is ReleaseState.OPEN and release.is_biddable and caller.at < release.bids_close_at:
        raise BidsNotClosed(release.bids_close_at)
    return await close(caller, release, command)


async def shrink_releases(context: MarketContext, free: FreeOfContract, *, excluding: Purpose | None) -> None:
    """Shrink the releases of a contract that no bid binds to what is free of it, all but one."""
    releases = await repository.open_on_contract(context.connection, free.contract.id)
    if not releases:
        return
    bound = {*await free.purposes(), excluding}
    for release in releases:
        left = throughout(await free.during(release.capacity.period))
        if release.purpose in bound or left >= release.quantity:
            continue
        rest = shrunk(release, left)
        if rest.state is ReleaseState.OPEN:
            await RELEASES.change_open(context.connection, rest.id, quantity=rest.quantity)
            context.uow.record(ReleaseShrunk.of(rest))
        else:
            bids = await repository.open_bids_on(context.connection, release.id)
            await _store_withdrawal(context, rest, bids)


async def find_releases(
    connection: AsyncConnection,
    principal: Principal,
    network_id: NetworkId,
    *,
    route: Route,
    period: Period,
    at: datetime,
) -> Sequence[Release]:
    """Return open releases on a route that share gas days with `period` and that the party may bid on."""
    are_open = RELEASES.matching(network_id=network_id, route=route, period=period, state=ReleaseState.OPEN)
    found = await newest(connection, RELEASES.listed(*are_open), OFFERS_SHOWN_MAX)
    return [release for release in found if may_bid(release, principal.party_id, at)]


async def _store_withdrawal(context: MarketContext, withdrawn: Release, bids: Sequence[Bid]) -> None:
    await repository.close_release(context.connection, withdrawn)
    await repository.set_bid_states(context.connection, [bid.id for bid in bids], BidState.LOST)
    record_withdrawal(context.uow, withdrawn, bids)


async def _hold(context: MarketContext, release: Release) -> None:
    """Hold what a release offers, unless it is held already.

    It is held until the last gas day of the term is over: an award is made however late it comes.
    """
    if holds.standing(await holds.of_purpose(context.connection, release.purpose)):
        return
    contract = await contracts.behind(context.connection, release.contract_id)
    period = release.capacity.period
    until = (await context.market.clock(contract.network_id)).starts_at(period.end)
    await take(context, contract, release.purpose, period, release.quantity, until=until)


async def _end_hold_unless_bound(context: MarketContext, release: Release) -> None:
    """End what is held for a release when none of its open bids meets its minimums any more."""
    bids = await repository.open_bids_on(context.connection, release.id)
    if not any(meets_minimums(release, bid) for bid in bids):
        await holds.end(context.uow, release.purpose)


async def _prearranged_bidder(context: MarketContext, command: OfferRelease) -> Party | None:
    party_id, code = command.prearranged_bidder_id, command.prearranged_bidder_code
    if party_id is not None:
        return (await parties_by_id(context.connection, [party_id])).get(party_id)
    return None if code is None else await party_by_code(context.connection, code)
