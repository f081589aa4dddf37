"""The commands on releases and their bids, carried out. `at` is the instant of the command, in UTC.

Bidding locks the network first and then the release's row: the first bid that meets the minimums takes a hold
on the capacity, and the last one to go ends it. How a release is closed: `market.releases.closing`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from capacity.contracts import repository as contracts
from capacity.rights import holds
from linepack.access import Principal, Role, Scope
from linepack.commands.unit_of_work import UnitOfWork
from linepack.identity.model import Party
from linepack.identity.repository import parties_by_id
from linepack.ids import BidId, PartyId, ReleaseId, new_id
from linepack.problems import NotFound
from market.commands.access import acting_party
from market.commands.idempotency import made_before
from market.errors import NotOpen
from market.holds.free import free, require_free
from market.holds.service import take
from market.marketplace import Marketplace
from market.products.repository import allows_negative_prices
from market.releases import events, repository
from market.releases.closing import Claimed, close
from market.releases.commands import AwardRelease, OfferRelease, PlaceBid
from market.releases.errors import BidsNotClosed, BindingBid
from market.releases.model import Award, Bid, BidState, Release, ReleaseState
from market.releases.rules import (
    bid_on,
    meets_minimums,
    open_bid_of,
    release_of,
    require_open,
    require_releasable,
)
from market.rights_transfer.transfer import own_contract


async def offer_release(
    market: Marketplace, principal: Principal, command: OfferRelease, at: datetime
) -> Release:
    """Offer a part of a contract for release: no more than is free of it.

    Raises Forbidden, NotFound (a contract that is not the party's), HeldByTransferOfUse, Interruptible,
    NotHeld, Conflict, or InvalidInput with every fault.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        contract = await own_contract(uow.connection, principal, party_id, command.contract_id)
        await uow.lock_network(contract.network_id)
        release_id = ReleaseId(new_id())
        if (earlier := await made_before(uow, party_id, command, release_id)) is not None:
            return await repository.get_release(uow.connection, ReleaseId(earlier))
        require_releasable(contract)
        clock = await market.clock(contract.network_id)
        bidder = await _party(uow, command.prearranged_bidder_id)
        release = release_of(
            command,
            contract,
            clock,
            at,
            release_id=release_id,
            bidder=bidder,
            negative_prices=await allows_negative_prices(
                uow.connection, contract.network_id, clock.gas_day(at)
            ),
        )
        left = await free(uow.connection, contract, release.capacity.period, at=at)
        require_free(left, release.quantity)
        await repository.insert_release(uow.connection, release)
        uow.record(events.ReleaseOffered.of(release))
        return release


async def withdraw_release(market: Marketplace, principal: Principal, release_id: ReleaseId) -> Release:
    """Withdraw the party's offer, which it may until a bid that meets its minimums stands.

    Raises NotFound for an offer that is not the party's, NotOpen, BindingBid, Forbidden.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        release = await repository.release_for_update(uow.connection, release_id)
        if release.releasing_id != party_id:
            raise NotFound("release", release_id, path=("releaseId",))
        require_open(release)
        bids = await repository.open_bids_on(uow.connection, release_id)
        if any(meets_minimums(release, bid) for bid in bids):
            raise BindingBid
        withdrawn = replace(
            release, state=ReleaseState.WITHDRAWN, outcome="withdrawn by the releasing shipper"
        )
        await repository.close_release(uow.connection, withdrawn)
        await repository.set_bid_states(uow.connection, [bid.id for bid in bids], BidState.LOST)
        events.record_withdrawal(uow, withdrawn, bids)
        return withdrawn


async def place_bid(market: Marketplace, principal: Principal, command: PlaceBid, at: datetime) -> Bid:
    """Bid for a release; the bid binds, and replaces the party's open bid on it.

    Raises Forbidden, NotFound, OwnOffer, NotOpen, Prearranged, TooManyBids, BidWorse, NotHeld (when the
    releasing shipper has not got free what it offered), Conflict, or InvalidInput with every fault.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        offered = await repository.get_release(uow.connection, command.release_id)
        clock = await market.clock(offered.capacity.network_id)
        await uow.lock_network(offered.capacity.network_id)
        bid_id = BidId(new_id())
        if (earlier := await made_before(uow, party_id, command, bid_id)) is not None:
            return await repository.get_bid(uow.connection, BidId(earlier))
        release = await repository.release_for_update(uow.connection, command.release_id)
        before = await repository.bids_on(uow.connection, release.id)
        negative_prices = await allows_negative_prices(
            uow.connection, release.capacity.network_id, clock.gas_day(at)
        )
        bid = bid_on(release, command, party_id, before, at, bid_id=bid_id, negative_prices=negative_prices)
        if (replaced := open_bid_of(party_id, before)) is not None:
            await repository.set_bid_states(uow.connection, [replaced.id], BidState.REPLACED)
            replaced = replace(replaced, state=BidState.REPLACED)
            uow.record(events.BidReplaced.of(replaced, release.capacity.network_id))
        await repository.insert_bid(uow.connection, bid)
        if meets_minimums(release, bid):
            await _hold(market, uow, release, at)
        else:
            await _let_go_unless_bound(uow, release)
        uow.record(events.BidPlaced.of(bid, release.capacity.network_id))
        return bid


async def withdraw_bid(market: Marketplace, principal: Principal, bid_id: BidId, at: datetime) -> Bid:
    """Withdraw the party's bid before bids close; it may bid again at equal or better value only.

    Raises NotFound for a bid that is not the party's, NotOpen, Forbidden.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        placed = await repository.get_bid(uow.connection, bid_id)
        if placed.bidder_id != party_id:
            raise NotFound("bid", bid_id, path=("bidId",))
        offered = await repository.get_release(uow.connection, placed.release_id)
        await uow.lock_network(offered.capacity.network_id)
        release = await repository.release_for_update(uow.connection, placed.release_id)
        bid = await repository.get_bid(uow.connection, bid_id)
        if bid.state is not BidState.OPEN:
            raise NotOpen("bid", bid.state.lower())
        if at >= release.bids_close_at:
            raise NotOpen("bid", f"bids closed at {release.bids_close_at:%Y-%m-%d %H:%M} UTC")
        withdrawn = replace(bid, state=BidState.WITHDRAWN)
        await repository.set_bid_states(uow.connection, [bid_id], BidState.WITHDRAWN)
        await _let_go_unless_bound(uow, release)
        uow.record(events.BidWithdrawn.of(withdrawn, release.capacity.network_id))
        return withdrawn


async def award_release(
    market: Marketplace, principal: Principal, command: AwardRelease, at: datetime
) -> Award:
    """Close a release whose time for bids is over, or that is prearranged, and award it to the best bids.

    For the releasing shipper and the operator. The award is empty when no bid won; the release says why.
    Raises NotFound for a release of another party, NotOpen, BidsNotClosed, InputsChanged, Conflict,
    Forbidden.
    """
    party_id = acting_party(principal, Scope.OPERATE if Role.OPERATOR in principal.roles else Scope.TRADE)
    async with market.database.read() as connection:
        release = await repository.get_release(connection, command.release_id)
    if party_id not in (release.releasing_id, release.capacity.operator_id):
        raise NotFound("release", command.release_id, path=("releaseId",))
    if release.state is ReleaseState.OPEN and release.is_biddable and at < release.bids_close_at:
        raise BidsNotClosed(release.bids_close_at)
    return await close(market, release, at, Claimed(principal, party_id, command))


async def _hold(market: Marketplace, uow: UnitOfWork, release: Release, at: datetime) -> None:
    """Hold what a release offers, unless it is held already.

    It is held until the last gas day of the term is over: an award is made however late it comes.
    """
    if holds.standing(await holds.of_purpose(uow.connection, release.purpose)):
        return
    contract = await contracts.behind(uow.connection, release.contract_id)
    period = release.capacity.period
    until = (await market.clock(contract.network_id)).starts_at(period.end)
    await take(uow, contract, release.purpose, period, release.quantity, until=until, at=at)


async def _let_go_unless_bound(uow: UnitOfWork, release: Release) -> None:
    """End what is held for a release when none of its open bids meets its minimums any more."""
    bids: Sequence[Bid] = await repository.open_bids_on(uow.connection, release.id)
    if not any(meets_minimums(release, bid) for bid in bids):
        await holds.end(uow, release.purpose)


async def _party(uow: UnitOfWork, party_id: PartyId | None) -> Party | None:
    if party_id is None:
        return None
    return (await parties_by_id(uow.connection, [party_id])).get(party_id)
