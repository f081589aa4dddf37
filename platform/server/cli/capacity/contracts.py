"""`linepack contract`: what a contract network buys for its demand, or what a metered quantity costs."""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from capacity.contracts.algebra.plan import Settled, invoice, plan
from capacity.contracts.algebra.unfolding import unfolded
from capacity.contracts.codec import network_from_json
from capacity.contracts.model import EdgeRole
from capacity.contracts.pricing.calculation import PricingContext, format_decimal
from server.cli.session import console, refusals

commands = typer.Typer()


@commands.command()
def contract(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A contract network in JSON.")],
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The gas day whose prices count.")],
    metered: Annotated[
        str | None,
        typer.Option(help="Units metered at its end. Without it, what its meters demand is bought."),
    ] = None,
    overrun_factor: Annotated[str, typer.Option(help="Times the last unit's price, beyond all bands.")] = "1",
    index: Annotated[list[str] | None, typer.Option(help="NAME=VALUE of an index; may be repeated.")] = None,
    calorific_value: Annotated[str | None, typer.Option(help="Of the gas, kWh per normal m³.")] = None,
    role: Annotated[EdgeRole, typer.Option(help="Which edges are read.")] = EdgeRole.ACCOUNTING,
) -> None:
    """Plan what a contract network buys, in the order of prices, or bill what was metered, in that of ranks.

    Sub-networks are opened, and edges side by side or one after the other merged, before bands are filled.
    Ends with status 1 for a network that has faults or does not form one line of supply.
    """
    values = dict(_named(one) for one in index or [])
    at = PricingContext(day.date(), None if calorific_value is None else _number(calorific_value), values)
    with refusals():
        network = unfolded(network_from_json(_json(file)))
        if metered is None:
            settled = plan(network, role=role, at=at)
        else:
            settled = invoice(
                network, _number(metered), role=role, at=at, overrun_factor=_number(overrun_factor)
            )
    show(console, settled)


def show(on: Console, settled: Settled) -> None:
    """Print the quantity of each edge, what is beyond all bands, and how the amount came about."""
    for edge_id, quantity in sorted(settled.flows.items()):
        on.print(f"{edge_id}  {format_decimal(quantity)}", highlight=False, markup=False)
    if settled.overrun:
        on.print(f"overrun  {format_decimal(settled.overrun)}", highlight=False)
    on.print(str(settled.steps), highlight=False, markup=False, soft_wrap=True)


def _json(file: Path) -> object:
    try:
        found: object = json.loads(file.read_text())
    except ValueError as fault:
        raise typer.BadParameter(f"{file} is not JSON: {fault}") from None
    return found


def _named(text: str) -> tuple[str, Decimal]:
    name, _, value = text.partition("=")
    return name, _number(value)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is not a number") from None
    if not number.is_finite() or number < 0:
        raise typer.BadParameter(f"{text!r} is not a number of 0 or more")
    return number
