"""The commands on network clearings and their bids, carried out. How one is closed: `closing`.

A bid locks the network first and then the clearing's row: what is offered is held, and credit is asked for
what is to be bought. Withdrawing one to buy locks the row alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from capacity.networks.repository import PublishedNetwork
from capacity.rights import holds
from linepack.access import Scope
from linepack.commands.handling import handles, handles_once
from linepack.ids import ClearingBidId, ClearingId
from linepack.jobs.model import Job, NewJob
from linepack.jobs.service import enqueue
from linepack.problems import NotFound
from market.clearing.model import Side
from market.commands.access import own_contract, require_operator
from market.context import MarketCaller, MarketContext
from market.holds.service import take
from market.network_clearings import repository
from market.network_clearings.closing import NO_BIDS, close
from market.network_clearings.commands import (
    AwardClearing,
    DraftClearing,
    OpenClearing,
    PlacePathBid,
    WithdrawClearing,
    WithdrawPathBid,
)
from market.network_clearings.credit import require_credit_for_path_bid
from market.network_clearings.errors import BidsNotClosed, NotClearable
from market.network_clearings.events import (
    ClearingOpened,
    ClearingWithdrawn,
    PathBidDecided,
    PathBidPlaced,
    PathBidWithdrawn,
)
from market.network_clearings.inputs import inputs_of
from market.network_clearings.model import ClearingState, NetworkClearing, PathBid, PathBidState
from market.network_clearings.repository import CLEARINGS, PATH_BIDS
from market.network_clearings.rules import (
    bid_of,
    clearing_of,
    require_open,
    require_taking_bids,
    require_withdrawable,
)

NETWORK_CLEARING = "network_clearing"
"""The kind of job that clears a draft."""
WITHDRAWN = "the operator has called the clearing off"


async def _own_network(command: OpenClearing, context: MarketContext) -> PublishedNetwork:
    published = await context.market.published(command.network_id)
    require_operator(context, published)
    return published


async def _clearing_locked(command: PlacePathBid, context: MarketContext) -> NetworkClearing:
    clearing = await CLEARINGS.get(context.connection, command.clearing_id)
    await context.lock_network(clearing.network_id)
    return await CLEARINGS.get(context.connection, command.clearing_id, for_update=True)


async def _opened_before(context: MarketContext, clearing_id: UUID) -> NetworkClearing:
    return await CLEARINGS.get(context.connection, ClearingId(clearing_id))


async def _placed_before(context: MarketContext, bid_id: UUID) -> PathBid:
    return await PATH_BIDS.get(context.connection, ClearingBidId(bid_id))


@handles_once(Scope.OPERATE, subject=_own_network, existing=_opened_before)
async def open_clearing(
    command: OpenClearing, context: MarketContext, published: PublishedNetwork, clearing_id: UUID
) -> NetworkClearing:
    """Open a clearing of a network.

    Raises Forbidden, NotFound (another operator's network), Conflict, or InvalidInput with every fault.
    """
    clearing = clearing_of(command, published, context.at, ClearingId(clearing_id))
    await CLEARINGS.insert(context.connection, clearing)
    context.uow.record(ClearingOpened.of(clearing))
    return clearing


@handles_once(Scope.TRADE, subject=_clearing_locked, existing=_placed_before)
async def place_path_bid(
    command: PlacePathBid, context: MarketContext, clearing: NetworkClearing, bid_id: UUID
) -> PathBid:
    """Bid to buy capacity on a path, or offer a part of a contract, which is held from then on.

    Raises Forbidden, NotFound, NotOpen, TooManyBids, NotFirm, AgainstOwnBid, NotHeld, CreditSuspended,
    CreditExceeded, Conflict, or InvalidInput with every fault.
    """
    contract = None
    if command.contract_id is not None:
        contract = await own_contract(context, command.contract_id)
        if contract.network_id != clearing.network_id:
            raise NotFound("contract", command.contract_id, path=("contractId",))
    bid = bid_of(
        clearing,
        command,
        (await context.market.published(clearing.network_id)).network,
        contract,
        before=await repository.placed_before(context.connection, clearing.id, context.party_id),
        at=context.at,
        party_id=context.party_id,
        bid_id=ClearingBidId(bid_id),
    )
    if contract is not None:
        until = (await context.market.clock(clearing.network_id)).starts_at(bid.period.end)
        await take(context, contract, bid.purpose, bid.period, bid.quantity, until=until)
    await require_credit_for_path_bid(context, clearing, bid)
    await PATH_BIDS.insert(context.connection, bid)
    context.uow.record(PathBidPlaced.of(bid))
    return bid


@handles(Scope.TRADE)
async def withdraw_path_bid(command: WithdrawPathBid, context: MarketContext) -> PathBid:
    """Take the party's bid back before bids close; what it held is free again.

    Raises NotFound for a bid that is not the party's, NotOpen, BidLinked, Forbidden.
    """
    placed = await PATH_BIDS.get(context.connection, command.bid_id)
    if placed.party_id != context.party_id:
        raise NotFound("bid", command.bid_id, path=("bidId",))
    clearing = await CLEARINGS.get(context.connection, placed.clearing_id)
    if placed.side is Side.SELL:
        await context.lock_network(clearing.network_id)
    clearing = await CLEARINGS.get(context.connection, clearing.id, for_update=True)
    require_taking_bids(clearing, context.at)
    bid = await PATH_BIDS.get(context.connection, placed.id)
    others = await repository.placed_before(context.connection, clearing.id, context.party_id)
    require_withdrawable(bid, others.own)
    await repository.set_bid_states(context.connection, [bid.id], PathBidState.WITHDRAWN)
    if bid.side is Side.SELL:
        await holds.end(context.uow, bid.purpose)
    withdrawn = replace(bid, state=PathBidState.WITHDRAWN)
    context.uow.record(PathBidWithdrawn.of(withdrawn))
    return withdrawn


@handles(Scope.OPERATE)
async def withdraw_clearing(command: WithdrawClearing, context: MarketContext) -> NetworkClearing:
    """Call a clearing of the operator's off: its bids are lost, and nothing is held for them any more.

    Raises NotFound for a clearing of another operator, NotOpen, Forbidden.
    """
    opened = await _own_clearing(context, command.clearing_id)
    await context.lock_network(opened.network_id)
    clearing = await CLEARINGS.get(context.connection, opened.id, for_update=True)
    require_open(clearing)
    bids = await repository.open_bids_in(context.connection, clearing.id)
    withdrawn = clearing.ended(ClearingState.WITHDRAWN, WITHDRAWN)
    await repository.close_clearing(context.connection, withdrawn)
    await _lose(context, bids)
    context.uow.record(ClearingWithdrawn.of(withdrawn))
    return withdrawn


@handles(Scope.OPERATE)
async def draft_clearing(command: DraftClearing, context: MarketContext) -> Job:
    """Return the job that clears the bids of the operator's clearing as they are now.

    The one that did, if nothing has changed. Raises NotFound for a clearing of another operator, NotOpen,
    NotClearable where there is no bid, TooManyJobs, Forbidden.
    """
    clearing = await _own_clearing(context, command.clearing_id)
    require_open(clearing)
    view = await context.market.networks.refreshed(context.connection, clearing.network_id)
    bids = await repository.open_bids_in(context.connection, clearing.id)
    if not bids:
        raise NotClearable(NO_BIDS)
    new = NewJob(
        network_id=clearing.network_id,
        operator_id=clearing.operator_id,
        requested_by=clearing.operator_id,
        kind=NETWORK_CLEARING,
        input={"solver": command.solver, "inputs": inputs_of(clearing, view, bids)},
    )
    return await enqueue(context.uow, new)


async def award_clearing(command: AwardClearing, caller: MarketCaller) -> NetworkClearing:
    """Clear and award once bids are closed; workers do it by themselves, unless they could not.

    Raises NotFound for a clearing of another operator, NotOpen, BidsNotClosed, NotClearable, InvalidInput
    where the rights outstanding exceed the network, Forbidden.
    """
    caller.principal.require(Scope.OPERATE)
    async with caller.transaction() as context:
        clearing = await _own_clearing(context, command.clearing_id)
    if clearing.state is ClearingState.OPEN and caller.at < clearing.closes_at:
        raise BidsNotClosed(clearing.closes_at)
    return await close(caller, clearing)


async def _own_clearing(context: MarketContext, clearing_id: ClearingId) -> NetworkClearing:
    clearing = await CLEARINGS.get(context.connection, clearing_id)
    if clearing.operator_id != context.party_id:
        raise NotFound("clearing", clearing_id, path=("clearingId",))
    return clearing


async def _lose(context: MarketContext, bids: Sequence[PathBid]) -> None:
    await repository.set_bid_states(context.connection, [bid.id for bid in bids], PathBidState.LOST)
    for bid in bids:
        if bid.side is Side.SELL:
            await holds.end(context.uow, bid.purpose)
        lost = replace(bid, state=PathBidState.LOST)
        context.uow.record(PathBidDecided.of(lost, awarded=0, text=WITHDRAWN))
