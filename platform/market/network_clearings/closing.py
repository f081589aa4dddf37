"""How a clearing is closed: run, compared with what has changed since, and awarded in one transaction.

A run takes its time without the network's lock. Under the lock what it was made on is read again: only where
that has the same hash is it awarded, otherwise it is run again. Bids do not change after the close, but
rights may; a clearing that was overtaken `RUNS_MAX` times is run once more under the lock, while bookings
wait. Whatever ends a process between a run and its award leaves the clearing open, and the next one runs it
again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.booking import booking
from capacity.contracts.contract import Contract, contract_code
from capacity.contracts.pricing.price import Flat
from capacity.feasibility.network_views import NetworkView
from capacity.networks import repository as networks
from capacity.rights import holds, ledger
from capacity.rights.model import Firmness, MovementCause
from linepack.database.connections import DATABASE_FAULTS, is_away
from linepack.ids import ClearingBidId, ContractId
from linepack.monitoring.logging import logger
from linepack.problems import Problem
from market.clearing.model import Side
from market.clearing.result import Award, Clearing
from market.context import MarketCaller, MarketContext
from market.errors import NotOpen
from market.network_clearings import events, repository
from market.network_clearings.errors import NotClearable
from market.network_clearings.inputs import Inputs, documents, inputs_of
from market.network_clearings.model import (
    ClearingAward,
    ClearingRecord,
    ClearingState,
    NetworkClearing,
    Parked,
    PathBid,
    PathBidState,
)
from market.network_clearings.repository import CLEARINGS
from market.network_clearings.rules import require_open
from market.rights_transfer.transfer import Acquisition, transfer
from market.set_asides.service import end_lapsed

RUNS_MAX: Final = 3
"""Runs that what changes meanwhile may overtake, before one is made under the network's lock."""
NO_BIDS: Final = "no bid was placed"
BEGUN: Final = "its first gas day had begun before it could be awarded"
NOTHING: Final = "no bid could be awarded anything"


@dataclass(frozen=True, slots=True)
class _Question:
    """What an open clearing is decided on."""

    clearing: NetworkClearing
    view: NetworkView
    bids: tuple[PathBid, ...]
    inputs: Inputs


async def close(caller: MarketCaller, clearing: NetworkClearing) -> NetworkClearing:
    """Run an open clearing and award it; return it as it is then.

    Raises NotOpen, NotClearable, and InvalidInput where the rights outstanding exceed the network; then
    nothing is written.
    """
    async with caller.market.database.read() as connection:
        asked = await question(connection, caller, clearing)
    found = await _run(caller, asked)
    for run in range(RUNS_MAX + 1):
        async with caller.transaction() as context:
            await context.lock_network(clearing.network_id)
            locked = await CLEARINGS.get(context.connection, clearing.id, for_update=True)
            require_open(locked)
            now = await question(context.connection, caller, locked)
            if now.view.rights.has_lapsed(caller.at):
                await end_lapsed(context.uow, clearing.network_id, caller.at)
                now = await question(context.connection, caller, locked)
            if now.inputs.hash != asked.inputs.hash and run == RUNS_MAX:
                asked, found = now, await _run(caller, now)
            if now.inputs.hash == asked.inputs.hash:
                return await _Closing(now, found).write(context)
        asked, found = now, await _run(caller, now)
    raise RuntimeError(f"clearing {clearing.id} was overtaken under its network's lock")


async def close_due(caller: MarketCaller) -> int:
    """Close every clearing whose time for bids is over; return how many.

    One that cannot be closed is parked: its operator may ask for the award again, or call it off, until its
    first gas day begins. A fault of the database that is away is raised.
    """
    async with caller.market.database.read() as connection:
        due = await repository.due(connection, caller.at)
        parked = await repository.parked(connection)
    for clearing in parked:
        clock = await caller.market.clock(clearing.network_id)
        if clock.starts_at(clearing.period.start) <= caller.at:
            due.append(clearing)
    return sum([await _close_or_park(caller, clearing) for clearing in due])


async def question(connection: AsyncConnection, caller: MarketCaller, clearing: NetworkClearing) -> _Question:
    """Return what a clearing is decided on, as the connection sees it."""
    view = await caller.market.networks.refreshed(connection, clearing.network_id)
    bids = await repository.open_bids_in(connection, clearing.id)
    content = await networks.revision_content(connection, view.published.revision_id)
    return _Question(clearing, view, tuple(bids), Inputs(inputs_of(clearing, view, bids), content))


async def _run(caller: MarketCaller, asked: _Question) -> Clearing | None:
    """Return what is to be awarded, None where nothing can be."""
    if asked.inputs.is_empty or _has_begun(asked, caller.at):
        return None
    found = await asyncio.to_thread(asked.inputs.cleared, caller.market.verifiers.solver, caller.at)
    if not found.is_proved:
        raise NotClearable("not all rights after it were proved in time")
    if found.gap > Fraction(asked.clearing.gap_max) * found.bound:
        raise NotClearable("a better award may be worth more than this one by more than is allowed")
    return found


def _has_begun(asked: _Question, at: datetime) -> bool:
    return asked.view.published.network.clock.starts_at(asked.clearing.period.start) <= at


async def _close_or_park(caller: MarketCaller, clearing: NetworkClearing) -> bool:
    try:
        await close(caller, clearing)
    except NotOpen:
        return False
    except DATABASE_FAULTS as fault:
        if is_away(fault):
            raise
        logger.exception("clearing_refused_by_database", clearing=str(clearing.id))
        parked = Parked(
            "DATABASE_REFUSED", "the database refused the award; the log has the reason", caller.at
        )
    except Problem as problem:
        parked = Parked(problem.code, problem.message, caller.at)
    except Exception as fault:
        logger.exception("clearing_fault", clearing=str(clearing.id))
        reason = f"an unexpected fault, {type(fault).__name__}; the log has the reason"
        parked = Parked("INTERNAL", reason, caller.at)
    else:
        return True
    logger.error("clearing_parked", clearing=str(clearing.id), code=parked.code, reason=parked.reason)
    async with caller.transaction() as context:
        await repository.park(context.connection, clearing.id, parked)
    return False


@dataclass(frozen=True, slots=True)
class _Closing:
    """The writing of one decision; the clearing's row and its network's lock are held."""

    question: _Question
    found: Clearing | None

    async def write(self, context: MarketContext) -> NetworkClearing:
        """Store what was decided, give buyers their contracts, and let go of what is still held."""
        clearing, found = self.question.clearing, self.found
        if found is None:
            outcome = NO_BIDS if self.question.inputs.is_empty else BEGUN
            closed = clearing.ended(ClearingState.UNAWARDED, outcome)
            await self._end(context, closed, None, {})
            return closed
        document, proofs = documents(found)
        record = ClearingRecord.of(self.question.inputs.values, document)
        award = ClearingAward(clearing.id, context.at, record)
        await repository.insert_award(context.connection, award, proofs)
        awards = dict(zip((bid.id for bid in self.question.bids), found.awards, strict=True))
        won = [(bid, awards[bid.id]) for bid in self.question.bids if awards[bid.id].quantity]
        made = await self._give_up(context, won) + await self._sell(context, won)
        rows = [_row(bid, contract, awards[bid.id]) for bid, contract in made]
        await repository.insert_awarded(context.connection, rows)
        state = ClearingState.AWARDED if made else ClearingState.UNAWARDED
        closed = clearing.ended(state, "" if made else NOTHING)
        await self._end(context, closed, record.hash, awards)
        if made:
            context.uow.record(events.RightsCleared.of(closed))
        return closed

    async def _give_up(
        self, context: MarketContext, won: Sequence[tuple[PathBid, Award]]
    ) -> list[tuple[PathBid, Contract]]:
        """Take from sellers what was awarded of their offers."""
        made = []
        for bid, award in won:
            if bid.contract_id is None:
                continue
            parent = await contracts.behind(context.connection, bid.contract_id)
            acquired = Acquisition(
                self.question.clearing.operator_id, award.quantity, bid.period, Flat(award.rate)
            )
            [given_up] = await transfer(
                context,
                parent,
                [acquired],
                cause=MovementCause.CLEARING,
                cause_id=bid.clearing_id,
                purpose=bid.purpose,
            )
            context.uow.record(events.PathBidAwarded.of(bid, given_up, parent, award.rate))
            made.append((bid, given_up))
        return made

    async def _sell(
        self, context: MarketContext, won: Sequence[tuple[PathBid, Award]]
    ) -> list[tuple[PathBid, Contract]]:
        """Give buyers their contracts with the operator."""
        made = [
            (bid, self._contract(bid, award, ContractId(context.new_id()), context.at))
            for bid, award in won
            if bid.side is Side.BUY
        ]
        if made:
            await contracts.insert(context.connection, *(contract for _, contract in made))
            moved = [movement for bid, contract in made for movement in contract.movements(bid.clearing_id)]
            await ledger.append(context.uow, moved)
        rates = {bid.id: award.rate for bid, award in won}
        for bid, contract in made:
            context.uow.record(events.PathBidAwarded.of(bid, contract, None, rates[bid.id]))
        return made

    def _contract(self, bid: PathBid, award: Award, contract_id: ContractId, at: datetime) -> Contract:
        published = self.question.view.published
        return Contract(
            id=contract_id,
            code=contract_code(contract_id, bid.period.start),
            network_id=published.id,
            revision_id=published.revision_id,
            holder_id=bid.party_id,
            operator_id=published.operator_id,
            firmness=Firmness.FIRM,
            period=bid.period,
            quantity=award.quantity,
            currency=self.question.clearing.currency,
            network=booking(bid.route, award.quantity, Flat(award.rate)),
            parent_id=None,
            cause=MovementCause.CLEARING,
            verdict_id=None,
            created_at=at,
        )

    async def _end(
        self,
        context: MarketContext,
        closed: NetworkClearing,
        record_hash: str | None,
        awards: Mapping[ClearingBidId, Award],
    ) -> None:
        """Close the clearing and its bids, end what offers still hold, and inform everyone concerned."""
        uow, bids = context.uow, self.question.bids
        winners = [bid.id for bid in bids if bid.id in awards and awards[bid.id].quantity]
        losers = [bid.id for bid in bids if bid.id not in frozenset(winners)]
        await repository.close_clearing(uow.connection, closed)
        await repository.set_bid_states(uow.connection, winners, PathBidState.AWARDED)
        await repository.set_bid_states(uow.connection, losers, PathBidState.LOST)
        for bid in bids:
            if bid.side is Side.SELL:
                await holds.end(uow, bid.purpose)
            award = awards.get(bid.id)
            units, text = (award.quantity, award.text) if award else (0, closed.outcome)
            state = PathBidState.AWARDED if units else PathBidState.LOST
            decided = replace(bid, state=state)
            uow.record(events.PathBidDecided.of(decided, awarded=units, text=text))
        uow.record(events.ClearingClosed.of(closed, record_hash=record_hash))


def _row(bid: PathBid, contract: Contract, award: Award) -> dict[str, Any]:
    return {
        "bid_id": bid.id,
        "clearing_id": bid.clearing_id,
        "contract_id": contract.id,
        "quantity": contract.quantity,
        "rate": award.rate,
    }
