"""A batch of bookings on one network: each proved beside those before it, all written in one transaction.

Before a booking is proved its shipper's credit is checked, counting those before it in the batch.

The requests are proved under the network's lock if that is free. If it has to be waited for they are proved
meanwhile, and again under the lock only if the network, the rights on it or the shippers' credit have
changed. Solving runs off the event loop. Contract, movements, verdict, event and the answer to its key are
written for each booking; a request that is refused writes nothing and does not concern the others.

A profile is one booking of several parts: each is proved beside those before it, and when one is refused,
none of them is written.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from linepack.ids import ContractId, NetworkId, PartyId, ProfileId, VerdictId
from linepack.monitoring.metrics import BOOKINGS
from linepack.problems import Conflict, Problem
from market.context import Market
from market.credit.exposure import credit_of
from market.credit.model import Credit
from market.index_values.repository import followed
from market.primary.commands import CapacityRequest
from market.primary.credit import with_booked
from market.primary.events import ContractBooked
from market.primary.model import Booking, Proposal, Terms, booked
from market.primary.profiles import repository as profiles
from market.primary.profiles.verification import after, terms_of_profile
from market.primary.terms import charge_of, terms_of
from market.set_asides.service import end_lapsed
from market.tariffs.charge import charge, priced_in

PROVING_S = 0.05
"""How long further requests are proved before those proved are written; the lock is held meanwhile."""


@dataclass(frozen=True, slots=True, eq=False)
class PendingBooking:
    """A booking that waits for its outcome, with the ids of the contract and verdict that each part makes.

    One that is no profile has one part. `use` is what its decisions are charged to.
    """

    parts: tuple[CapacityRequest, ...]
    profile_id: ProfileId | None
    principal: Principal
    at: datetime
    claim: Claim
    ids: tuple[tuple[ContractId, VerdictId], ...]
    use: SolverUse

    @property
    def party_id(self) -> PartyId:
        """The shipper that books."""
        return PartyId(self.claim.party_id)


@dataclass(frozen=True, slots=True)
class Declined:
    """The terms of a booking, the view on which it was declined, and the proposals up to the one refused."""

    view: NetworkView
    terms: tuple[Terms, ...]
    proposals: tuple[Proposal, ...]


Outcome = tuple[Booking, ...] | Declined | Problem
"""What was booked, part by part; or why nothing was."""


@dataclass(frozen=True, slots=True)
class _Proved:
    """The proposals of a booking, all feasible, the contracts that they become, and the view after them."""

    proposals: tuple[Proposal, ...]
    contracts: tuple[Contract, ...]
    view: NetworkView


@dataclass(frozen=True, slots=True)
class _Decided:
    """What was decided about a booking, and how long that took."""

    result: _Proved | Declined
    seconds: float


_Found = dict[PendingBooking, _Decided | Problem]
_Standing = Mapping[PartyId, Credit]


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
        standing: _Standing = {}
        if not await uow.try_lock_network(network_id):
            view = await market.networks.refreshed(uow.connection, network_id)
            standing = await _standing(market, uow.connection, view, batch)
            found = await _prove(market, uow.connection, view, batch, standing, is_urgent=False)
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
        before_lock, standing = standing, await _standing(market, uow.connection, locked, batch)
        if view is None or outcomes or view.version != locked.version or before_lock != standing:
            left = [pending for pending in batch if pending not in outcomes]
            found = await _prove(market, uow.connection, locked, left, standing, is_urgent=True)
        outcomes |= await _write(uow, found)
    for pending, one in found.items():
        if isinstance(one, _Decided):
            for proposal in one.result.proposals:
                BOOKINGS.labels(proposal.decision.outcome.name, proposal.decision.level.name).inc()
            await market.verifiers.charge(pending.use, one.seconds)
    return outcomes


async def _booked_before(
    connection: AsyncConnection, pending: PendingBooking, before: dict[str, str] | Conflict
) -> tuple[Booking, ...] | Conflict:
    """Return what the same command was answered before."""
    if isinstance(before, Conflict):
        return before
    made = UUID(before["id"])
    ids = [ContractId(made)]
    if pending.profile_id is not None:
        ids = await profiles.contracts_of(connection, ProfileId(made))
    found = await contracts.get_many(connection, pending.principal, ids)
    return tuple([await _as_booked(connection, found[contract_id]) for contract_id in ids])


async def _as_booked(connection: AsyncConnection, contract: Contract) -> Booking:
    priced = priced_in(contract.network)
    prices = [price for price, _ in priced]
    values = await followed(connection, contract.network_id, prices, contract.period)
    return Booking(contract, charge(priced, contract.period, contract.currency, values))


async def _standing(
    market: Market, connection: AsyncConnection, view: NetworkView, batch: Sequence[PendingBooking]
) -> _Standing:
    now = max(pending.at for pending in batch)
    day = view.published.network.clock.gas_day(now)
    return await credit_of(
        connection, market, view.published.id, [pending.party_id for pending in batch], day=day, at=now
    )


async def _prove(
    market: Market,
    connection: AsyncConnection,
    view: NetworkView,
    batch: Sequence[PendingBooking],
    standing: _Standing,
    *,
    is_urgent: bool,
) -> _Found:
    found: _Found = {}
    priced: dict[PendingBooking, tuple[Terms, ...]] = {}
    for pending in batch:
        try:
            priced[pending] = await _terms(connection, view, pending)
        except Problem as problem:
            found[pending] = problem
    if priced:
        found |= await market.verifiers.run(
            view.published,
            lambda verifier: _prove_in_turn(verifier, view, priced, standing),
            is_urgent=is_urgent,
            use=SolverUse(f"bookings on {view.published.id}", is_limited=False),
        )
    return found


async def _terms(
    connection: AsyncConnection, view: NetworkView, pending: PendingBooking
) -> tuple[Terms, ...]:
    if pending.profile_id is not None:
        return await terms_of_profile(connection, view.published, pending.parts, pending.at)
    [asked] = pending.parts
    return (await terms_of(connection, view.published, asked, pending.at),)


def _prove_in_turn(
    verifier: Verifier,
    view: NetworkView,
    priced: dict[PendingBooking, tuple[Terms, ...]],
    standing: _Standing,
) -> _Found:
    """Prove one booking after the other, each beside the rights and duties that those before it are given."""
    ends_at = time.monotonic() + PROVING_S
    credit = dict(standing)
    found: _Found = {}
    for pending, terms in priced.items():
        if found and time.monotonic() > ends_at:
            break
        try:
            after_it = with_booked(credit[pending.party_id], terms, view.published.currency)
        except Problem as problem:
            found[pending] = problem
            continue
        # Refusals are explained when the lock is released.
        began = working_s()
        result = _decided(verifier, view, pending, terms)
        found[pending] = _Decided(result, working_s() - began)
        if isinstance(result, _Proved):
            view = result.view
            credit[pending.party_id] = after_it
    return found


def _decided(
    verifier: Verifier, view: NetworkView, pending: PendingBooking, terms: tuple[Terms, ...]
) -> _Proved | Declined:
    """Prove the parts of a booking in turn; all have the time that the policy gives to one request."""
    began, seconds = working_s(), view.published.policy.deadline_s
    proposals: list[Proposal] = []
    made: list[Contract] = []
    beside = view
    for one, (contract_id, verdict_id) in zip(terms, pending.ids, strict=True):
        left = max(seconds - (working_s() - began), 0.0) if proposals else seconds
        decision = decided(verifier, beside.rights, one.request, pending.at, seconds=left)
        proposals.append(Proposal(beside, one, decision))
        if not decision.is_feasible:
            return Declined(view, terms, tuple(proposals))
        made.append(
            booked(
                proposals[-1], pending.party_id, pending.at, contract_id=contract_id, verdict_id=verdict_id
            )
        )
        beside = after(beside, one.request)
    return _Proved(tuple(proposals), tuple(made), beside)


async def _write(uow: UnitOfWork, found: _Found) -> dict[PendingBooking, Outcome]:
    rows: list[Row] = []
    outcomes: dict[PendingBooking, Outcome] = {}
    for pending, one in found.items():
        if isinstance(one, Problem):
            outcomes[pending] = one
        elif isinstance(one.result, Declined):
            outcomes[pending] = one.result
        else:
            made = one.result
            _record(uow, made)
            rows += _rows(pending, made)
            outcomes[pending] = tuple(
                Booking(contract, charge_of(proposal.terms, contract.currency))
                for contract, proposal in zip(made.contracts, made.proposals, strict=True)
            )
    if rows:
        await uow.insert(rows)
    return outcomes


def _record(uow: UnitOfWork, made: _Proved) -> None:
    for contract, proposal in zip(made.contracts, made.proposals, strict=True):
        tariff_id, verdict_hash = proposal.terms.tariff.id, proposal.decision.fingerprint()
        uow.record(ContractBooked.of(contract, tariff_id=tariff_id, verdict_hash=verdict_hash))


def _rows(pending: PendingBooking, made: _Proved) -> list[Row]:
    rows = [idempotency.row(pending.claim, {"id": str(pending.profile_id or made.contracts[0].id)})]
    for place, (contract, proposal) in enumerate(zip(made.contracts, made.proposals, strict=True)):
        verdict_id = pending.ids[place][1]
        verdict = NewVerdict(
            verdict_id, contract.network_id, contract.holder_id, contract.operator_id, proposal.decision
        )
        moved = ledger.rows(contract.movements(contract.id), after=proposal.view.rights.version)
        rows += [verdicts.row(verdict), contracts.row(contract), *moved]
        if pending.profile_id is not None:
            rows.append(profiles.row(pending.profile_id, place, contract.id))
    return rows
