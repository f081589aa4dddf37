"""The commands of primary sale: quote and book, first come first served at tariff.

`at` is the instant of the command, in UTC. How a booking is proved and written: `market.primary.batch`.
What a refused shipper could have instead is found out after the network's lock is released.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial

from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.explanation import Explanation
from capacity.feasibility.verifier import Verifier
from linepack.access import Principal, Scope
from market.commands.access import acting_party
from market.marketplace import Marketplace
from market.primary.alternatives import alternatives
from market.primary.batch import Ticket, book_together
from market.primary.commands import BookCapacity, CapacityRequest
from market.primary.errors import CapacityExhausted, NotDecided
from market.primary.model import Booking, Bound, Proposal, Quote, Refused, charge_of
from market.primary.repository import terms_of


async def quote(market: Marketplace, principal: Principal, asked: CapacityRequest, at: datetime) -> Quote:
    """Answer what booking would, without booking.

    Raises Forbidden, NotFound (the network), NoTariff, CapacityExhausted, NotDecided, or InvalidInput with
    every fault.
    """
    acting_party(principal, Scope.BOOK)
    async with market.database.read() as connection:
        view = await market.snapshots.refreshed(connection, asked.network_id)
        terms = await terms_of(connection, view.published, asked, at)
    verdict = await market.verifiers.verify(view, terms.request, at)
    if not verdict.is_feasible:
        raise await _refusal(market, principal, Refused(view, terms, verdict), at)
    due = charge_of(terms, view.published.currency)
    return Quote(terms.request, terms.runtime, terms.tariff, due, verdict)


async def quote_by_level(
    market: Marketplace, principal: Principal, asked: CapacityRequest, at: datetime
) -> AsyncIterator[Bound | Quote]:
    """Answer as `quote` does, after what each level of capacities allows, as soon as it is known.

    Each bound is at least what the next level allows; the first comes from kernels, within milliseconds.
    """
    acting_party(principal, Scope.BOOK)
    async with market.database.read() as connection:
        view = await market.snapshots.refreshed(connection, asked.network_id)
        request = (await terms_of(connection, view.published, asked, at)).request
    for level in view.published.policy.level(request.firmness).of_capacities:
        question = partial(
            Verifier.largest,
            snapshot=view.rights,
            route=request.route,
            period=request.period,
            firmness=request.firmness,
            level=level,
        )
        yield Bound(request, level, tuple(await market.verifiers.run(view.published, question)))
    yield await quote(market, principal, asked, at)


async def book(market: Marketplace, principal: Principal, command: BookCapacity, at: datetime) -> Booking:
    """Book capacity for the principal's party.

    Raises Forbidden, NotFound (the network), NoTariff, CapacityExhausted, NotDecided, Conflict, or
    InvalidInput with every fault. The same key again returns the same booking.
    """
    party_id = acting_party(principal, Scope.BOOK)
    ticket = Ticket(principal, party_id, command, at)
    network_id = command.request.network_id

    async def together(tickets: Sequence[Ticket]) -> None:
        await book_together(market, network_id, tickets)

    await market.counter(network_id).serve(ticket, together)
    answer = ticket.answer
    if isinstance(answer, Booking):
        return answer
    if isinstance(answer, Proposal):
        raise await _refusal(market, principal, await _explained(market, answer, at), at)
    raise answer


async def _explained(market: Marketplace, proposal: Proposal, at: datetime) -> Refused:
    """Return the decision that refused a proposal with its explanation, or without where there is none."""
    if proposal.decision.outcome is not Outcome.UNDECIDED:
        verdict = await market.verifiers.verify(proposal.view, proposal.terms.request, at)
        if verdict.outcome is not Outcome.UNDECIDED:
            return Refused(proposal.view, proposal.terms, verdict)
    return Refused(proposal.view, proposal.terms, proposal.decision.explained(Explanation()))


async def _refusal(
    market: Marketplace,
    principal: Principal,
    refused: Refused,
    at: datetime,
) -> CapacityExhausted | NotDecided:
    if refused.verdict.outcome is Outcome.UNDECIDED:
        return NotDecided(refused.verdict)
    return CapacityExhausted(refused.verdict, await alternatives(market, principal, refused, at))
