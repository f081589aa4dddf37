"""What many routes offer over a period: verified quantities, gas days on sale, what a unit costs."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial

import numpy as np

from capacity.feasibility.errors import Undecided
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.questions.many_routes import UNKNOWN, ManyRoutes
from capacity.feasibility.verifier import Verifier
from capacity.networks.policy import Level
from capacity.rights.model import Firmness, Route, RouteKind
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import GasDay, Period
from linepack.ids import NetworkId
from linepack.problems import Fault, InvalidInput
from market.context import Market
from market.products import repository as products
from market.products.model import ProductRules
from market.products.on_sale import NotOnSale, on_sale_spans
from market.tariffs.unit_prices import UnitPrice, UnitPrices, unit_prices


@dataclass(frozen=True, slots=True, eq=False)
class OfferedRoutes:
    """What many routes offer, the stretches cut where the sale begins and ends.

    `not_on_sale` and `levels` have one entry for each stretch, as the amounts of each price have; a level is
    that to which every route is verified there.
    """

    table: ManyRoutes
    not_on_sale: tuple[NotOnSale | None, ...]
    levels: tuple[Level, ...]
    prices: UnitPrices


@dataclass(frozen=True, slots=True)
class RoutesAsked:
    """All routes of some kinds, or some routes, asked about for a period on one state of a network."""

    view: NetworkView
    rules: ProductRules
    today: GasDay
    period: Period
    kinds: tuple[RouteKind, ...]
    routes: tuple[Route, ...]

    @property
    def spans(self) -> list[tuple[Period, NotOnSale | None]]:
        """The period, cut at the first and the last gas day on sale."""
        return on_sale_spans(self.rules, self.period, self.today)

    def on(self, verifier: Verifier) -> ManyRoutes:
        """Return what the routes offer as far as it is known; nothing on gas days that are not on sale."""
        of_kinds = (route for kind in self.kinds for route in verifier.views.routes(kind))
        routes = (*of_kinds, *self.routes)
        found = verifier.views.availability(self.view.rights, routes, self.period)
        return _cut(found, self.spans)

    def of_route(self, route: Route) -> "RoutesAsked":
        """Return the same question about one of the routes."""
        return replace(self, kinds=(), routes=(route,))


async def routes_asked(
    market: Market,
    network_id: NetworkId,
    period: Period,
    *,
    kind: RouteKind | None,
    routes: tuple[Route, ...],
    at: datetime,
) -> RoutesAsked:
    """Return a question about the routes of a kind, about `routes`, or, with neither, about all that is sold.

    It is asked of the state of the network now. Raises NotFound, or InvalidInput where the operator sells no
    such routes firm.
    """
    view = await market.networks.current(network_id)
    today = view.published.network.clock.gas_day(at)
    async with market.database.read() as connection:
        rules = await products.in_force(connection, network_id, today)
    sold = rules.route_kinds if Firmness.FIRM in rules.firmness else frozenset()
    unsold = ({kind} if kind is not None else {route.kind for route in routes}) - sold
    if unsold or not sold:
        message = f"this network sells no firm {' or '.join(sorted(unsold))} rights".replace("  ", " ")
        raise InvalidInput([Fault("routes" if routes else "kind", message)])
    kinds = (kind,) if kind is not None else () if routes else tuple(sorted(sold))
    return RoutesAsked(view, rules, today, period, kinds, routes)


async def known(market: Market, asked: RoutesAsked) -> OfferedRoutes:
    """Return what the routes offer, as far as it is known without waiting for proof."""
    return await _offered(market, asked, await market.verifiers.run(asked.view.published, asked.on))


async def verified(market: Market, asked: RoutesAsked) -> AsyncIterator[OfferedRoutes]:
    """Yield what the routes offer as it is known, then each route that was not verified, once it is.

    Those that may offer most on every gas day come first. What cannot be verified in time stays unknown.
    """
    published, rights = asked.view.published, asked.view.rights
    first = await known(market, asked)
    yield first
    table = first.table
    for row in np.argsort(-table.at_most.min(axis=1), kind="stable").tolist():
        route = table.routes[row]
        unknown = np.flatnonzero(table.available[row] == UNKNOWN).tolist()
        for place in unknown:
            stretch = table.stretches[place]
            # One stretch at a time, so that others get their turn between.
            with suppress(Undecided):
                await market.verifiers.run(published, partial(_verify, rights, route, stretch))
        if unknown:
            yield await known(market, asked.of_route(route))


def _verify(rights: RightsSnapshot, route: Route, period: Period, verifier: Verifier) -> None:
    """Verify what a route offers; it is kept."""
    verifier.availability(rights, route, period)


async def _offered(market: Market, asked: RoutesAsked, table: ManyRoutes) -> OfferedRoutes:
    reasons = [
        next(reason for period, reason in asked.spans if stretch.start in period)
        for stretch in table.stretches
    ]
    demanded = asked.view.published.policy.firm_level
    is_verified = (table.available != UNKNOWN).all(axis=0).tolist()
    levels = [demanded if every else table.bound_level for every in is_verified]
    prices = await _prices(market, asked, table, reasons)
    return OfferedRoutes(table, tuple(reasons), tuple(levels), prices)


async def _prices(
    market: Market, asked: RoutesAsked, table: ManyRoutes, reasons: Sequence[NotOnSale | None]
) -> UnitPrices:
    """Return what a unit costs on the stretches on sale, booked together; the others have no amount."""
    places = [place for place, reason in enumerate(reasons) if reason is None]
    if not places:
        return UnitPrices((), (-1,) * len(table.routes))
    stretches = [table.stretches[place] for place in places]
    runtime = asked.rules.runtime(Period(stretches[0].start, stretches[-1].end))
    async with market.database.read() as connection:
        found = await unit_prices(connection, asked.rules.network_id, table.routes, runtime, stretches)
    return replace(found, prices=tuple(_spread(price, places, len(reasons)) for price in found.prices))


def _spread(price: UnitPrice, places: Sequence[int], stretches: int) -> UnitPrice:
    amounts: list[Decimal | None] = [None] * stretches
    for place, amount in zip(places, price.amounts, strict=True):
        amounts[place] = amount
    return replace(price, amounts=tuple(amounts))


def _cut(table: ManyRoutes, spans: Sequence[tuple[Period, NotOnSale | None]]) -> ManyRoutes:
    """Return a table whose stretches are cut where `spans` are; what is not on sale offers nothing."""
    pieces = [
        (own, place, reason is None)
        for place, stretch in enumerate(table.stretches)
        for period, reason in spans
        if (own := stretch.overlap(period)) is not None
    ]
    places = [place for _, place, _ in pieces]
    is_on_sale = np.array([is_sold for _, _, is_sold in pieces])
    return replace(
        table,
        stretches=tuple(own for own, _, _ in pieces),
        technical=table.technical[:, places],
        sold=table.sold[:, places],
        at_most=np.where(is_on_sale, table.at_most[:, places], 0),
        available=np.where(is_on_sale, table.available[:, places], 0),
    )
