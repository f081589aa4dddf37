"""The home of what a refused shipper is told beside the verdict: what it could have instead.

Runs after the transaction, on the view that refused, for a limited time.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from capacity.feasibility.errors import Undecided
from capacity.feasibility.verifier import Verifier
from capacity.rights.model import Firmness, Route
from capacity.rights.snapshot import RightsSnapshot
from capacity.snapshots import NetworkView
from linepack.gasday import Period
from linepack.identity.model import Principal
from market.marketplace import Marketplace
from market.primary.alternatives import search
from market.primary.model import Alternatives, Terms
from market.release.repository import open_releases
from market.secondary.listings.repository import open_listings

SEARCH_S = 2.0
OFFERS_SHOWN_MAX = 10


class _Finder:
    """Asks a verifier beside the rights of one view, until the time is over."""

    def __init__(self, verifier: Verifier, rights: RightsSnapshot) -> None:
        self._verifier = verifier
        self._rights = rights
        self._ends_at = time.monotonic() + SEARCH_S

    def largest(self, route: Route, period: Period, firmness: Firmness) -> Sequence[tuple[Period, int]]:
        with suppress(Undecided):
            left = self._ends_at - time.monotonic()
            return self._verifier.largest(self._rights, route, period, firmness, seconds=left)
        return ()

    def throughout(self, route: Route, period: Period, firmness: Firmness) -> int:
        with suppress(Undecided):
            left = self._ends_at - time.monotonic()
            return self._verifier.largest_throughout(self._rights, route, period, firmness, seconds=left)
        return 0


async def alternatives(
    market: Marketplace, principal: Principal, view: NetworkView, terms: Terms
) -> Alternatives:
    """Return what could be had instead of a request that was refused on `view`."""
    rules, request = terms.rules, terms.request
    found = await market.verifiers.run(
        view.published,
        lambda verifier: search(
            request,
            view.published.network,
            _Finder(verifier, view.rights),
            on_sale=rules.on_sale(terms.today),
            has_interruptible=Firmness.INTERRUPTIBLE in rules.firmness,
        ),
    )
    network_id, route, period = view.published.id, request.route, request.period
    async with market.database.read() as connection:
        listings = await open_listings(
            connection, principal, network_id, route=route, period=period, limit=OFFERS_SHOWN_MAX
        )
        releases = await open_releases(
            connection, network_id, route=route, period=period, limit=OFFERS_SHOWN_MAX
        )
    return replace(found, listings=tuple(listings), releases=tuple(releases))
