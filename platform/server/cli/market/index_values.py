"""The commands on index values: `linepack index publish` and `show`. They act for the network's operator."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from capacity.networks import repository as networks
from linepack.access import Principal, Role
from linepack.problems import Fault, InvalidInput
from market.index_values import repository
from market.index_values.csv_form import read_values
from market.index_values.service import PublishIndexValues, publish_index_values
from server.cli.arguments import Code, End, Start
from server.cli.session import acting_for, console, period_of, run
from server.services import Services

index_values = typer.Typer(help="Values of published indices that prices follow.", no_args_is_help=True)


@index_values.command()
def publish(
    network: Code,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV with the columns index, day and value.")
    ],
) -> None:
    """Publish the values of a file, all of them or none; those published already change nothing.

    A further value for a gas day corrects the one before.
    """

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            published = await networks.by_code(connection, network)
        operator = acting_for(principal, published.operator_id, Role.OPERATOR)
        values = PublishIndexValues(published.id, tuple(read_values(_text(file))))
        caller = services.market.caller(operator, services.now())
        new = await caller.run(publish_index_values, values)
        corrected = sum(one.revision > 1 for one in new)
        known = len(values.values) - len(new)
        console.print(f"{len(new)} published, {corrected} of them corrections; {known} were known already.")

    run(command)


@index_values.command()
def show(
    network: Code,
    index: Annotated[str, typer.Argument(help="Name of the index.")],
    start: Start,
    end: End,
) -> None:
    """List the values of an index, each with those that it corrected."""
    period = period_of(start.date(), end.date())

    async def command(services: Services, principal: Principal) -> None:
        async with services.database.read() as connection:
            published = await networks.by_code(connection, network)
            found = await repository.history(connection, published.id, index, period)
        table = Table("gas day", "value", "revision", "published", box=None)
        for one in found:
            table.add_row(
                str(one.day), f"{one.value:f}", str(one.revision), f"{one.published_at:%Y-%m-%d %H:%M}"
            )
        console.print(table)

    run(command)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InvalidInput(
            [Fault(file.name, f"is not UTF-8 text: {fault.reason} at byte {fault.start}")]
        ) from fault
