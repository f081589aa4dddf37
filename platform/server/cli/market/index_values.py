"""The commands on index values: `linepack index publish` and `show`. They act for the network's operator."""

from datetime import date
from pathlib import Path
from typing import Final

from linepack.access import Role
from market.index_values import repository
from market.index_values.csv_form import read_values
from market.index_values.service import PublishIndexValues, publish_index_values
from server.cli.answers import Answer, Column, Rows
from server.cli.arguments import period_of
from server.cli.files import read_text
from server.cli.session import Session

VALUES: Final = (
    Column("day", "gas day"),
    Column("value", "value", "f"),
    Column("revision", "revision", "d"),
    Column("published_at", "published"),
)


async def publish(session: Session, *, network: str, file: Path) -> Answer:
    """Publish the values of a file."""
    published = await session.network(network)
    values = PublishIndexValues(published.id, tuple(read_values(read_text(file))))
    new = await session.caller_for(published.operator_id, Role.OPERATOR).run(publish_index_values, values)
    corrected = sum(one.revision > 1 for one in new)
    known = len(values.values) - len(new)
    return Answer.of(
        {"published": len(new), "corrections": corrected, "known": known},
        f"{len(new)} published, {corrected} of them corrections; {known} were known already.",
    )


async def show(session: Session, *, network: str, index: str, start: date, end: date) -> Answer:
    """List the values of an index, each with those that it corrected."""
    period = period_of(start, end)
    published = await session.network(network)
    async with session.services.database.read() as connection:
        found = await repository.history(connection, published.id, index, period)
    records = [{column.name: getattr(one, column.name) for column in VALUES} for one in found]
    return Answer.listing(Rows(VALUES, records), f"{index} has no value on {period}.")
