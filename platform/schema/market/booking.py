"""Primary booking: a quote, a booking, or a rejection that says what could be had instead."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Self

import strawberry

from capacity.networks.policy import Level
from capacity.rights.model import Firmness
from linepack.problems import Problem as DomainProblem
from market.errors import CapacityExhausted
from market.listings.model import Listing as DomainListing
from market.primary import commands, model, service
from market.primary.refusal import BookingRefused
from market.products.model import Runtime
from market.releases.model import Release as DomainRelease
from schema.capacity.contract_charges import TariffCharge
from schema.capacity.contracts import Contract
from schema.capacity.networks import network_id_of
from schema.capacity.routes import Route
from schema.capacity.verdicts import Bottleneck, FeasibleQuantity, PressureShortage, Verdict
from schema.market.credit import CreditExceededProblem
from schema.market.listings import Listing
from schema.market.releases import ReleaseOffer
from schema.types.commands import caller_of
from schema.types.context import Info
from schema.types.domain_values import FromDomain, InNetwork, Within, command_of, shown_as
from schema.types.permissions import MayBook
from schema.types.prices import PriceProcedure, price_of
from schema.types.problems import Problem, Refusals
from schema.types.scalars import Period, Quantity

RECEIPT = "The code of the node where gas is handed to the operator; null asks for an exit from the hub."
DELIVERY = "The code of the node where it is handed back; null asks for an entry to the hub."
CHARGE = "What it costs; null where no price is known, in which case it is no longer on sale."
GAIN = "The most of the missing capacity that it gives on any gas day."


@strawberry.type
class BookingAlternative(InNetwork):
    """A booking that could be made instead, verified beside the rights for which the request was rejected."""

    kind: model.AlternativeKind = strawberry.field(description="How it differs from the request.")
    route: Route
    firmness: Firmness
    period: Period
    quantity: Quantity
    level: Level = strawberry.field(description="To which level it was verified.")
    charge: TariffCharge | None = strawberry.field(description=CHARGE)
    gain: Quantity = strawberry.field(
        description="How much more it gives than can be had of the request on every gas day requested; "
        "interruptible capacity is in addition to that."
    )

    @classmethod
    def of(cls, value: model.Alternative, within: Within) -> Self:
        """Show one alternative."""
        instead = value.found.request
        return shown_as(
            cls,
            value,
            within=within,
            kind=value.found.kind,
            route=Route.of(instead.route, within),
            firmness=instead.firmness,
            period=Period.of(instead.period),
            quantity=Quantity(instead.quantity),
            gain=Quantity(value.found.gain),
        )


@strawberry.type
class ListingAlternative:
    """An open listing on the same route that gives some of the missing capacity."""

    listing: Listing
    gain: Quantity = strawberry.field(description=GAIN)


@strawberry.type
class ReleaseAlternative:
    """An open release on the same route that gives some of the missing capacity."""

    release: ReleaseOffer
    gain: Quantity = strawberry.field(description=GAIN)


@strawberry.type
class Alternatives(InNetwork):
    """What a shipper could have instead of a rejected request; each gives more than the request would."""

    bookings: list[BookingAlternative] = strawberry.field(description="Most gain first.")
    listings: list[ListingAlternative] = strawberry.field(description="Listings of other shippers.")
    releases: list[ReleaseAlternative] = strawberry.field(description="Releases of other shippers.")

    @classmethod
    def of(cls, value: model.Alternatives, within: Within) -> Self:
        """Show what was found."""
        listings = [
            ListingAlternative(listing=Listing.of(one.offer), gain=Quantity(one.gain))
            for one in value.offers
            if isinstance(one.offer, DomainListing)
        ]
        releases = [
            ReleaseAlternative(release=ReleaseOffer.of(one.offer), gain=Quantity(one.gain))
            for one in value.offers
            if isinstance(one.offer, DomainRelease)
        ]
        return shown_as(cls, value, within=within, listings=listings, releases=releases)


@strawberry.type
class CapacityExhaustedProblem(Problem):
    """The network cannot transport it: where, when, by how much, and what could be had instead."""

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
    def of(cls, value: CapacityExhausted) -> Self:
        """Show a rejection."""
        verdict = Verdict.of(value.verdict)
        found = value.alternatives if isinstance(value, BookingRefused) else model.Alternatives()
        return shown_as(
            cls,
            value,
            verdict=verdict,
            alternatives=Alternatives.of(found, value.verdict.revision_id),
            bottlenecks=verdict.bottlenecks,
            shortages=verdict.shortages,
            largest=verdict.largest,
            largest_throughout=verdict.largest_throughout,
            bound_throughout=verdict.bound_throughout,
        )


@strawberry.type
class NotDecidedProblem(Problem):
    """It could not be proved in time; nothing is sold that is not proved."""

    verdict: Verdict


@strawberry.input
class CapacityRequestInput:
    """Capacity to quote, on every gas day from `start` up to, not including, `end`."""

    network: str
    receipt: str | None = strawberry.field(default=None, description=RECEIPT)
    delivery: str | None = strawberry.field(default=None, description=DELIVERY)
    start: date
    end: date
    quantity: Quantity
    firmness: Firmness = Firmness.FIRM


@strawberry.input
class BookCapacityInput(CapacityRequestInput):
    """Capacity to book at tariff, first come first served."""

    idempotency_key: strawberry.ID


@strawberry.type
class DryRunBookCapacityPayload(FromDomain):
    """A quote."""

    verdict: Verdict
    runtime: Runtime = strawberry.field(description="The standard length of the product.")
    price: PriceProcedure = strawberry.field(description="The price of the tariff, per unit and gas day.")
    charge: TariffCharge | None = strawberry.field(description=CHARGE)

    @classmethod
    def of(cls, value: model.Quote) -> Self:
        """Show a quote."""
        return shown_as(cls, value, price=price_of(value.tariff.price))


@strawberry.type
class BookCapacityPayload(FromDomain):
    """The booked contract and its charge."""

    contract: Contract = strawberry.field(description="The contract.")
    charge: TariffCharge | None = strawberry.field(description=CHARGE)


DryRunBookCapacityResult = Annotated[
    DryRunBookCapacityPayload
    | CapacityExhaustedProblem
    | NotDecidedProblem
    | CreditExceededProblem
    | Refusals,
    strawberry.union("DryRunBookCapacityResult"),
]
BookCapacityResult = Annotated[
    BookCapacityPayload | CapacityExhaustedProblem | NotDecidedProblem | CreditExceededProblem | Refusals,
    strawberry.union("BookCapacityResult"),
]


@strawberry.type
class PeriodQuantity:
    """A quantity on the gas days of a period."""

    period: Period
    quantity: Quantity


@strawberry.type
class DryRunProgress:
    """What is known of a request so far: what each level of capacities allows, then the answer."""

    level: Level | None = strawberry.field(
        description="The level whose bound this is; null with the answer, which is the last."
    )
    most: list[PeriodQuantity] = strawberry.field(
        description="The most that capacities allow at this level, for each sub-period: a bound on what is "
        "verified at higher ones. Empty with the answer."
    )
    most_throughout: Quantity | None = strawberry.field(
        description="The most that capacities allow at this level on every gas day requested."
    )
    reached: strawberry.Private[model.Quote | DomainProblem | None]

    @strawberry.field
    def answer(self) -> DryRunBookCapacityResult | None:
        """What `dryRunBookCapacity` answers; null until it is known."""
        if isinstance(self.reached, DomainProblem):
            raise self.reached
        return None if self.reached is None else DryRunBookCapacityPayload.of(self.reached)

    @classmethod
    def of(cls, bound: model.Bound) -> Self:
        """Show a bound."""
        most = [
            PeriodQuantity(period=Period.of(period), quantity=Quantity(most)) for period, most in bound.most
        ]
        return shown_as(cls, bound, most=most, reached=None)

    @classmethod
    def last(cls, reached: model.Quote | DomainProblem) -> Self:
        """Show the answer."""
        return cls(level=None, most=[], most_throughout=None, reached=reached)


@strawberry.type
class BookingSubscriptions:
    """Following how far a request is decided."""

    @strawberry.subscription(permission_classes=[MayBook])
    async def dry_run_book_capacity(
        self,
        info: Info,
        input: CapacityRequestInput,  # noqa: A002
    ) -> AsyncIterator[DryRunProgress]:
        """What booking would answer, without booking: a bound at once, a sharper one by each level, and the
        answer, after which it ends.
        """
        try:
            asked = await _request(info, input)
            async for step in service.quote_by_level(asked, caller_of(info)):
                yield DryRunProgress.of(step) if isinstance(step, model.Bound) else DryRunProgress.last(step)
        except DomainProblem as refusal:
            yield DryRunProgress.last(refusal)


@strawberry.type
class BookingQueries:
    """Asking what could be booked."""

    @strawberry.field(permission_classes=[MayBook])
    async def dry_run_book_capacity(
        self,
        info: Info,
        input: CapacityRequestInput,  # noqa: A002
    ) -> DryRunBookCapacityResult:
        """What booking would answer, without booking."""
        quote = await service.quote(await _request(info, input), caller_of(info))
        return DryRunBookCapacityPayload.of(quote)


@strawberry.type
class BookingMutations:
    """Buying capacity from an operator."""

    @strawberry.mutation(permission_classes=[MayBook])
    async def book_capacity(self, info: Info, input: BookCapacityInput) -> BookCapacityResult:  # noqa: A002
        """Book capacity at tariff, first come first served."""
        command = command_of(commands.BookCapacity, input, request=await _request(info, input))
        bookings = info.context.services.market.bookings
        return BookCapacityPayload.of(await bookings.book(command, caller_of(info)))


async def _request(info: Info, asked: CapacityRequestInput) -> commands.CapacityRequest:
    return command_of(commands.CapacityRequest, asked, network_id=await network_id_of(info, asked.network))
