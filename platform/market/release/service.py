"""The commands on releases and their bids, carried out. `at` is the instant of the command, in UTC.

Bidding locks the release's row, never the network. A command that closes a release locks the network first
and then the row, so that no bid slips in between the evaluation and the award.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from secrets import token_hex

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.contracts.price import Flat
from capacity.rights.model import HoldCause, MovementCause, Purpose
from linepack.identity.model import Principal, Role, Scope
from linepack.ids import BidId, ReleaseId, new_id
from linepack.problems import NotFound, Problem
from linepack.unit_of_work import UnitOfWork
from market.access import acting_party
from market.conclusion import Acquisition, conclude, own_contract
from market.errors import NotOpen
from market.free import free
from market.marketplace import Marketplace
from market.release import events, repository
from market.release.award import decide
from market.release.commands import AwardRelease, OfferRelease, PlaceBid
from market.release.errors import BidsNotClosed, BidStands
from market.release.evaluation import Evaluation, Fill
from market.release.model import Award, AwardedBid, Bid, BidState, Release, ReleaseState
from market.release.rules import (
    bid_on,
    meets_minimums,
    release_of,
    require_open,
    terms_at_award,
    why_unawarded,
    without_capacity,
)
from market.repetition import made_before


async def offer_release(
    market: Marketplace, principal: Principal, command: OfferRelease, at: datetime
) -> Release:
    """Offer a part of a contract for release.

    Raises Forbidden, NotFound (a contract that is not the party's), Conflict, or InvalidInput with every
    fault.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        release_id = ReleaseId(new_id())
        if (earlier := await made_before(uow, party_id, command, release_id)) is not None:
            return await repository.get_release(uow.connection, ReleaseId(earlier))
        contract = await own_contract(uow.connection, principal, party_id, command.contract_id)
        clock = await market.clock(contract.network_id)
        release = release_of(command, contract, clock, at, release_id=release_id)
        await repository.insert_release(uow.connection, release)
        uow.record(events.of_release("release.offered", release))
        return release


async def withdraw_release(market: Marketplace, principal: Principal, release_id: ReleaseId) -> Release:
    """Withdraw the party's offer, which it may until a bid that meets its minimums stands.

    Raises NotFound for an offer that is not the party's, NotOpen, BidStands, Forbidden.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        release = await repository.release_for_update(uow.connection, release_id)
        if release.releasing_id != party_id:
            raise NotFound("release", release_id, path=("releaseId",))
        require_open(release)
        bids = await _open_bids(uow, release)
        if any(meets_minimums(release, bid) for bid in bids):
            raise BidStands
        withdrawn = replace(
            release, state=ReleaseState.WITHDRAWN, outcome="withdrawn by the releasing shipper"
        )
        await repository.close_release(uow.connection, withdrawn)
        await repository.set_bid_states(uow.connection, [bid.id for bid in bids], BidState.LOST)
        uow.record(events.of_release("release.withdrawn", withdrawn))
        for bid in bids:
            uow.record(events.of_bid("bid.decided", withdrawn, replace(bid, state=BidState.LOST)))
        return withdrawn


async def place_bid(market: Marketplace, principal: Principal, command: PlaceBid, at: datetime) -> Bid:
    """Bid for a release; the bid binds.

    Raises Forbidden, NotFound, OwnOffer, NotOpen, Prearranged, TooManyBids, BidWorse, Conflict, or
    InvalidInput with every fault.
    """
    party_id = acting_party(principal, Scope.TRADE)
    async with market.unit_of_work() as uow:
        bid_id = BidId(new_id())
        if (earlier := await made_before(uow, party_id, command, bid_id)) is not None:
            return await repository.get_bid(uow.connection, BidId(earlier))
        release = await repository.release_for_update(uow.connection, command.release_id)
        before = await repository.bids_on(uow.connection, release.id)
        bid = bid_on(release, command, party_id, before, at, bid_id=bid_id)
        await repository.insert_bid(uow.connection, bid)
        uow.record(events.of_bid("bid.placed", release, bid))
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
        release = await repository.release_for_update(uow.connection, placed.release_id)
        bid = await repository.get_bid(uow.connection, bid_id)
        if bid.state is not BidState.OPEN:
            raise NotOpen("bid", bid.state.lower())
        if at >= release.bids_close_at:
            raise NotOpen("bid", f"bids closed at {release.bids_close_at:%Y-%m-%d %H:%M} UTC")
        withdrawn = replace(bid, state=BidState.WITHDRAWN)
        await repository.set_bid_states(uow.connection, [bid_id], BidState.WITHDRAWN)
        uow.record(events.of_bid("bid.withdrawn", release, withdrawn))
        return withdrawn


async def award_release(
    market: Marketplace, principal: Principal, command: AwardRelease, at: datetime
) -> Award:
    """Close a release whose time for bids is over, or that is prearranged, and award it to the best bids.

    For the releasing shipper and the operator. The award is empty when no bid won; the release says why.
    Raises NotFound for a release of another party, NotOpen, BidsNotClosed, Conflict, Forbidden.
    """
    party_id = acting_party(principal, Scope.OPERATE if Role.OPERATOR in principal.roles else Scope.TRADE)
    async with market.unit_of_work() as uow:
        offered = await repository.get_release(uow.connection, command.release_id)
        if party_id not in (offered.releasing_id, offered.capacity.operator_id):
            raise NotFound("release", command.release_id, path=("releaseId",))
        await uow.lock_network(offered.capacity.network_id)
        if (earlier := await made_before(uow, party_id, command, offered.id)) is not None:
            award = await repository.award_of(uow.connection, principal, ReleaseId(earlier))
        else:
            release = await repository.release_for_update(uow.connection, offered.id)
            require_open(release)
            if release.is_biddable and at < release.bids_close_at:
                raise BidsNotClosed(release.bids_close_at)
            award = await _close(uow, release, at)
        if award is None:
            raise RuntimeError(f"release {offered.id} was remembered as awarded and has no award")
        return award


async def close_due(uow: UnitOfWork, now: datetime) -> int:
    """Close all releases of one network whose time for bids is over; return how many.

    The network is that of the release which is overdue the longest, so calling this again and again closes
    all of them. Takes that network's lock, and therefore comes first in its unit of work.
    """
    due = await repository.earliest_due(uow.connection, now)
    if due is None:
        return 0
    await uow.lock_network(due.capacity.network_id)
    count = 0
    for release_id in await repository.due_on(uow.connection, due.capacity.network_id, now):
        release = await repository.release_for_update(uow.connection, release_id)
        if release.state is ReleaseState.OPEN:
            await _close(uow, release, now)
            count += 1
    return count


async def _close(uow: UnitOfWork, release: Release, at: datetime) -> Award:
    """Evaluate and award an open release; its row and its network's lock are held."""
    parent = await contracts.behind(uow.connection, release.contract_id)
    bids = await _open_bids(uow, release)
    left = await free(uow.connection, parent, release.capacity.period, at=at, excluding=_purpose(release))
    terms = terms_at_award(release, left, at)
    candidates, seed = [bid.candidate for bid in bids], token_hex(16)
    evaluation, record = decide(terms, candidates, seed)
    won = _winning(bids, evaluation)
    children: list[Contract] = []
    outcome = "" if won else why_unawarded(release, terms, evaluation, at)
    try:
        if won:
            children = await _pass(uow, release, parent, won, at)
    except Problem as refusal:
        evaluation, record = decide(without_capacity(terms), candidates, seed)
        won, outcome = [], refusal.message
    awards = tuple(
        AwardedBid(bid.id, bid.bidder_id, child.id, quantity, bid.rate, bid.period)
        for (bid, quantity), child in zip(won, children, strict=True)
    )
    award = Award(release.id, at, awards, record)
    state = ReleaseState.AWARDED if awards else ReleaseState.UNAWARDED
    closed = replace(release, state=state, outcome=outcome)
    await _store(uow, closed, bids, award)
    if awards:
        uow.record(events.awarded(closed, award, parent, children))
    uow.record(events.closed(closed, award))
    _tell_bidders(uow, closed, bids, award, evaluation.fills)
    return award


def _winning(bids: Sequence[Bid], evaluation: Evaluation) -> list[tuple[Bid, int]]:
    quantities = {fill.bid_id: fill.quantity for fill in evaluation.fills}
    return [(bid, quantities[str(bid.id)]) for bid in bids if quantities[str(bid.id)]]


async def _pass(
    uow: UnitOfWork, release: Release, parent: Contract, won: Sequence[tuple[Bid, int]], at: datetime
) -> list[Contract]:
    acquisitions = [Acquisition(bid.bidder_id, quantity, bid.period, Flat(bid.rate)) for bid, quantity in won]
    return await conclude(
        uow,
        parent,
        acquisitions,
        cause=MovementCause.RELEASE,
        cause_id=release.id,
        purpose=_purpose(release),
        at=at,
    )


def _purpose(release: Release) -> Purpose:
    return Purpose(HoldCause.RELEASE, release.id)


async def _store(uow: UnitOfWork, release: Release, bids: Sequence[Bid], award: Award) -> None:
    winning = {won.bid_id for won in award.awards}
    await repository.close_release(uow.connection, release)
    await repository.set_bid_states(uow.connection, sorted(winning), BidState.AWARDED)
    losing = [bid.id for bid in bids if bid.id not in winning]
    await repository.set_bid_states(uow.connection, losing, BidState.LOST)
    await repository.insert_award(uow.connection, award)


def _tell_bidders(
    uow: UnitOfWork, release: Release, bids: Sequence[Bid], award: Award, fills: Sequence[Fill]
) -> None:
    winning = {won.bid_id for won in award.awards}
    fill_of = {fill.bid_id: fill for fill in fills}
    for bid in bids:
        state = BidState.AWARDED if bid.id in winning else BidState.LOST
        uow.record(events.of_bid("bid.decided", release, replace(bid, state=state), fill_of[str(bid.id)]))


async def _open_bids(uow: UnitOfWork, release: Release) -> list[Bid]:
    bids = await repository.bids_on(uow.connection, release.id)
    return [bid for bid in bids if bid.state is BidState.OPEN]
