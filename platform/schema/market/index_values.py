"""Index values: what prices follow, published by the operator of a network."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

import strawberry

from linepack.ids import PartyId
from linepack.problems import Fault, FaultWithin, InvalidInput
from market.index_values import model, repository, service
from market.index_values.csv_form import read_values
from schema.capacity.networks import network_id_of
from schema.identity.parties import Party
from schema.types.commands import run
from schema.types.context import Info
from schema.types.domain_values import FromDomain, shown_as
from schema.types.nodes import reference
from schema.types.permissions import MayOperate, MayRead
from schema.types.problems import Refusals
from schema.types.scalars import PeriodInput

INDEX = "The name of the index."
INDEX_DAYS_MAX = 400
VALUE = "Money per commercial unit and gas day."


@strawberry.type
class IndexValue(FromDomain):
    """The value of an index for a gas day; the greatest revision of a gas day applies."""

    published_by_id: strawberry.Private[PartyId]
    index: str = strawberry.field(description=INDEX)
    day: date
    value: Decimal = strawberry.field(description=VALUE)
    revision: int = strawberry.field(description="1 for the first of a gas day; a correction has the next.")
    published_at: datetime = strawberry.field(description="When it was published.")
    published_by: Party = reference(Party, "published_by_id", "The party that published it.")

    @classmethod
    def of(cls, value: model.IndexValue) -> Self:
        """Show a value."""
        return shown_as(cls, value, published_by_id=value.published_by)


@strawberry.input
class IndexValueInput:
    """A value to publish."""

    index: str
    day: date
    value: Decimal = strawberry.field(description=VALUE)


@strawberry.input
class PublishIndexValuesInput:
    """Values of one index or several, one by one or as a table.

    A value that is published already changes nothing.
    """

    network: str
    values: list[IndexValueInput] = strawberry.field(default_factory=list, description="The values.")
    csv: str | None = strawberry.field(
        default=None, description="A table with the columns index, day and value, in place of `values`."
    )


@strawberry.type
class PublishIndexValuesPayload:
    """The values that are new."""

    published: list[IndexValue] = strawberry.field(description="The new values.")


PublishIndexValuesResult = Annotated[
    PublishIndexValuesPayload | Refusals, strawberry.union("PublishIndexValuesResult")
]


@strawberry.type
class IndexValueQueries:
    """Queries of index values."""

    @strawberry.field(
        permission_classes=[MayRead],
        description=f"Every value of an index on at most {INDEX_DAYS_MAX} gas days, by day and revision.",
    )
    async def index_values(
        self, info: Info, *, network: str, index: str, period: PeriodInput
    ) -> list[IndexValue]:
        """Return the values and their corrections."""
        days = period.to_period(days_max=INDEX_DAYS_MAX)
        network_id = await network_id_of(info, network)
        async with info.context.services.database.read() as connection:
            found = await repository.history(connection, network_id, index, days)
        return [IndexValue.of(one) for one in found]


@strawberry.type
class IndexValueMutations:
    """Mutations of index values."""

    @strawberry.mutation(permission_classes=[MayOperate])
    async def publish_index_values(
        self,
        info: Info,
        input: PublishIndexValuesInput,  # noqa: A002
    ) -> PublishIndexValuesResult:
        """Publish values that prices of your network follow.

        A further value for a gas day corrects the one before. Charges that depend on it are corrected.
        """
        command = service.PublishIndexValues(
            network_id=await network_id_of(info, input.network), values=tuple(_stated(input))
        )
        published = await run(info, service.publish_index_values, command)
        return PublishIndexValuesPayload(published=[IndexValue.of(one) for one in published])


def _stated(given: PublishIndexValuesInput) -> list[model.StatedValue]:
    if given.csv is None:
        return [
            model.StatedValue(one.index, one.day, one.value, f"values[{place}]")
            for place, one in enumerate(given.values)
        ]
    if given.values:
        raise InvalidInput([Fault("csv", "give values or a table, not both")])
    try:
        return read_values(given.csv)
    except InvalidInput as refusal:
        faults = (FaultWithin(fault.place, fault.message, "csv") for fault in refusal.faults)
        raise InvalidInput(faults) from refusal
