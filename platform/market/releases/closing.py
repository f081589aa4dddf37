"""Closing a release: its bids are evaluated, the winners acquire the capacity, the rest is free again.

The evaluation runs in a thread, on inputs read beforehand. Under the network's lock they are read again, and
the outcome is written only if the hash of both is the same; else it is evaluated anew.

An award is made as of the instant at which it was due, which is the close of bids, whenever that happens: the
evaluation sees the whole term, and what has begun meanwhile is left out of the winners' contracts. The
record (`market.releases.award_record`) therefore does not depend on when the worker came.

A release that cannot be closed is parked with the reason and does not stop the others. It keeps its bids and
what is held for it, until `close_parked` or its parties close it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import Flat
from capacity.rights import holds
from capacity.rights.errors import RightsExceeded
from capacity.rights.model import MovementCause
from linepack.commands.handling import made_before
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import DATABASE_FAULTS, is_away
from linepack.gasday import GasDay
from linepack.ids import ReleaseId
from linepack.monitoring.logging import logger
from linepack.problems import Problem
from market.context import MarketCaller, MarketContext
from market.errors import NotHeld, NotOpen
from market.holds.free import free
from market.releases import events, repository
from market.releases.award_record import AwardRecord, decide, inputs_hash
from market.releases.bid_evaluation import Evaluation, Terms
from market.releases.commands import AwardRelease
from market.releases.errors import InputsChanged
from market.releases.model import Award, AwardedBid, Bid, BidState, Parked, Release, ReleaseState
from market.releases.repository import RELEASES
from market.releases.rules import (
    Win,
    due_at,
    fill_left,
    first_day_left,
    require_open,
    terms_at_award,
    why_unawarded,
    winning,
    without_capacity,
)
from market.rights_transfer.transfer import Acquisition, transfer

NO_LONGER_HELD = "the releasing shipper no longer holds the capacity"
"""What everyone reads; how much it still has is its own affair."""
EVALUATIONS_MAX = 5
"""One is usual: after the close, inputs change only where an offer that no bid binds loses its capacity."""


@dataclass(frozen=True, slots=True)
class _Question:
    """What a release is decided on."""

    release: Release
    parent: Contract
    bids: tuple[Bid, ...]
    terms: Terms
    hash: str

    def decide(self, seed: str) -> tuple[Evaluation, AwardRecord]:
        return decide(self.terms, [bid.candidate for bid in self.bids], seed)


async def close(caller: MarketCaller, release: Release, command: AwardRelease | None = None) -> Award:
    """Evaluate an open release and award it to the best bids; return the award, empty when no bid won.

    With a `command` it has one effect however often that arrives. Raises NotOpen, and InputsChanged when its
    inputs changed during every evaluation.
    """
    market, at = caller.market, caller.at
    first_day = first_day_left(await market.clock(release.capacity.network_id), at)
    async with market.database.read() as connection:
        asked = await _question(connection, release.id, at)
    for _ in range(EVALUATIONS_MAX):
        seed = token_hex(16)
        decided = None if asked is None else await asyncio.to_thread(asked.decide, seed)
        async with caller.transaction() as context:
            await context.lock_network(release.capacity.network_id)
            locked = await RELEASES.get(context.connection, release.id, for_update=True)
            found = await _question(context.connection, release.id, at)
            if _hash(found) == _hash(asked):
                if command is not None and await made_before(command, context, release.id) is not None:
                    return await _awarded_before(context, release.id)
                require_open(locked)
                if found is None or decided is None:
                    raise RuntimeError(f"release {release.id} is open and has no inputs")
                return await _Closing(found, first_day).write(context, *decided, seed)
            asked = found
    raise InputsChanged


async def close_due(caller: MarketCaller) -> int:
    """Close every release whose time for bids is over, each in a transaction of its own; return how many.

    One that cannot be closed is parked. A fault of the database is raised when all have been tried.
    """
    async with caller.market.database.read() as connection:
        due = await repository.due(connection, caller.at)
    return await _close_each(caller, due)


async def close_parked(caller: MarketCaller) -> tuple[int, int]:
    """Try the parked releases again; return how many were (closed, not closed)."""
    async with caller.market.database.read() as connection:
        parked = await repository.parked(connection)
    closed = await _close_each(caller, parked)
    return closed, len(parked) - closed


async def _close_each(caller: MarketCaller, releases: Sequence[Release]) -> int:
    count = 0
    unreachable: BaseException | None = None
    for release in releases:
        try:
            count += await _close_or_park(caller, release)
        except DATABASE_FAULTS as fault:
            logger.warning("release_lost_database", release=str(release.id), fault=str(fault))
            unreachable = fault
    if unreachable is not None:
        raise unreachable
    return count


async def _close_or_park(caller: MarketCaller, release: Release) -> bool:
    parked: Parked
    now = caller.at
    try:
        await close(caller, release)
    except (NotOpen, InputsChanged):
        return False
    except DATABASE_FAULTS as fault:
        if is_away(fault):
            raise
        logger.exception("release_refused_by_database", release=str(release.id))
        parked = Parked(
            "DATABASE_REFUSED", "the database refused the award; the log has the reason", caller.at
        )
    except Problem as problem:
        parked = Parked(problem.code, problem.message, now)
    except Exception as fault:
        logger.exception("release_fault", release=str(release.id))
        reason = f"an unexpected fault, {type(fault).__name__}; the log has the reason"
        parked = Parked("INTERNAL", reason, now)
    else:
        return True
    logger.error("release_parked", release=str(release.id), code=parked.code, reason=parked.reason)
    async with caller.transaction() as context:
        await repository.park(context.connection, release.id, parked)
    return False


async def _awarded_before(context: MarketContext, release_id: ReleaseId) -> Award:
    award = await repository.award_of(context.connection, context.principal, release_id)
    if award is None:
        raise RuntimeError(f"release {release_id} was remembered as awarded and has no award")
    return award


async def _question(connection: AsyncConnection, release_id: ReleaseId, at: datetime) -> _Question | None:
    """Return what an open release is decided on; None when it is not open any more."""
    release = await RELEASES.get(connection, release_id)
    if release.state is not ReleaseState.OPEN:
        return None
    parent = await contracts.behind(connection, release.contract_id)
    bids = tuple(await repository.open_bids_on(connection, release_id))
    left = await free(connection, parent, release.capacity.period, at=at, excluding=release.purpose)
    terms = terms_at_award(release, left)
    return _Question(release, parent, bids, terms, inputs_hash(terms, [bid.candidate for bid in bids]))


def _hash(question: _Question | None) -> str:
    return "" if question is None else question.hash


@dataclass(frozen=True, slots=True)
class _Closing:
    """The writing of one decision; the release's row and its network's lock are held."""

    question: _Question
    first_day: GasDay

    async def write(
        self, context: MarketContext, evaluation: Evaluation, record: AwardRecord, seed: str
    ) -> Award:
        """Store what was decided, pass the capacity on, and let go of what is still held."""
        question, release, uow = self.question, self.question.release, context.uow
        won = winning(question.bids, evaluation, self.first_day)
        children: list[Contract] = []
        outcome = "" if won else why_unawarded(question.terms, evaluation)
        try:
            if won:
                children = await self._pass(context, won)
        except RightsExceeded:
            raise  # contracts are written already, and the ledger does not cover them: nothing may be kept
        except Problem as refusal:
            question = replace(question, terms=without_capacity(question.terms))
            evaluation, record = question.decide(seed)
            won, outcome = [], NO_LONGER_HELD if isinstance(refusal, NotHeld) else refusal.message
        awards = tuple(
            AwardedBid(win.bid.id, win.bid.bidder_id, child.id, win.quantity, win.bid.rate, win.period)
            for win, child in zip(won, children, strict=True)
        )
        award = Award(release.id, context.at, due_at(release, context.at), self.first_day, awards, record)
        state = ReleaseState.AWARDED if awards else ReleaseState.UNAWARDED
        closed = replace(release, state=state, outcome=outcome)
        await holds.end(uow, release.purpose)
        await self._store(uow, closed, award)
        if awards:
            uow.record(events.ReleaseAwarded.of(closed, award, question.parent, children))
        uow.record(events.ReleaseClosed.by(closed, award))
        self._inform_bidders(uow, closed, award, evaluation)
        return award

    async def _pass(self, context: MarketContext, won: Sequence[Win]) -> list[Contract]:
        release = self.question.release
        acquisitions = [
            Acquisition(win.bid.bidder_id, win.quantity, win.period, Flat(win.bid.rate)) for win in won
        ]
        return await transfer(
            context,
            self.question.parent,
            acquisitions,
            cause=MovementCause.RELEASE,
            cause_id=release.id,
            purpose=release.purpose,
        )

    async def _store(self, uow: UnitOfWork, closed: Release, award: Award) -> None:
        winners = {won.bid_id for won in award.awards}
        losers = [bid.id for bid in self.question.bids if bid.id not in winners]
        await repository.close_release(uow.connection, closed)
        await repository.set_bid_states(uow.connection, sorted(winners), BidState.AWARDED)
        await repository.set_bid_states(uow.connection, losers, BidState.LOST)
        await repository.insert_award(uow.connection, award)

    def _inform_bidders(self, uow: UnitOfWork, closed: Release, award: Award, evaluation: Evaluation) -> None:
        winners = {won.bid_id for won in award.awards}
        fills = {fill.bid_id: fill for fill in evaluation.fills}
        for bid in self.question.bids:
            state = BidState.AWARDED if bid.id in winners else BidState.LOST
            fill = fill_left(fills[str(bid.id)], bid, self.first_day)
            decided = replace(bid, state=state)
            uow.record(events.BidDecided.by(decided, closed.capacity.network_id, fill))
