"""`linepack contract`: what a contract network buys for its demand, or what a metered quantity costs."""

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import typer

from capacity.contracts.algebra.plan import Settled, invoice, plan
from capacity.contracts.algebra.unfolding import unfolded
from capacity.contracts.codec import network_from_json
from capacity.contracts.model import EdgeRole
from capacity.contracts.pricing.calculation import PricingContext, format_decimal, number_fault
from server.cli.answers import Answer
from server.cli.files import read_json


def contract(
    *,
    file: Path,
    day: date,
    metered: str | None,
    overrun_factor: str,
    index: list[str] | None,
    calorific_value: str | None,
    role: str,
) -> Answer:
    """Plan what a contract network buys, or bill what was metered."""
    values = dict(_named(one) for one in index or [])
    at = PricingContext(day, None if calorific_value is None else _number(calorific_value), values)
    quantity = None if metered is None else _number(metered)
    factor, read = _number(overrun_factor), EdgeRole(role)
    network = unfolded(network_from_json(read_json(file)))
    if quantity is None:
        return answer(plan(network, role=read, at=at))
    return answer(invoice(network, quantity, role=read, at=at, overrun_factor=factor))


def answer(settled: Settled) -> Answer:
    """Return the quantity of each edge, what is beyond all bands, and how the amount came about."""
    flows = dict(sorted(settled.flows.items()))
    lines = [f"{edge_id}  {format_decimal(quantity)}" for edge_id, quantity in flows.items()]
    if settled.overrun:
        lines.append(f"overrun  {format_decimal(settled.overrun)}")
    steps = str(settled.steps).splitlines()
    values = {
        "quantities": flows,
        "overrun": settled.overrun,
        "amount": settled.steps.amount,
        "working": steps,
    }
    return Answer.of(values, *lines, *steps)


def _named(text: str) -> tuple[str, Decimal]:
    name, _, value = text.partition("=")
    return name, _number(value)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is not a number") from None
    if fault := number_fault(number, ""):
        raise typer.BadParameter(fault.message)
    if number < 0:
        raise typer.BadParameter(f"{text!r} is not a number of 0 or more")
    return number
