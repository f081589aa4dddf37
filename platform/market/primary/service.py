"""The commands of primary sale: quote and book, first come first served at tariff.

How bookings are proved and written: `market.primary.batch`. How one is refused: `market.primary.refusal`.
"""

from collections.abc import AsyncIterator
from functools import partial

from capacity.feasibility.solver_use import current_use
from capacity.feasibility.verifier import Verifier
from linepack.access import Scope
from linepack.commands.handling import handles
from linepack.ids import ContractId, NetworkId, VerdictId
from market.commands.batching import Batcher
from market.context import Market, MarketCaller
from market.primary.batch import Outcome, PendingBooking, book_batch
from market.primary.commands import BookCapacity, CapacityRequest
from market.primary.model import Booking, Bound, Proposal, Quote, Refused
from market.primary.refusal import explained, refusal
from market.primary.terms import charge_of, terms_of


@handles(Scope.BOOK)
async def quote(asked: CapacityRequest, caller: MarketCaller) -> Quote:
    """Answer what booking would, without booking.

    Raises Forbidden, NotFound (the network), NoTariff, BookingRefused, NotDecided, or InvalidInput with
    every fault.
    """
    caller.principal.require_party()
    market = caller.market
    async with market.database.read() as connection:
        view = await market.networks.refreshed(connection, asked.network_id)
        terms = await terms_of(connection, view.published, asked, caller.at)
    verdict = await market.verifiers.verify(view, terms.request, caller.at)
    if not verdict.is_feasible:
        raise await refusal(caller, Refused(view, terms, verdict))
    due = charge_of(terms, view.published.currency)
    return Quote(terms.request, terms.runtime, terms.tariff, due, verdict)


async def quote_by_level(asked: CapacityRequest, caller: MarketCaller) -> AsyncIterator[Bound | Quote]:
    """Answer as `quote` does, after what each level of capacities allows, as soon as it is known.

    Each bound is at least what the next level allows; the first comes from kernels, within milliseconds.
    """
    caller.principal.require(Scope.BOOK)
    caller.principal.require_party()
    market = caller.market
    async with market.database.read() as connection:
        view = await market.networks.refreshed(connection, asked.network_id)
        request = (await terms_of(connection, view.published, asked, caller.at)).request
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
    yield await quote(asked, caller)


class Bookings:
    """The bookings of one process: those on one network are decided in batches."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._batchers: dict[NetworkId, Batcher[PendingBooking, Outcome]] = {}

    async def book(self, command: BookCapacity, caller: MarketCaller) -> Booking:
        """Book capacity for the principal's party.

        Raises Forbidden, NotFound (the network), NoTariff, BookingRefused, NotDecided, Conflict, or
        InvalidInput with every fault. The same key again returns the same booking.
        """
        caller.principal.require(Scope.BOOK)
        pending = PendingBooking(
            command,
            caller.principal,
            caller.at,
            claim=command.claim(caller.party_id),
            contract_id=ContractId(caller.new_id()),
            verdict_id=VerdictId(caller.new_id()),
            use=current_use(),
        )
        outcome = await self._batcher(command.request.network_id).submit(pending)
        if isinstance(outcome, Booking):
            return outcome
        if isinstance(outcome, Proposal):
            raise await refusal(caller, await explained(caller, outcome))
        raise outcome

    def _batcher(self, network_id: NetworkId) -> Batcher[PendingBooking, Outcome]:
        if network_id not in self._batchers:
            process = partial(book_batch, self._market, network_id)
            self._batchers[network_id] = Batcher(
                process,
                key=lambda pending: (pending.claim.party_id, pending.claim.key),
                submitter=lambda pending: pending.claim.party_id,
            )
        return self._batchers[network_id]
