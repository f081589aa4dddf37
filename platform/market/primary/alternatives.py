"""What a refused shipper is offered instead, beside the verdict.

Sought after the transaction, on the view that refused, for a limited time.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.contracts.errors import CalorificValueMissing, IndexValueMissing
from capacity.feasibility.errors import Undecided
from capacity.feasibility.verdicts.verdict import Verdict
from capacity.feasibility.verifier import Verifier
from capacity.networks.repository import PublishedNetwork
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.solvers.deadline import Deadline, LimitReached
from linepack.gasday import Period
from linepack.problems import InvalidInput
from market.context import MarketCaller
from market.offers.model import Offer
from market.primary.alternative_search import gain_of, search
from market.primary.commands import CapacityRequest
from market.primary.model import Alternative, Alternatives, Found, OfferAlternative, Refused
from market.primary.terms import charge_of, terms_of
from market.tariffs.errors import NoTariff

SEARCH_S = 2.0


class _Finder:
    """Asks a verifier beside the rights of one view, until the time is over."""

    def __init__(self, verifier: Verifier, rights: RightsSnapshot) -> None:
        self._verifier = verifier
        self._rights = rights
        self._deadline = Deadline(SEARCH_S)

    def largest(
        self, route: Route, period: Period, firmness: Firmness, at_most: int
    ) -> Sequence[tuple[Period, int]]:
        with suppress(Undecided, LimitReached):
            return self._verifier.largest(
                self._rights, route, period, firmness, at_most=at_most, seconds=self._deadline.left()
            )
        return ()

    def throughout(self, route: Route, period: Period, firmness: Firmness, at_most: int) -> int:
        with suppress(Undecided, LimitReached):
            return self._verifier.largest_throughout(
                self._rights, route, period, firmness, at_most=at_most, seconds=self._deadline.left()
            )
        return 0


async def alternatives(caller: MarketCaller, refused: Refused) -> Alternatives:
    """Return what could be had instead of a request that was refused."""
    view, terms, verdict = refused.view, refused.terms, refused.verdict
    rules, request = terms.rules, verdict.request
    found = await caller.market.verifiers.run(
        view.published,
        lambda verifier: search(
            request,
            verdict.largest_throughout,
            view.published.network,
            _Finder(verifier, view.rights),
            on_sale=rules.on_sale(terms.today),
            has_interruptible=Firmness.INTERRUPTIBLE in rules.firmness,
        ),
    )
    async with caller.market.database.read() as connection:
        bookings = [
            alternative
            for one in found
            if (alternative := await _priced(connection, view.published, one, caller.at)) is not None
        ]
        offers = await caller.market.find_offers(
            connection,
            caller.principal,
            view.published.id,
            route=request.route,
            period=request.period,
            at=caller.at,
        )
    return Alternatives(tuple(bookings), _gaining(offers, verdict))


async def _priced(
    connection: AsyncConnection, published: PublishedNetwork, found: Found, at: datetime
) -> Alternative | None:
    """Return what was found with its charge; None where it is not on sale."""
    request = found.request
    asked = CapacityRequest(
        network_id=published.id,
        receipt=request.route.receipt,
        delivery=request.route.delivery,
        start=request.period.start,
        end=request.period.end,
        quantity=request.quantity,
        firmness=request.firmness,
    )
    try:
        terms = await terms_of(connection, published, asked, at)
    except (NoTariff, InvalidInput, IndexValueMissing, CalorificValueMissing):
        return None
    level = published.policy.level(request.firmness)
    return Alternative(found, level, charge_of(terms, published.currency))


def _gaining(offers: Iterable[Offer], verdict: Verdict) -> tuple[OfferAlternative, ...]:
    """Return the offers that give some of what is missing, with their gain; what is firm serves for both."""
    missing = [(one.period, verdict.request.quantity - one.quantity) for one in verdict.largest]
    gains = [
        (offer, gain_of(offer.capacity.period, offer.available, missing))
        for offer in offers
        if offer.capacity.firmness in (Firmness.FIRM, verdict.request.firmness)
    ]
    return tuple(OfferAlternative(offer, gain) for offer, gain in gains if gain > 0)
