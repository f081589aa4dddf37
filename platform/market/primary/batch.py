"""The home of booking: requests on one network, each proved beside those before it, in one transaction.

The requests are proved under the network's lock if that is free. If it has to be waited for they are proved
meanwhile, and again under the lock only if the network or the rights on it have changed. Solving runs off the
event loop. Contract, movements, verdict, event and the answer to its key are written for each booking; a
request that is refused writes nothing and does not concern the others.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.storage import repository as verdicts
from capacity.feasibility.storage.repository import NewVerdict
from capacity.feasibility.verifier import Verifier
from capacity.feasibility.verifier_pool import decided
from capacity.rights import ledger
from linepack.access import Principal
from linepack.commands import idempotency
from linepack.commands.idempotency import Claim
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.insertion import Row
from linepack.ids import ContractId, NetworkId, PartyId
from linepack.monitoring.metrics import BOOKINGS
from linepack.problems import Conflict, Problem
from market.commands.idempotency import claim_of
from market.holds.service import end_lapsed_set_asides
from market.marketplace import Marketplace
from market.primary.commands import BookCapacity
from market.primary.events import ContractBooked
from market.primary.model import Booking, Proposal, Terms, booked, charge_of
from market.primary.repository import terms_of, values_followed
from market.tariffs.charge import charge

PROVING_S = 0.05
"""How long further requests are proved before those proved are written; the lock is held meanwhile."""

Answer = Booking | Proposal | Problem
"""A booking, a proposal whose decision refuses it, or any other refusal."""


class Ticket:
    """One booking command on its way to an answer."""

    def __init__(self, principal: Principal, party_id: PartyId, command: BookCapacity, at: datetime) -> None:
        self.principal = principal
        self.party_id = party_id
        self.command = command
        self.at = at
        self.claim = claim_of(party_id, command)
        self._answer: Answer | None = None

    @property
    def identity(self) -> tuple[PartyId, str]:
        """The party and its key: only one command of a key is under way."""
        return self.party_id, self.command.idempotency_key

    @property
    def is_served(self) -> bool:
        """Whether there is an answer."""
        return self._answer is not None

    @property
    def answer(self) -> Answer:
        """The answer; raises RuntimeError before there is one."""
        if self._answer is None:
            raise RuntimeError("this booking was not served")
        return self._answer

    @answer.setter
    def answer(self, answer: Answer) -> None:
        self._answer = answer


@dataclass(frozen=True, slots=True)
class _Proved:
    """A proposal, and the contract it becomes if its decision allows it."""

    proposal: Proposal
    contract: Contract | None


_Found = dict[Ticket, _Proved | Problem]


async def book_together(market: Marketplace, network_id: NetworkId, tickets: Sequence[Ticket]) -> None:
    """Serve tickets on one network, in order: the first, and as many more as can be proved in time."""
    try:
        await _book_together(market, network_id, tickets)
    except IntegrityError as fault:
        if not idempotency.was_key_taken(fault):
            raise
        # Somebody used one of the keys on another network meanwhile, and now that can be seen.
        await _book_together(market, network_id, tickets)


async def _book_together(market: Marketplace, network_id: NetworkId, tickets: Sequence[Ticket]) -> None:
    async with market.unit_of_work() as uow:
        found: _Found = {}
        view = None
        if not await uow.try_lock_network(network_id):
            view = await market.snapshots.refreshed(uow.connection, network_id)
            found = await _prove(market, uow.connection, view, tickets, is_urgent=False)
            await uow.lock_network(network_id)
        locked = await market.snapshots.refreshed(uow.connection, network_id)
        now = max(ticket.at for ticket in tickets)
        if locked.rights.has_lapsed(now) and await end_lapsed_set_asides(uow, network_id, now):
            locked = await market.snapshots.refreshed(uow.connection, network_id)
        before = await idempotency.answers(uow.connection, [ticket.claim for ticket in tickets])
        served: dict[Ticket, Answer] = {
            ticket: await _answered(uow.connection, ticket, before[ticket.claim])
            for ticket in tickets
            if ticket.claim in before
        }
        if view is None or served or view.version != locked.version:
            left = [ticket for ticket in tickets if ticket not in served]
            found = await _prove(market, uow.connection, locked, left, is_urgent=True)
        served |= await _write(uow, found)
    for ticket, answer in served.items():
        ticket.answer = answer
    for one in found.values():
        if isinstance(one, _Proved):
            decision = one.proposal.decision
            BOOKINGS.labels(decision.outcome.name, decision.level.name).inc()


async def _answered(
    connection: AsyncConnection, ticket: Ticket, before: dict[str, str] | Conflict
) -> Booking | Conflict:
    """Return what the same command was answered before."""
    if isinstance(before, Conflict):
        return before
    contract = await contracts.get(connection, ticket.principal, ContractId(UUID(before["id"])))
    [edge] = contract.network.edges
    [band] = edge.bands
    values = await values_followed(connection, contract.network_id, band.price, contract.period)
    due = charge(band.price, contract.quantity, contract.period, contract.currency, values)
    return Booking(contract, due)


async def _prove(
    market: Marketplace,
    connection: AsyncConnection,
    view: NetworkView,
    tickets: Sequence[Ticket],
    *,
    is_urgent: bool,
) -> _Found:
    found: _Found = {}
    priced: dict[Ticket, Terms] = {}
    for ticket in tickets:
        try:
            asked = ticket.command.request
            priced[ticket] = await terms_of(connection, view.published, asked, ticket.at)
        except Problem as problem:
            found[ticket] = problem
    if priced:
        found |= await market.verifiers.run(
            view.published, lambda verifier: _prove_in_turn(verifier, view, priced), is_urgent=is_urgent
        )
    return found


def _prove_in_turn(verifier: Verifier, view: NetworkView, priced: dict[Ticket, Terms]) -> _Found:
    """Prove one request after the other, each beside the rights that those before it are given."""
    ends_at = time.monotonic() + PROVING_S
    found: _Found = {}
    for ticket, terms in priced.items():
        if found and time.monotonic() > ends_at:
            break
        # Refusals are explained when the lock is released.
        decision = decided(verifier, view.rights, terms.request, ticket.at)
        proposal = Proposal(view, terms, decision)
        contract = None
        if proposal.decision.is_feasible:
            contract = booked(proposal, ticket.party_id, ticket.at)
            moved = ledger.numbered(contract.movements(contract.id), after=view.rights.version)
            view = replace(view, rights=view.rights.apply(moved))
        found[ticket] = _Proved(proposal, contract)
    return found


async def _write(uow: UnitOfWork, found: _Found) -> dict[Ticket, Answer]:
    rows: list[Row] = []
    served: dict[Ticket, Answer] = {}
    for ticket, one in found.items():
        if isinstance(one, Problem):
            served[ticket] = one
        elif one.contract is None:
            served[ticket] = one.proposal
        else:
            uow.record(_booked(one.contract, one.proposal))
            rows += _rows(ticket.claim, one.contract, one.proposal)
            due = charge_of(one.proposal.terms, one.contract.currency)
            served[ticket] = Booking(one.contract, due)
    if rows:
        await uow.insert(rows)
    return served


def _rows(claim: Claim, contract: Contract, proposal: Proposal) -> list[Row]:
    if contract.verdict_id is None:
        raise RuntimeError("a booking rests on a verdict")
    new = NewVerdict(
        contract.verdict_id,
        contract.network_id,
        contract.holder_id,
        contract.operator_id,
        proposal.decision,
    )
    moved = ledger.rows(contract.movements(contract.id), after=proposal.view.rights.version)
    key = idempotency.row(claim, {"id": str(contract.id)})
    return [key, verdicts.row(new), contracts.row(contract), *moved]


def _booked(contract: Contract, proposal: Proposal) -> ContractBooked:
    return ContractBooked.of(
        contract, tariff_id=proposal.terms.tariff.id, verdict_hash=proposal.decision.fingerprint()
    )
