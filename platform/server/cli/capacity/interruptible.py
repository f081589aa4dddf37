"""The command on interruptible quantities: `linepack interruptible`."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from rich.table import Table

from capacity.networks import repository
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.publication.interruptible import SetInterruptibleQuantity, set_interruptible_quantity
from capacity.rights.model import RouteKind
from linepack.access import Principal
from server.cli.session import console, run
from server.services import Services

commands = typer.Typer()


def _share(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is not a number") from None


@commands.command()
def interruptible(
    code: Annotated[str, typer.Argument(help="Code of the network.")],
    kind: Annotated[
        RouteKind | None, typer.Option(help="State something: about which kind of route.")
    ] = None,
    receipt: Annotated[str | None, typer.Option(help="The entry point; every one, if left out.")] = None,
    delivery: Annotated[str | None, typer.Option(help="The exit point; every one, if left out.")] = None,
    quantity: Annotated[int | None, typer.Option(min=0, help="Whole units on sale.")] = None,
    share: Annotated[
        Decimal | None, typer.Option(parser=_share, help="On sale: this share of the technical capacity.")
    ] = None,
    valid_from: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First gas day; today, if left out."),
    ] = None,
) -> None:
    """Show how much interruptible capacity is on sale on a network, and state more.

    With --kind, neither a quantity nor a share ends what was stated before.
    """

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            published = await repository.by_code(connection, code)
        if kind is not None:
            today = published.network.clock.gas_day(services.now())
            first = today if valid_from is None else valid_from.date()
            new = InterruptibleQuantity(kind, first, receipt, delivery, quantity, share)
            caller = services.market.caller(principal, services.now())
            await caller.run(set_interruptible_quantity, SetInterruptibleQuantity(published.id, new))
            async with services.database.read() as connection:
                published = await repository.load(connection, published.id)
        _show(published.interruptible)

    run(command)


def _show(stated: tuple[InterruptibleQuantity, ...]) -> None:
    if not stated:
        console.print("nothing interruptible is on sale")
        return
    table = Table("from", "kind", "receipt", "delivery", "on sale")
    for one in stated:
        measure = "nothing stated" if one.quantity is None else f"{one.quantity:,}"
        if one.share is not None:
            measure = f"{one.share:%} of technical capacity"
        hub_or_every = "every" if one.is_for_every else "–"
        table.add_row(
            one.valid_from.isoformat(),
            one.kind.value,
            one.receipt or hub_or_every,
            one.delivery or hub_or_every,
            measure,
        )
    console.print(table)
