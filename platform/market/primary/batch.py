"""A batch of bookings on one network: each proved beside those before it, all written in one transaction.

The requests are proved under the network's lock if that is free. If it has to be waited for they are proved
meanwhile, and again under the lock only if the network or the rights on it have changed. Solving runs off the
event loop. Contract, movements, verdict, event and the answer to its key are written for each booking; a
request that is refused writes nothing and does not concern the others.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.solver_use import SolverUse
from capacity.feasibility.storage import repository as verdicts
from capacity.feasibility.storage.repository import NewVerdict
from capacity.feasibility.verifier import Verifier
from capacity.feasibility.verifier_pool import decided
from capacity.rights import ledger
from capacity.solvers.deadline import working_s
from linepack.access import Principal
from linepack.commands import idempotency
from linepack.commands.idempotency import Claim
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.insertion import Row
from linepack.ids import ContractId, NetworkId, PartyId, VerdictId
from linepack.monitoring.metrics import BOOKINGS
from linepack.problems import Conflict, Problem
from market.context import Market
from market.index_values.repository import followed
from market.primary.commands import BookCapacity
from market.primary.events import ContractBooked
from market.primary.model import Booking, Proposal, Terms, booked
from market.primary.terms import charge_of, terms_of
from market.set_asides.service import end_lapsed
from market.tariffs.charge import charge, priced_in

PROVING_S = 0.05
"""How long further requests are proved before those proved are written; the lock is held meanwhile."""

Outcome = Booking | Proposal | Problem
"""A booking, a proposal whose decision refuses it, or any other refusal."""


@dataclass(frozen=True, slots=True, eq=False)
class PendingBooking:
    """A booking that waits for its outcome, with the ids of the contract and verdict that it makes.

    `use` is what its decision is charged to.
    """

    command: BookCapacity
    principal: Principal
    at: datetime
    claim: Claim
    contract_id: ContractId
    verdict_id: VerdictId
    use: SolverUse


@dataclass(frozen=True, slots=True)
class _Proved:
    """A proposal, the contract it becomes if its decision allows it, and how long the decision took."""

    proposal: Proposal
    contract: Contract | None
    seconds: float


_Found = dict[PendingBooking, _Proved | Problem]


async def book_batch(
    market: Market, network_id: NetworkId, batch: Sequence[PendingBooking]
) -> Mapping[PendingBooking, Outcome]:
    """Return the outcomes of bookings on one network: of the first, and of as many as are proved in time."""
    try:
        return await _book_batch(market, network_id, batch)
    except IntegrityError as fault:
        if not idempotency.was_key_taken(fault):
            raise
        # One of the keys was used on another network meanwhile, and now that can be seen.
        return await _book_batch(market, network_id, batch)


async def _book_batch(
    market: Market, network_id: NetworkId, batch: Sequence[PendingBooking]
) -> Mapping[PendingBooking, Outcome]:
    async with UnitOfWork(market.database) as uow:
        found: _Found = {}
        view = None
        if not await uow.try_lock_network(network_id):
            view = await market.networks.refreshed(uow.connection, network_id)
            found = await _prove(market, uow.connection, view, batch, is_urgent=False)
            await uow.lock_network(network_id)
        locked = await market.networks.refreshed(uow.connection, network_id)
        now = max(pending.at for pending in batch)
        if locked.rights.has_lapsed(now) and await end_lapsed(uow, network_id, now):
            locked = await market.networks.refreshed(uow.connection, network_id)
        before = await idempotency.answers(uow.connection, [pending.claim for pending in batch])
        outcomes: dict[PendingBooking, Outcome] = {
            pending: await _booked_before(uow.connection, pending, before[pending.claim])
            for pending in batch
            if pending.claim in before
        }
        if view is None or outcomes or view.version != locked.version:
            left = [pending for pending in batch if pending not in outcomes]
            found = await _prove(market, uow.connection, locked, left, is_urgent=True)
        outcomes |= await _write(uow, found)
    for pending, one in found.items():
        if isinstance(one, _Proved):
            decision = one.proposal.decision
            BOOKINGS.labels(decision.outcome.name, decision.level.name).inc()
            await market.verifiers.charge(pending.use, one.seconds)
    return outcomes


async def _booked_before(
    connection: AsyncConnection, pending: PendingBooking, before: dict[str, str] | Conflict
) -> Booking | Conflict:
    """Return what the same command was answered before."""
    if isinstance(before, Conflict):
        return before
    contract = await contracts.get(connection, pending.principal, ContractId(UUID(before["id"])))
    priced = priced_in(contract.network)
    prices = [price for price, _ in priced]
    values = await followed(connection, contract.network_id, prices, contract.period)
    return Booking(contract, charge(priced, contract.period, contract.currency, values))


async def _prove(
    market: Market,
    connection: AsyncConnection,
    view: NetworkView,
    batch: Sequence[PendingBooking],
    *,
    is_urgent: bool,
) -> _Found:
    found: _Found = {}
    priced: dict[PendingBooking, Terms] = {}
    for pending in batch:
        try:
            asked = pending.command.request
            priced[pending] = await terms_of(connection, view.published, asked, pending.at)
        except Problem as problem:
            found[pending] = problem
    if priced:
        found |= await market.verifiers.run(
            view.published,
            lambda verifier: _prove_in_turn(verifier, view, priced),
            is_urgent=is_urgent,
            use=SolverUse(f"bookings on {view.published.id}", is_limited=False),
        )
    return found


def _prove_in_turn(verifier: Verifier, view: NetworkView, priced: dict[PendingBooking, Terms]) -> _Found:
    """Prove one request after the other, each beside the rights that those before it are given."""
    ends_at = time.monotonic() + PROVING_S
    found: _Found = {}
    for pending, terms in priced.items():
        if found and time.monotonic() > ends_at:
            break
        # Refusals are explained when the lock is released.
        began = working_s()
        decision = decided(verifier, view.rights, terms.request, pending.at)
        seconds = working_s() - began
        proposal = Proposal(view, terms, decision)
        contract = None
        if proposal.decision.is_feasible:
            contract = booked(
                proposal,
                PartyId(pending.claim.party_id),
                pending.at,
                contract_id=pending.contract_id,
                verdict_id=pending.verdict_id,
            )
            moved = ledger.numbered(contract.movements(contract.id), after=view.rights.version)
            view = replace(view, rights=view.rights.apply(moved))
        found[pending] = _Proved(proposal, contract, seconds)
    return found


async def _write(uow: UnitOfWork, found: _Found) -> dict[PendingBooking, Outcome]:
    rows: list[Row] = []
    outcomes: dict[PendingBooking, Outcome] = {}
    for pending, one in found.items():
        if isinstance(one, Problem):
            outcomes[pending] = one
        elif one.contract is None:
            outcomes[pending] = one.proposal
        else:
            terms, decision = one.proposal.terms, one.proposal.decision
            event = ContractBooked.of(
                one.contract, tariff_id=terms.tariff.id, verdict_hash=decision.fingerprint()
            )
            uow.record(event)
            rows += _rows(pending, one.contract, one.proposal)
            outcomes[pending] = Booking(one.contract, charge_of(terms, one.contract.currency))
    if rows:
        await uow.insert(rows)
    return outcomes


def _rows(pending: PendingBooking, contract: Contract, proposal: Proposal) -> list[Row]:
    verdict = NewVerdict(
        pending.verdict_id,
        contract.network_id,
        contract.holder_id,
        contract.operator_id,
        proposal.decision,
    )
    moved = ledger.rows(contract.movements(contract.id), after=proposal.view.rights.version)
    key = idempotency.row(pending.claim, {"id": str(contract.id)})
    return [key, verdicts.row(verdict), contracts.row(contract), *moved]
