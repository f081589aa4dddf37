"""The command `linepack availability --all`: what every route of a network offers."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from capacity.feasibility.questions.many_routes import UNKNOWN
from capacity.rights.model import RouteKind
from linepack.gasday import Period
from market.primary.many_routes import OfferedRoutes, known, routes_asked
from server.cli.answers import UNKNOWN as NOT_KNOWN
from server.cli.answers import Answer, Column, Rows
from server.cli.arguments import period_of
from server.cli.session import Session

ROUTES: Final = (
    Column("route", "route"),
    Column("period", "gas days"),
    Column("technical", "technical"),
    Column("sold", "sold"),
    Column("available", "available", missing=NOT_KNOWN),
    Column("at_most", "at most"),
    Column("not_on_sale", "not on sale"),
    Column("unit_price", "unit price", "f", NOT_KNOWN),
)


async def all_routes(
    session: Session, *, network: str, start: date, end: date, kind: RouteKind | None
) -> Answer:
    """Show what every route of a kind offers, or all that are sold, by stretches of equal gas days."""
    published, caller = await session.network(network), session.caller()
    asked = await routes_asked(
        caller.market, published.id, period_of(start, end), kind=kind, routes=(), at=caller.at
    )
    offered = await known(caller.market, asked)
    records = list(_records(offered))
    unit, demanded = published.network.unit, published.policy.firm_level
    title = f"{network}, firm, each route for itself, in {unit}, verified at level {demanded}"
    values = {
        "network": network,
        "unit": unit,
        "currency": published.currency,
        "demanded_level": demanded,
        "bound_level": offered.table.bound_level,
        "stretches": records,
    }
    return Answer.of(values, Rows(ROUTES, records, title=title))


def _records(offered: OfferedRoutes) -> Iterator[Mapping[str, object]]:
    """Yield what each route offers in turn, neighbouring stretches that are alike for it as one."""
    stretches = offered.table.stretches
    for row, route in enumerate(offered.table.routes):
        figures = [_figures(offered, row, place) for place in range(len(stretches))]
        first = 0
        for place in range(1, len(stretches) + 1):
            if place == len(stretches) or figures[place] != figures[first]:
                period = Period(stretches[first].start, stretches[place - 1].end)
                price = _unit_price(offered, row, slice(first, place))
                yield {"route": route, "period": period, **figures[first], "unit_price": price}
                first = place


def _figures(offered: OfferedRoutes, row: int, place: int) -> Mapping[str, object]:
    table = offered.table
    available = int(table.available[row, place])
    return {
        "technical": int(table.technical[row, place]),
        "sold": int(table.sold[row, place]),
        "available": None if available == UNKNOWN else available,
        "at_most": int(table.at_most[row, place]),
        "not_on_sale": offered.not_on_sale[place],
    }


def _unit_price(offered: OfferedRoutes, row: int, places: slice) -> Decimal | None:
    """Return what a unit costs on all gas days of some stretches, None where that is not known."""
    place = offered.prices.place_of[row]
    amounts = () if place < 0 else offered.prices.prices[place].amounts[places]
    known_ones = [amount for amount in amounts if amount is not None]
    return sum(known_ones, Decimal(0)) if known_ones and len(known_ones) == len(amounts) else None
