"""The commands on capacity that an operator keeps back: `linepack set-aside add`, `end` and `list`.

They act for the operator of the network concerned.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from linepack.access import Role
from linepack.database.paging import whole
from linepack.ids import SetAsideId
from market.set_asides import repository
from market.set_asides.model import EndSetAside, SetAside
from market.set_asides.service import end_set_aside
from market.set_asides.service import set_aside as keep_back
from server.cli.answers import Answer, Column, Rows
from server.cli.arguments import period_of
from server.cli.session import Session

LISTED: Final = (
    Column("id", "id"),
    Column("route", "route"),
    Column("period", "gas days"),
    Column("quantity", "quantity"),
    Column("until", "until", missing="it is ended"),
    Column("reason", "reason"),
)


async def add(
    session: Session,
    *,
    network: str,
    start: date,
    end: date,
    quantity: int,
    reason: str,
    receipt: str | None,
    delivery: str | None,
    until: datetime | None,
    key: str | None,
) -> Answer:
    """Keep firm capacity of a network back."""
    period = period_of(start, end)
    published = await session.network(network)
    order = SetAside(
        network_id=published.id,
        receipt=receipt,
        delivery=delivery,
        start=period.start,
        end=period.end,
        quantity=quantity,
        reason=reason,
        until=until,
        idempotency_key=key or str(uuid4()),
    )
    aside = await keep_back(order, session.caller_for(published.operator_id, Role.OPERATOR))
    values = {"id": aside.id, "route": str(aside.route), "period": aside.period, "quantity": aside.quantity}
    text = f"{aside.id}  {aside.quantity:,} {published.network.unit} {aside.route}, {aside.period}"
    return Answer.of(values, text)


async def end(session: Session, *, set_aside: UUID) -> Answer:
    """Offer what was kept back again."""
    async with session.services.database.read() as connection:
        aside = await repository.get(connection, SetAsideId(set_aside))
    published = await session.services.snapshots.published(aside.network_id)
    operator = session.caller_for(published.operator_id, Role.OPERATOR)
    await operator.run(end_set_aside, EndSetAside(aside.id))
    values = {"id": aside.id, "route": str(aside.route), "period": aside.period}
    return Answer.of(values, f"{aside.id}  ended: {aside.route}, {aside.period} is for sale again")


async def list_(session: Session, *, network: str) -> Answer:
    """List what is kept back now, the newest first."""
    published = await session.network(network)
    async with session.services.database.read() as connection:
        found = await whole(connection, repository.of_network(published.id))
    records = [
        {
            "id": aside.id,
            "route": str(aside.route),
            "period": segment.period,
            "quantity": segment.quantity,
            "until": aside.until,
            "reason": aside.reason,
        }
        for aside in found
        for segment in aside.held
    ]
    return Answer.listing(Rows(LISTED, records), f"Nothing is set aside on {network}.")
