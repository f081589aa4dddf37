"""The commands of primary sale: quote and book, first come first served at tariff, one request or a profile.

How bookings are proved and written: `market.primary.batch`. How one is refused: `market.primary.refusal`.
"""

from collections.abc import AsyncIterator, Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.solver_use import current_use
from capacity.feasibility.verdicts.explanation import Explanation
from capacity.feasibility.verifier import Verifier
from linepack.access import Scope
from linepack.commands.handling import handles, made_already
from linepack.commands.idempotency import Claim
from linepack.ids import ContractId, NetworkId, ProfileId, VerdictId
from linepack.problems import Fault, InvalidInput, Problem
from market.commands.batching import Batcher
from market.context import Market, MarketCaller
from market.credit.exposure import credit_of
from market.primary.batch import Declined, Outcome, PendingBooking, book_batch
from market.primary.commands import BookCapacity, BookProfile, CapacityRequest
from market.primary.credit import with_booked
from market.primary.model import Booking, Bound, Quote, Refused, Terms
from market.primary.profiles.errors import ProfileRefused
from market.primary.profiles.rules import PARTS_MAX
from market.primary.profiles.verification import profile_refused, terms_of_profile, verified
from market.primary.refusal import explained, refusal
from market.primary.terms import charge_of, terms_of


@handles(Scope.BOOK)
async def quote(asked: CapacityRequest, caller: MarketCaller) -> Quote:
    """Answer what booking would, without booking.

    Raises Forbidden, NotFound (the network), NoTariff, CreditExceeded, CreditSuspended, BookingRefused,
    NotDecided, or InvalidInput with every fault.
    """
    caller.principal.require_party()
    market = caller.market
    async with market.database.read() as connection:
        view = await market.networks.refreshed(connection, asked.network_id)
        terms = await terms_of(connection, view.published, asked, caller.at)
        await _require_credit(connection, caller, view, [terms])
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


@handles(Scope.BOOK)
async def quote_profile(parts: Sequence[CapacityRequest], caller: MarketCaller) -> list[Quote]:
    """Answer what booking a profile would, part by part, without booking.

    Raises Forbidden, NotFound (the network), CreditExceeded, CreditSuspended, ProfileRefused, or InvalidInput
    with every fault.
    """
    caller.principal.require_party()
    market = caller.market
    async with market.database.read() as connection:
        view = await market.networks.refreshed(connection, _network_of(parts))
        terms = await terms_of_profile(connection, view.published, parts, caller.at)
        await _require_credit(connection, caller, view, terms)
    verdicts = await verified(caller, view, terms)
    return [
        Quote(one.request, one.runtime, one.tariff, charge_of(one, view.published.currency), verdict)
        for one, verdict in zip(terms, verdicts, strict=True)
    ]


async def _require_credit(
    connection: AsyncConnection, caller: MarketCaller, view: NetworkView, terms: Sequence[Terms]
) -> None:
    """Raise CreditSuspended or CreditExceeded where the caller's party may not owe what all parts cost."""
    published = view.published
    day = published.network.clock.gas_day(caller.at)
    party_id = caller.party_id
    standing = await credit_of(connection, caller.market, published.id, [party_id], day=day, at=caller.at)
    with_booked(standing[party_id], terms, published.currency)


def _network_of(parts: Sequence[CapacityRequest]) -> NetworkId:
    """Return the network of a profile; raises InvalidInput for one without parts or of several networks."""
    networks = {part.network_id for part in parts}
    if len(networks) != 1:
        raise InvalidInput([Fault("parts", f"a profile has 1 to {PARTS_MAX} parts, all on one network")])
    return networks.pop()


class Bookings:
    """The bookings of one process: those on one network are decided in batches."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._batchers: dict[NetworkId, Batcher[PendingBooking, Outcome]] = {}

    async def book(self, command: BookCapacity, caller: MarketCaller) -> Booking:
        """Book capacity for the principal's party.

        Raises Forbidden, NotFound (the network), NoTariff, CreditExceeded, CreditSuspended, BookingRefused,
        NotDecided, Conflict, or InvalidInput with every fault. The same key again returns the same booking.
        """
        caller.principal.require(Scope.BOOK)
        claim = command.claim(caller.party_id)
        outcome = await self._submit([command.request], claim, caller)
        if isinstance(outcome, Declined):
            raise await refusal(caller, await explained(caller, outcome.proposals[0]))
        return outcome[0]

    async def book_profile(self, command: BookProfile, caller: MarketCaller) -> tuple[Booking, ...]:
        """Book all parts of a profile for the principal's party, or none; each is a contract of its own.

        It is proved before others are made to wait for it, and then once more beside what was sold meanwhile.
        Raises Forbidden, NotFound (the network), CreditExceeded, CreditSuspended, ProfileRefused, Conflict,
        or InvalidInput with every fault. The same key again returns the same bookings.
        """
        caller.principal.require(Scope.BOOK)
        claim = command.claim(caller.party_id)
        async with self._market.database.read() as connection:
            is_repeated = await made_already(command, caller, connection) is not None
        if not is_repeated:
            await quote_profile(command.parts, caller)
        outcome = await self._submit(command.parts, claim, caller, profile_id=ProfileId(caller.new_id()))
        if isinstance(outcome, Declined):
            raise await self._profile_refused(caller, outcome)
        return outcome

    async def _profile_refused(self, caller: MarketCaller, declined: Declined) -> Problem:
        """Return why a profile was declined, with the verdicts of the same view on all of its parts."""
        try:
            verdicts = await verified(caller, declined.view, declined.terms)
        except ProfileRefused as refused:
            return refused
        number = len(declined.proposals) - 1
        verdicts[number] = declined.proposals[-1].decision.explained(Explanation(is_complete=False))
        return await profile_refused(caller, declined.view, verdicts)

    async def _submit(
        self,
        parts: Sequence[CapacityRequest],
        claim: Claim,
        caller: MarketCaller,
        profile_id: ProfileId | None = None,
    ) -> tuple[Booking, ...] | Declined:
        pending = PendingBooking(
            tuple(parts),
            profile_id,
            caller.principal,
            caller.at,
            claim=claim,
            ids=tuple((ContractId(caller.new_id()), VerdictId(caller.new_id())) for _ in parts),
            use=current_use(),
        )
        outcome = await self._batcher(_network_of(parts)).submit(pending)
        if isinstance(outcome, Problem):
            raise outcome
        return outcome

    def _batcher(self, network_id: NetworkId) -> Batcher[PendingBooking, Outcome]:
        if network_id not in self._batchers:
            process = partial(book_batch, self._market, network_id)
            self._batchers[network_id] = Batcher(
                process,
                key=lambda pending: (pending.claim.party_id, pending.claim.key),
                submitter=lambda pending: pending.claim.party_id,
            )
        return self._batchers[network_id]
