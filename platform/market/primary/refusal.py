"""The home of what a refused shipper is told beside the verdict: what it could have instead.

Runs after the transaction, on the view that refused, for a limited time.
"""

import time
from dataclasses import replace

from capacity.rights.model import Firmness
from capacity.snapshots import NetworkView
from linepack.identity.model import Principal
from market.marketplace import Marketplace
from market.primary.alternatives import search
from market.primary.model import Alternatives, Terms
from market.release.repository import open_releases
from market.secondary.listings.repository import open_listings

SEARCH_S = 2.0
"""How long new verifications may begin."""
OFFERS_SHOWN_MAX = 10


async def alternatives(
    market: Marketplace, principal: Principal, view: NetworkView, terms: Terms
) -> Alternatives:
    """Return what could be had instead of a request that was refused on `view`."""
    ends_at = time.monotonic() + SEARCH_S
    rules, request = terms.rules, terms.request
    found = await market.verifiers.run(
        view.published,
        lambda verifier: search(
            request,
            view.published.network,
            lambda route, period, firmness: verifier.largest(view.rights, route, period, firmness),
            on_sale=rules.on_sale(terms.today),
            has_interruptible=Firmness.INTERRUPTIBLE in rules.firmness,
            has_time=lambda: time.monotonic() < ends_at,
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
