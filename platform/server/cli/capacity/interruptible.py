"""The command on interruptible quantities: `linepack interruptible`."""

from datetime import date
from decimal import Decimal
from typing import Final

from capacity.networks import repository
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.publication.interruptible import SetInterruptibleQuantity, set_interruptible_quantity
from capacity.rights.model import RouteKind
from server.cli.answers import UNKNOWN, Answer, Column, Rows
from server.cli.session import Session

STATED: Final = (
    Column("valid_from", "from"),
    Column("kind", "kind"),
    Column("receipt", "receipt"),
    Column("delivery", "delivery"),
    Column("on_sale", "on sale"),
)


async def interruptible(
    session: Session,
    *,
    code: str,
    kind: RouteKind | None,
    receipt: str | None,
    delivery: str | None,
    quantity: int | None,
    share: Decimal | None,
    valid_from: date | None,
) -> Answer:
    """Show what is stated to be on sale as interruptible, and state more."""
    published = await session.network(code)
    if kind is not None:
        first = valid_from or published.network.clock.gas_day(session.services.now())
        new = InterruptibleQuantity(kind, first, receipt, delivery, quantity, share)
        order = SetInterruptibleQuantity(published.id, new)
        await session.caller().run(set_interruptible_quantity, order)
        async with session.services.database.read() as connection:
            published = await repository.load(connection, published.id)
    records = [_record(one) for one in published.interruptible]
    shown = Rows(STATED, records) if records else "nothing interruptible is on sale"
    return Answer.of(published.interruptible, shown)


def _record(one: InterruptibleQuantity) -> dict[str, object]:
    measure = "nothing stated" if one.quantity is None else f"{one.quantity:,}"
    if one.share is not None:
        measure = f"{one.share:%} of technical capacity"
    hub_or_every = "every" if one.is_for_every else UNKNOWN
    return {
        "valid_from": one.valid_from,
        "kind": one.kind,
        "receipt": one.receipt or hub_or_every,
        "delivery": one.delivery or hub_or_every,
        "on_sale": measure,
    }
