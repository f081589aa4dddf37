"""Quotes: what taking a listing or placing a bid costs, and why it would be refused, before one does it."""

from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry import relay

from linepack.ids import ListingId, ReleaseId
from market.listings import quote as listings
from market.releases import quote as releases
from market.releases.commands import PlaceBid
from schema.capacity.contract_charges import TariffCharge
from schema.market.listings import Listing
from schema.market.releases import ReleaseOffer
from schema.types.commands import caller_of
from schema.types.context import Info
from schema.types.domain_values import FromDomain
from schema.types.nodes import uuid_of
from schema.types.permissions import MayTrade
from schema.types.problems import RefusedProblem
from schema.types.scalars import Period, PeriodInput, Price, Quantity

ANY_PART = Quantity(1)
REFUSALS = "Every reason for which it would be refused now; empty when it would be accepted."


@strawberry.type
class ListingQuote(FromDomain):
    """What you would get and owe if you took a listing now."""

    listing: Listing
    quantity: Quantity
    period: Period = strawberry.field(description="The gas days you would get: all that have not begun.")
    price: TariffCharge | None = strawberry.field(description="What you would owe the seller.")
    duties: TariffCharge | None = strawberry.field(
        description="What you would owe the operator besides, to a minor unit for each gas month. Null where "
        "only the use passes, where the quantity cannot be had, and where a price is not known."
    )
    refusals: list[RefusedProblem] = strawberry.field(description=REFUSALS)


@strawberry.type
class BidQuote(FromDomain):
    """What you would owe if all of your bid won."""

    release: ReleaseOffer
    quantity: Quantity
    period: Period
    price: TariffCharge | None = strawberry.field(description="What you would owe the operator.")
    value: Decimal = strawberry.field(description="Its value by the offer's method.")
    below_minimum: str | None = strawberry.field(
        description="The minimum of the offer that it does not meet, so that it cannot win; else null."
    )
    refusals: list[RefusedProblem] = strawberry.field(description=REFUSALS)


@strawberry.type
class QuoteQueries:
    """Queries of prices on the market."""

    @strawberry.field(permission_classes=[MayTrade])
    async def listing_quote(
        self,
        info: Info,
        *,
        listing: Annotated[relay.GlobalID, strawberry.argument(description="The id of the listing.")],
        quantity: Quantity,
        period: Annotated[
            PeriodInput | None,
            strawberry.argument(description="The gas days you expect to get; others are a reason to refuse."),
        ] = None,
    ) -> ListingQuote:
        """What taking a listing, or a part of it, would cost and whether it would be refused."""
        asked = listings.QuoteListing(
            ListingId(uuid_of("Listing", listing, "listing")),
            quantity,
            period.to_period() if period else None,
        )
        return ListingQuote.of(await listings.quote_listing(asked, caller_of(info)))

    @strawberry.field(permission_classes=[MayTrade])
    async def bid_quote(
        self,
        info: Info,
        *,
        release: Annotated[relay.GlobalID, strawberry.argument(description="The id of the release offer.")],
        quantity: Quantity,
        rate: Annotated[Price, strawberry.argument(description="Money per commercial unit and gas day.")],
        period: PeriodInput,
        minimum_quantity: Annotated[
            Quantity, strawberry.argument(description="The least that you accept.")
        ] = ANY_PART,
    ) -> BidQuote:
        """What a bid would cost and be worth, and whether it would be refused."""
        days = period.to_period()
        asked = PlaceBid(
            release_id=ReleaseId(uuid_of("ReleaseOffer", release, "release")),
            start=days.start,
            end=days.end,
            quantity=quantity,
            rate=rate,
            minimum_quantity=minimum_quantity,
            idempotency_key="quote",
        )
        return BidQuote.of(await releases.quote_bid(asked, caller_of(info)))
