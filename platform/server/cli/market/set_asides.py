"""The commands on capacity that an operator keeps back: `linepack set-aside add`, `end` and `list`.

They act for the operator of the network concerned.
"""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

import typer
from rich.table import Table

from capacity.networks import repository as networks
from capacity.networks.repository import PublishedNetwork
from linepack.access import Principal, Role
from linepack.ids import SetAsideId
from market.set_asides import repository
from market.set_asides.model import CapacitySetAside, EndSetAside, SetAside
from market.set_asides.service import end_set_aside
from market.set_asides.service import set_aside as keep_back
from server.cli.arguments import Code, Delivery, End, Quantity, Receipt, Start
from server.cli.session import acting_for, console, period_of, run
from server.services import Services

LISTED_MAX = 100

set_asides = typer.Typer(help="Capacity that the operator of a network keeps back.", no_args_is_help=True)


@set_asides.command()
def add(
    network: Code,
    start: Start,
    end: End,
    quantity: Quantity,
    reason: Annotated[str, typer.Option(help="Why it is not for sale, in one line, for everyone.")],
    receipt: Receipt = None,
    delivery: Delivery = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M"], help="When it ends by itself, in UTC; if left out, never."),
    ] = None,
    key: Annotated[str | None, typer.Option(help="Idempotency key: the same key sets aside once.")] = None,
) -> None:
    """Keep firm capacity of a network back; it counts as sold until it is ended."""
    period = period_of(start.date(), end.date())

    async def command(services: Services, principal: Principal) -> None:
        published = await _published(services, network)
        order = SetAside(
            network_id=published.id,
            receipt=receipt,
            delivery=delivery,
            start=period.start,
            end=period.end,
            quantity=quantity,
            reason=reason,
            until=None if until is None else until.replace(tzinfo=UTC),
            idempotency_key=key or str(uuid4()),
        )
        operator = acting_for(principal, published.operator_id, Role.OPERATOR)
        aside = await keep_back(order, services.market.caller(operator, services.now()))
        console.print(
            f"{aside.id}  {aside.quantity:,} {published.network.unit} {aside.route}, {aside.period}"
        )

    run(command)


@set_asides.command()
def end(
    set_aside: Annotated[UUID, typer.Argument(help="Id, as `linepack set-aside list` shows it.")],
) -> None:
    """Offer what was kept back again; ending twice ends once."""

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            aside = await repository.get(connection, SetAsideId(set_aside))
        published = await services.snapshots.published(aside.network_id)
        operator = services.market.caller(
            acting_for(principal, published.operator_id, Role.OPERATOR), services.now()
        )
        await operator.run(end_set_aside, EndSetAside(aside.id))
        console.print(f"{aside.id}  ended: {aside.route}, {aside.period} is for sale again")

    run(command)


@set_asides.command("list")
def list_(network: Code) -> None:
    """Show what is kept back now, the newest first."""

    async def command(services: Services, principal: Principal) -> None:
        published = await _published(services, network)
        async with services.database.read() as connection:
            found = await repository.of_network(connection, published.id, limit=LISTED_MAX)
        table = Table("id", "route", "gas days", "quantity", "until", "reason", box=None)
        for aside in found:
            for segment in aside.held:
                days, quantity = str(segment.period), f"{segment.quantity:,}"
                table.add_row(str(aside.id), str(aside.route), days, quantity, _until(aside), aside.reason)
        console.print(table)

    run(command)


def _until(aside: CapacitySetAside) -> str:
    return "it is ended" if aside.until is None else f"{aside.until:%Y-%m-%d %H:%M} UTC"


async def _published(services: Services, code: str) -> PublishedNetwork:
    async with services.database.read() as connection:
        return await networks.by_code(connection, code)
