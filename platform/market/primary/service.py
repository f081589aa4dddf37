"""The commands of primary sale: quote and book, first come first served at tariff.

A booking is verified under the network's lock if that is free. If it has to wait for the lock it is verified
meanwhile, and again under the lock only if the network or the rights on it have changed. Solving runs off the
event loop. One transaction writes contract, movements, verdict, event and answer. What a refused shipper
could have instead is found out after the lock is released. `at` is the instant of the command, in UTC.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts import repository as contracts
from capacity.contracts.codec import contract_to_json
from capacity.contracts.contract import Contract, contract_code
from capacity.contracts.shapes import booking as network_of
from capacity.feasibility import repository as verdicts
from capacity.feasibility.repository import StoredVerdict
from capacity.feasibility.verdict import Outcome, Verdict
from capacity.rights import ledger
from capacity.rights.model import MovementCause
from capacity.snapshots import NetworkView
from linepack.events.model import NewEvent, Stream
from linepack.identity.model import Principal, Scope
from linepack.ids import ContractId, PartyId, VerdictId, new_id
from linepack.problems import Problem
from linepack.unit_of_work import UnitOfWork
from market.access import acting_party
from market.marketplace import Marketplace
from market.primary.commands import BookCapacity, CapacityRequest
from market.primary.errors import CapacityExhausted, NotDecided
from market.primary.model import Booking, Quote, Terms, checked
from market.primary.refusal import alternatives
from market.primary.repository import rules_and_tariffs
from market.repetition import made_before
from market.tariffs.charge import Charge, charge
from market.tariffs.errors import NoTariff
from market.tariffs.model import tariff_for


async def quote(market: Marketplace, principal: Principal, asked: CapacityRequest, at: datetime) -> Quote:
    """Answer what booking would, without booking.

    Raises Forbidden, NotFound (the network), NoTariff, CapacityExhausted, NotDecided, or InvalidInput with
    every fault.
    """
    acting_party(principal, Scope.BOOK)
    async with market.database.read() as connection:
        view = await market.snapshots.refreshed(connection, asked.network_id)
        terms = await _terms(connection, view, asked, at)
    proposal = _Proposal(view, terms, await market.verifiers.verify(view, terms.request, at))
    if not proposal.verdict.is_feasible:
        raise await _refusal(market, principal, proposal)
    return Quote(terms.request, terms.runtime, terms.tariff, _charge(proposal), proposal.verdict)


async def book(market: Marketplace, principal: Principal, command: BookCapacity, at: datetime) -> Booking:
    """Book capacity for the principal's party.

    Raises Forbidden, NotFound (the network), NoTariff, CapacityExhausted, NotDecided, Conflict, or
    InvalidInput with every fault. The same key again returns the same booking.
    """
    try:
        async with market.turn(command.request.network_id), market.unit_of_work() as uow:
            return await _book(market, uow, principal, command, at)
    except _Refused as refused:
        proposal = refused.proposal
    raise await _refusal(market, principal, proposal)


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A request on its terms, and what was found about it on a view of the network."""

    view: NetworkView
    terms: Terms
    verdict: Verdict


class _Refused(Exception):
    """Carries a refused proposal out of the transaction that it ends."""

    def __init__(self, proposal: _Proposal) -> None:
        super().__init__()
        self.proposal = proposal


async def _book(
    market: Marketplace,
    uow: UnitOfWork,
    principal: Principal,
    command: BookCapacity,
    at: datetime,
) -> Booking:
    party_id = acting_party(principal, Scope.BOOK)
    network_id = command.request.network_id
    tried = None
    if not await uow.try_lock_network(network_id):
        tried = await _tried(market, uow.connection, command.request, at)
        await uow.lock_network(network_id)
    view = await market.snapshots.refreshed(uow.connection, network_id)
    contract_id = ContractId(new_id())
    if (earlier := await made_before(uow, party_id, command, contract_id)) is not None:
        return await _booked_before(uow.connection, principal, ContractId(earlier))
    if tried is not None and tried.view.version == view.version:
        proposal = tried
    else:
        proposal = await _proposal(market, uow.connection, view, command.request, at, is_urgent=True)
    if not proposal.verdict.is_feasible:
        raise _Refused(proposal)
    contract = _contract(proposal, contract_id, party_id, at)
    await _write(uow, contract, proposal)
    return Booking(contract, _charge(proposal))


async def _tried(
    market: Marketplace, connection: AsyncConnection, asked: CapacityRequest, at: datetime
) -> _Proposal | None:
    """Use the time until the lock is free: return what is found without it, None where that is a problem."""
    try:
        view = await market.snapshots.refreshed(connection, asked.network_id)
        return await _proposal(market, connection, view, asked, at)
    except Problem:
        return None


async def _proposal(
    market: Marketplace,
    connection: AsyncConnection,
    view: NetworkView,
    asked: CapacityRequest,
    at: datetime,
    *,
    is_urgent: bool = False,
) -> _Proposal:
    terms = await _terms(connection, view, asked, at)
    verdict = await market.verifiers.verify(view, terms.request, at, is_urgent=is_urgent)
    return _Proposal(view, terms, verdict)


async def _terms(
    connection: AsyncConnection, view: NetworkView, asked: CapacityRequest, at: datetime
) -> Terms:
    published = view.published
    today = published.network.clock.gas_day(at)
    rules, tariffs = await rules_and_tariffs(connection, asked, today)
    request = checked(asked, published, rules, today)
    runtime, day = rules.runtime(request.period), request.period.start
    tariff = tariff_for(tariffs, request.route, request.firmness, runtime, day)
    if tariff is None:
        raise NoTariff(request.route, request.firmness, runtime, day)
    return Terms(request, rules, runtime, tariff, today)


def _contract(proposal: _Proposal, contract_id: ContractId, party_id: PartyId, at: datetime) -> Contract:
    published, request = proposal.view.published, proposal.terms.request
    return Contract(
        id=contract_id,
        code=contract_code(contract_id, request.period.start),
        network_id=published.id,
        revision_id=published.revision_id,
        holder_id=party_id,
        operator_id=published.operator_id,
        firmness=request.firmness,
        period=request.period,
        quantity=request.quantity,
        currency=published.currency,
        network=network_of(request.route, request.quantity, proposal.terms.tariff.price),
        parent_id=None,
        cause=MovementCause.BOOKING,
        verdict_id=VerdictId(new_id()),
        created_at=at,
    )


async def _write(uow: UnitOfWork, contract: Contract, proposal: _Proposal) -> None:
    if contract.verdict_id is None:
        raise RuntimeError("a booking rests on a verdict")
    stored = StoredVerdict(
        contract.verdict_id,
        contract.network_id,
        contract.holder_id,
        contract.operator_id,
        proposal.verdict,
    )
    uow.record(
        NewEvent(
            stream=Stream.CAPACITY,
            topic="contract.booked",
            key=str(contract.id),
            payload={"contract": contract_to_json(contract), "tariff_id": str(proposal.terms.tariff.id)},
            network_id=contract.network_id,
            audience=frozenset({contract.holder_id}),
        )
    )
    moved = ledger.rows(contract.movements(contract.id), after=proposal.view.rights.version)
    rows = [verdicts.row(stored), contracts.row(contract), *moved]
    await uow.insert(rows)


async def _booked_before(
    connection: AsyncConnection, principal: Principal, contract_id: ContractId
) -> Booking:
    contract = await contracts.get(connection, principal, contract_id)
    [edge] = contract.network.edges
    [band] = edge.bands
    return Booking(contract, charge(band.price, contract.quantity, contract.period, contract.currency))


def _charge(proposal: _Proposal) -> Charge | None:
    request = proposal.terms.request
    currency = proposal.view.published.currency
    return charge(proposal.terms.tariff.price, request.quantity, request.period, currency)


async def _refusal(
    market: Marketplace, principal: Principal, proposal: _Proposal
) -> CapacityExhausted | NotDecided:
    verdict = proposal.verdict
    if verdict.outcome is Outcome.UNDECIDED:
        return NotDecided(verdict)
    return CapacityExhausted(verdict, await alternatives(market, principal, proposal.view, proposal.terms))
