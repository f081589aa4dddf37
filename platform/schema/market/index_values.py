"""Index values in the API: what prices follow, published by the operator of a network."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

import strawberry

from linepack.ids import PartyId
from linepack.problems import Fault, InvalidInput
from market.index_values import model, repository, service
from market.index_values.csv_form import read_values
from schema.capacity.networks import network_id_of
from schema.identity.parties import Party
from schema.types.nodes import Info, Refusals
from schema.types.permissions import MayOperate, MayRead
from schema.types.scalars import PeriodInput

INDEX_DAYS_MAX = 400


@strawberry.type(description="The value of an index for a gas day, per commercial unit and gas day.")
class IndexValue:
    """A published value; the greatest revision of a gas day holds."""

    published_by_id: strawberry.Private[PartyId]
    index: str
    day: date
    value: Decimal
    revision: int = strawberry.field(description="1 for the first of a gas day; a correction has the next.")
    published_at: datetime

    @classmethod
    def of(cls, value: model.IndexValue) -> Self:
        """Show a value."""
        return cls(
            published_by_id=value.published_by,
            index=value.index,
            day=value.day,
            value=value.value,
            revision=value.revision,
            published_at=value.published_at,
        )

    @strawberry.field
    async def published_by(self, info: Info) -> Party:
        """Return who published it."""
        return await Party.load(info, self.published_by_id)


@strawberry.input
class IndexValueInput:
    """A value to publish."""

    index: str
    day: date
    value: Decimal


@strawberry.input
class PublishIndexValuesInput:
    """Values of one index or several, one by one or as a table; a value published already changes nothing."""

    network: str
    values: list[IndexValueInput] = strawberry.field(default_factory=list)
    csv: str | None = strawberry.field(
        default=None, description="A table with the columns index, day and value, in place of `values`."
    )


@strawberry.type
class PublishIndexValuesPayload:
    """What is new."""

    published: list[IndexValue]


PublishIndexValuesResult = Annotated[
    PublishIndexValuesPayload | Refusals, strawberry.union("PublishIndexValuesResult")
]


@strawberry.type
class IndexValueQueries:
    """Published index values."""

    @strawberry.field(
        permission_classes=[MayRead],
        description=f"Every value of an index on at most {INDEX_DAYS_MAX} gas days, by day and revision.",
    )
    async def index_values(
        self, info: Info, *, network: str, index: str, period: PeriodInput
    ) -> list[IndexValue]:
        """Return the values and what they corrected."""
        days = period.to_period()
        if days.days > INDEX_DAYS_MAX:
            raise InvalidInput([Fault("period", f"at most {INDEX_DAYS_MAX} gas days, not {days.days}")])
        network_id = await network_id_of(info, network)
        async with info.context.services.database.read() as connection:
            found = await repository.history(connection, network_id, index, days)
        return [IndexValue.of(one) for one in found]


@strawberry.type
class IndexValueMutations:
    """Publishing index values."""

    @strawberry.mutation(
        permission_classes=[MayOperate],
        description="Publish values that prices of your network follow. A further value for a gas day "
        "corrects the one before. What they concern is charged anew.",
    )
    async def publish_index_values(
        self,
        info: Info,
        input: PublishIndexValuesInput,  # noqa: A002
    ) -> PublishIndexValuesResult:
        """Return the values that are new."""
        context = info.context
        command = service.PublishIndexValues(
            network_id=await network_id_of(info, input.network), values=tuple(_stated(input))
        )
        published = await service.publish_index_values(
            context.services.market, context.caller(), command, context.services.now()
        )
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
        faults = (Fault(f"csv: {fault.place}".rstrip(": "), fault.message) for fault in refusal.faults)
        raise InvalidInput(faults) from refusal
