"""The home of primary booking in the API: a quote, a booking, or a refusal that says what could be had."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Self

import strawberry
from strawberry.scalars import JSON

from capacity.contracts.pricing.codec import price_to_json
from capacity.networks.policy import Level
from capacity.rights.model import Firmness
from linepack.problems import Problem as DomainProblem
from market.primary import commands, model, service
from market.primary.errors import CapacityExhausted, NotDecided
from market.products.model import Runtime
from schema.capacity.contracts import Contract
from schema.capacity.networks import network_id_of
from schema.capacity.verdicts import Bottleneck, FeasibleQuantity, PressureShortage, Verdict
from schema.market.listings import Listing
from schema.market.releases import ReleaseOffer
from schema.settlement.billing_feed import TariffCharge
from schema.types.capacity_route import Route
from schema.types.nodes import IDEMPOTENCY_KEY, Info, Refusals
from schema.types.permissions import MayBook
from schema.types.problems import Problem
from schema.types.scalars import Period, Quantity


@strawberry.type(
    description="A booking that could be made instead, verified beside the rights that refused the request."
)
class BookingAlternative:
    """What to book, what it costs, and what it gains."""

    kind: model.AlternativeKind
    route: Route
    firmness: Firmness
    period: Period
    quantity: Quantity
    level: Level = strawberry.field(description="How far it was verified.")
    charge: TariffCharge | None = strawberry.field(
        description="Null where nothing here makes the price known; that is on sale no more."
    )
    gain: Quantity = strawberry.field(
        description="How much more it gives than can be had of the request on every gas day asked for; "
        "interruptible capacity gives it beside that."
    )

    @classmethod
    def of(cls, alternative: model.Alternative) -> Self:
        """Show one alternative."""
        instead = alternative.found.request
        return cls(
            kind=alternative.found.kind,
            route=Route.of(instead.route),
            firmness=instead.firmness,
            period=Period.of(instead.period),
            quantity=Quantity(instead.quantity),
            level=alternative.level,
            charge=TariffCharge.of(alternative.charge),
            gain=Quantity(alternative.found.gain),
        )


_GAIN = "The most of what is missing that it gives on any gas day."


@strawberry.type(description="An open listing on the same route that gives some of what is missing.")
class ListingAlternative:
    """A listing and its gain."""

    listing: Listing
    gain: Quantity = strawberry.field(description=_GAIN)


@strawberry.type(description="An open release on the same route that gives some of what is missing.")
class ReleaseAlternative:
    """A release offer and its gain."""

    release: ReleaseOffer
    gain: Quantity = strawberry.field(description=_GAIN)


@strawberry.type(description="What could be had instead; nothing that gains nothing.")
class Alternatives:
    """What a refused shipper could do."""

    bookings: list[BookingAlternative] = strawberry.field(description="Most gain first.")
    listings: list[ListingAlternative]
    releases: list[ReleaseAlternative]

    @classmethod
    def of(cls, found: model.Alternatives) -> Self:
        """Show what was found."""
        return cls(
            bookings=[BookingAlternative.of(one) for one in found.bookings],
            listings=[
                ListingAlternative(listing=Listing.of(one.offer), gain=Quantity(one.gain))
                for one in found.listings
            ],
            releases=[
                ReleaseAlternative(release=ReleaseOffer.of(one.offer), gain=Quantity(one.gain))
                for one in found.releases
            ],
        )


@strawberry.type(description="The network cannot transport it: where, when, by how much, and what instead.")
class CapacityExhaustedProblem(Problem):
    """A refusal with its proof and its way out."""

    verdict: Verdict
    bottlenecks: list[Bottleneck]
    shortages: list[PressureShortage] = strawberry.field(description="Where pressure fails.")
    largest: list[FeasibleQuantity] = strawberry.field(description="What could be had on each sub-period.")
    largest_throughout: Quantity = strawberry.field(
        description="The largest quantity verified for the whole period."
    )
    bound_throughout: Quantity = strawberry.field(
        description="The most that capacities allow throughout: where it is `largestThroughout`, no more "
        "can be had; where that is 0 and this is not, none was verified in time."
    )
    alternatives: Alternatives

    @classmethod
    def of(cls, problem: CapacityExhausted) -> Self:
        """Show a refusal."""
        verdict = Verdict.of(problem.verdict)
        return cls(
            code=problem.code,
            message=problem.message,
            path=list(problem.path),
            verdict=verdict,
            bottlenecks=verdict.bottlenecks,
            shortages=verdict.shortages,
            largest=verdict.largest,
            largest_throughout=verdict.largest_throughout,
            bound_throughout=verdict.bound_throughout,
            alternatives=Alternatives.of(problem.alternatives),
        )


@strawberry.type(description="It could not be proved in time; nothing is sold that is not proved.")
class NotDecidedProblem(Problem):
    """No verdict within the time limit."""

    verdict: Verdict

    @classmethod
    def of(cls, problem: NotDecided) -> Self:
        """Show an undecided request."""
        return cls(
            code=problem.code,
            message=problem.message,
            path=list(problem.path),
            verdict=Verdict.of(problem.verdict),
        )


@strawberry.input
class CapacityRequestInput:
    """Capacity asked of an operator, on every gas day from `start` up to, not including, `end`."""

    network: str
    receipt: str | None = strawberry.field(
        default=None, description="Where gas is handed over; null asks for an exit from the hub."
    )
    delivery: str | None = strawberry.field(
        default=None, description="Where it is handed back; null asks for an entry to the hub."
    )
    start: date
    end: date
    quantity: Quantity
    firmness: Firmness = Firmness.FIRM


@strawberry.input
class BookCapacityInput:
    """Capacity to book at tariff, first come first served."""

    network: str
    receipt: str | None = None
    delivery: str | None = None
    start: date
    end: date
    quantity: Quantity
    firmness: Firmness = Firmness.FIRM
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.type(description="What booking would give.")
class DryRunBookCapacityPayload:
    """A quote."""

    verdict: Verdict
    runtime: Runtime
    price: JSON = strawberry.field(description="The tariff's price procedure, per unit and gas day.")
    charge: TariffCharge | None = strawberry.field(
        description="Null where nothing here makes the price known; that is on sale no more."
    )

    @classmethod
    def of(cls, quote: model.Quote) -> Self:
        """Show a quote."""
        return cls(
            verdict=Verdict.of(quote.verdict),
            runtime=quote.runtime,
            price=JSON(price_to_json(quote.tariff.price)),
            charge=TariffCharge.of(quote.charge),
        )


@strawberry.type(description="What booking gave.")
class BookCapacityPayload:
    """A booking."""

    contract: Contract
    charge: TariffCharge | None


DryRunBookCapacityResult = Annotated[
    DryRunBookCapacityPayload | CapacityExhaustedProblem | NotDecidedProblem | Refusals,
    strawberry.union("DryRunBookCapacityResult"),
]
BookCapacityResult = Annotated[
    BookCapacityPayload | CapacityExhaustedProblem | NotDecidedProblem | Refusals,
    strawberry.union("BookCapacityResult"),
]


@strawberry.type(description="A quantity on the gas days of a period.")
class PeriodQuantity:
    """A sub-period with its quantity."""

    period: Period
    quantity: Quantity


@strawberry.type(
    description="What is known of a request so far: what each level of capacities allows, then the answer."
)
class DryRunProgress:
    """A bound, or the answer."""

    level: Level | None = strawberry.field(
        description="The level whose bound this is; null with the answer, which is the last."
    )
    most: list[PeriodQuantity] = strawberry.field(
        description="The most that capacities allow at this level, for each sub-period: a bound on what is "
        "verified at higher ones. Empty with the answer."
    )
    most_throughout: Quantity | None = strawberry.field(
        description="The most that capacities allow at this level on every gas day asked for."
    )
    reached: strawberry.Private[model.Quote | DomainProblem | None]

    @strawberry.field(description="What `dryRunBookCapacity` answers; null until it is known.")
    def answer(self) -> DryRunBookCapacityResult | None:
        """Return the quote or the refusal."""
        if isinstance(self.reached, DomainProblem):
            raise self.reached
        return None if self.reached is None else DryRunBookCapacityPayload.of(self.reached)

    @classmethod
    def of(cls, bound: model.Bound) -> Self:
        """Show a bound."""
        return cls(
            level=bound.level,
            most=[
                PeriodQuantity(period=Period.of(period), quantity=Quantity(most))
                for period, most in bound.most
            ],
            most_throughout=Quantity(bound.most_throughout),
            reached=None,
        )

    @classmethod
    def last(cls, reached: model.Quote | DomainProblem) -> Self:
        """Show the answer."""
        return cls(level=None, most=[], most_throughout=None, reached=reached)


@strawberry.type
class BookingSubscriptions:
    """Following how far a request is decided."""

    @strawberry.subscription(
        permission_classes=[MayBook],
        description="Everything that booking would answer, without booking: a bound at once, a sharper one "
        "by each level, and the answer, after which it ends.",
    )
    async def dry_run_book_capacity(
        self,
        info: Info,
        input: CapacityRequestInput,  # noqa: A002
    ) -> AsyncIterator[DryRunProgress]:
        """Yield the bounds, then the answer."""
        context = info.context
        try:
            asked = await _request(info, input)
            async for step in service.quote_by_level(
                context.services.market, context.caller(), asked, context.services.now()
            ):
                yield DryRunProgress.of(step) if isinstance(step, model.Bound) else DryRunProgress.last(step)
        except DomainProblem as refusal:
            yield DryRunProgress.last(refusal)


@strawberry.type
class BookingMutations:
    """Buying capacity from an operator."""

    @strawberry.mutation(
        permission_classes=[MayBook], description="Everything that booking would answer, without booking."
    )
    async def dry_run_book_capacity(
        self,
        info: Info,
        input: CapacityRequestInput,  # noqa: A002
    ) -> DryRunBookCapacityResult:
        """Return a quote."""
        context, asked = info.context, await _request(info, input)
        quote = await service.quote(context.services.market, context.caller(), asked, context.services.now())
        return DryRunBookCapacityPayload.of(quote)

    @strawberry.mutation(
        permission_classes=[MayBook], description="Book capacity at tariff, first come first served."
    )
    async def book_capacity(self, info: Info, input: BookCapacityInput) -> BookCapacityResult:  # noqa: A002
        """Return the booking."""
        context = info.context
        command = commands.BookCapacity(
            request=await _request(info, input), idempotency_key=input.idempotency_key
        )
        booking = await service.book(
            context.services.market, context.caller(), command, context.services.now()
        )
        return BookCapacityPayload(
            contract=Contract.of(booking.contract), charge=TariffCharge.of(booking.charge)
        )


async def _request(info: Info, asked: CapacityRequestInput | BookCapacityInput) -> commands.CapacityRequest:
    return commands.CapacityRequest(
        network_id=await network_id_of(info, asked.network),
        receipt=asked.receipt,
        delivery=asked.delivery,
        start=asked.start,
        end=asked.end,
        quantity=asked.quantity,
        firmness=asked.firmness,
    )
