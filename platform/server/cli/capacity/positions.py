"""The command `linepack positions`: what a party has on each route of a network."""

from datetime import date
from typing import Final

from capacity.contracts.positions import Asked, positions
from capacity.rights.model import Firmness, Route
from server.cli.answers import Answer, Column, Rows
from server.cli.arguments import period_of
from server.cli.session import Session

FIGURES: Final = ("acquired", "traded", "released", "owned", "listed", "held", "free")
POSITIONS: Final = (
    Column("route", "route"),
    Column("firmness", "firmness"),
    Column("period", "gas days"),
    *(Column(name, name) for name in FIGURES),
)


async def positions_of(
    session: Session,
    *,
    network: str,
    party: str,
    start: date,
    end: date,
    receipt: str | None,
    delivery: str | None,
    firmness: Firmness | None,
) -> Answer:
    """Show what a party has, route by route, in stretches of equal gas days."""
    published, company = await session.network(network), await session.party(party)
    route = None if receipt is None and delivery is None else Route(receipt, delivery)
    asked = Asked(published.id, company.id, period_of(start, end), route, firmness)
    async with session.services.database.read() as connection:
        found = await positions(connection, asked)
    records = [
        {
            "route": of_route.route,
            "firmness": of_route.firmness,
            "period": one.period,
            **{name: getattr(one, name) for name in FIGURES},
        }
        for of_route in found
        for one in of_route.positions
    ]
    unit = published.network.unit
    rows = Rows(POSITIONS, records, title=f"{company.name} on {network}, in {unit}")
    values = {"network": network, "party": company.code, "unit": unit, "positions": records}
    shown = rows if records else f"{company.name} has nothing on {network} on {asked.period}."
    return Answer.of(values, shown)
