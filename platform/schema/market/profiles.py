"""Profiles: several bookings on one network, of which all are made or none."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

import strawberry

from capacity.rights.model import Firmness
from market.primary import commands, model, service
from market.primary.profiles import errors
from market.primary.profiles.largest_scale import LargestScale as DomainLargestScale
from market.primary.profiles.rules import PARTS_MAX
from market.tariffs.charge import charged_together
from schema.capacity.networks import network_id_of
from schema.capacity.verdicts import Verdict
from schema.market.booking import DELIVERY, RECEIPT, BookCapacityPayload, DryRunBookCapacityPayload
from schema.market.credit import CreditExceededProblem
from schema.types.commands import caller_of
from schema.types.context import Info
from schema.types.domain_values import FromDomain, command_of, shown_as
from schema.types.permissions import MayBook
from schema.types.problems import Problem, Refusals
from schema.types.scalars import Money, Quantity

PARTS = (
    f"1 to {PARTS_MAX} parts. Those on one route and of one firmness have no gas day in common; the period "
    "of each is one that the operator sells."
)
TOTAL = "What all parts cost together; null where the price of one is not known."


@strawberry.type
class LargestScale(FromDomain):
    """The largest part of every quantity at once that can be had."""

    scale: Decimal = strawberry.field(
        description="What each quantity is multiplied by, from 0 to 1 in steps of 0.0001."
    )
    is_exact: bool = strawberry.field(
        description="Whether it is proved that no larger scale can be had; else it is the largest verified."
    )
    quantities: list[Quantity] = strawberry.field(
        description="The quantities of the parts at this scale, in whole units, rounded down."
    )


@strawberry.type
class RefusedProfilePart(FromDomain):
    """A part that cannot be had beside the rights sold and the parts before it, and why."""

    number: int = strawberry.field(description="Its place in the input, from 0.")
    missing: Quantity = strawberry.field(description="How much of it was not verified throughout its period.")
    verdict: Verdict

    @classmethod
    def of(cls, value: errors.RefusedPart) -> Self:
        """Show a part."""
        return shown_as(cls, value, missing=Quantity(value.missing))


@strawberry.type
class ProfileRefusedProblem(Problem):
    """Some parts of the profile cannot be had, or not provably, so that none is booked."""

    parts: list[RefusedProfilePart] = strawberry.field(description="Those that cannot be had.")
    largest_scale: LargestScale | None = strawberry.field(
        description="How much of the profile could be had; null where that was not found in time."
    )

    @classmethod
    def of(cls, value: errors.ProfileRefused) -> Self:
        """Show a rejection."""
        scale: DomainLargestScale | None = value.scale
        shown = None if scale is None else LargestScale.of(scale)
        return shown_as(cls, value, largest_scale=shown)


@strawberry.input
class ProfilePartInput:
    """A quantity on every gas day from `start` up to, not including, `end`."""

    receipt: str | None = strawberry.field(default=None, description=RECEIPT)
    delivery: str | None = strawberry.field(default=None, description=DELIVERY)
    start: date
    end: date
    quantity: Quantity
    firmness: Firmness = Firmness.FIRM


@strawberry.input
class ProfileRequestInput:
    """Quantities to quote together, such as one for each month."""

    network: str
    parts: list[ProfilePartInput] = strawberry.field(description=PARTS)


@strawberry.input
class BookProfileInput(ProfileRequestInput):
    """Quantities to book together at tariff, all of them or none."""

    idempotency_key: strawberry.ID


@strawberry.type
class DryRunBookProfilePayload:
    """A quote of every part."""

    parts: list[DryRunBookCapacityPayload] = strawberry.field(description="In the order of the input.")
    total: Money | None = strawberry.field(description=TOTAL)

    @classmethod
    def of(cls, quotes: Sequence[model.Quote]) -> Self:
        """Show quotes."""
        total = charged_together(one.charge for one in quotes)
        parts = [DryRunBookCapacityPayload.of(one) for one in quotes]
        return cls(parts=parts, total=None if total is None else Money.of(total))


@strawberry.type
class BookProfilePayload:
    """The contract of every part and its charge."""

    bookings: list[BookCapacityPayload] = strawberry.field(description="In the order of the input.")
    total: Money | None = strawberry.field(description=TOTAL)

    @classmethod
    def of(cls, bookings: Sequence[model.Booking]) -> Self:
        """Show bookings."""
        total = charged_together(one.charge for one in bookings)
        made = [BookCapacityPayload.of(one) for one in bookings]
        return cls(bookings=made, total=None if total is None else Money.of(total))


DryRunBookProfileResult = Annotated[
    DryRunBookProfilePayload | ProfileRefusedProblem | CreditExceededProblem | Refusals,
    strawberry.union("DryRunBookProfileResult"),
]
BookProfileResult = Annotated[
    BookProfilePayload | ProfileRefusedProblem | CreditExceededProblem | Refusals,
    strawberry.union("BookProfileResult"),
]


@strawberry.type
class ProfileQueries:
    """Asking whether a profile could be booked."""

    @strawberry.field(permission_classes=[MayBook])
    async def dry_run_book_profile(
        self,
        info: Info,
        input: ProfileRequestInput,  # noqa: A002
    ) -> DryRunBookProfileResult:
        """What booking a profile would answer, without booking."""
        quotes = await service.quote_profile(await _parts(info, input), caller_of(info))
        return DryRunBookProfilePayload.of(quotes)


@strawberry.type
class ProfileMutations:
    """Buying a profile from an operator."""

    @strawberry.mutation(permission_classes=[MayBook])
    async def book_profile(self, info: Info, input: BookProfileInput) -> BookProfileResult:  # noqa: A002
        """Book several quantities at tariff, such as another for each month: all of them or none."""
        parts = await _parts(info, input)
        command = commands.BookProfile(idempotency_key=input.idempotency_key, parts=parts)
        bookings = info.context.services.market.bookings
        return BookProfilePayload.of(await bookings.book_profile(command, caller_of(info)))


async def _parts(info: Info, asked: ProfileRequestInput) -> tuple[commands.CapacityRequest, ...]:
    network_id = await network_id_of(info, asked.network)
    return tuple(command_of(commands.CapacityRequest, part, network_id=network_id) for part in asked.parts)
