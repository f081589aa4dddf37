"""Listings in the API: capacity offered at a fixed price, first come first served."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import ContractId, ListingId, PartyId
from linepack.money import Currency
from market.listings import model, repository, service
from market.listings.model import ListingState
from market.rights_transfer.model import TradeKind
from schema.capacity.contract_holds import CapacityNotHeldProblem
from schema.capacity.contracts import Contract
from schema.capacity.networks import network_id_of
from schema.identity.parties import Party
from schema.market.offered_capacity import OfferedCapacity
from schema.market.trades import Trade
from schema.types.capacity_route import RouteInput
from schema.types.connections import KeysetConnection, page
from schema.types.context import RequestContext
from schema.types.nodes import (
    IDEMPOTENCY_KEY,
    Found,
    Info,
    Refusals,
    after_id,
    by_id,
    shown,
    uuid_of,
)
from schema.types.permissions import MayRead, MayTrade
from schema.types.scalars import PeriodInput, Price, Quantity


async def load_listings(context: RequestContext, ids: Sequence[ListingId]) -> list[model.Listing | None]:
    """Return the listings with these ids, as the caller may see them."""
    async with context.services.database.read() as connection:
        found = await repository.listings_by_id(connection, context.caller(), ids)
    return [found.get(listing_id) for listing_id in ids]


@strawberry.type(description="Capacity offered at a fixed price. Anonymous until it is taken.")
class Listing(Found):
    """A listing."""

    id: relay.NodeID[UUID]
    capacity: OfferedCapacity
    kind: TradeKind
    quantity: Quantity
    remaining: Quantity
    minimum_quantity: Quantity = strawberry.field(description="The least that can be taken.")
    price_per_unit_day: Price
    currency: Currency
    state: ListingState
    is_firm: bool = strawberry.field(
        description="True: it holds what it offers. False: it shrinks when what its seller has does."
    )
    posted_at: datetime
    seller_id: strawberry.Private[PartyId | None]
    contract_id: strawberry.Private[ContractId | None]

    @classmethod
    def of(cls, listing: model.Listing) -> Self:
        """Show a listing as its viewer may see it."""
        return cls(
            id=listing.id,
            capacity=OfferedCapacity.of(listing.capacity),
            kind=listing.kind,
            quantity=Quantity(listing.quantity),
            remaining=Quantity(listing.remaining),
            minimum_quantity=Quantity(listing.minimum_quantity),
            price_per_unit_day=Price(listing.price_per_unit_day),
            currency=listing.currency,
            state=listing.state,
            is_firm=listing.is_firm,
            posted_at=listing.posted_at,
            seller_id=listing.seller_id,
            contract_id=listing.contract_id,
        )

    @classmethod
    async def load(cls, info: Info, listing_id: ListingId) -> Self | None:
        """Show the listing with this id."""
        listing = await info.context.loader(load_listings).load(listing_id)
        return shown(cls.of, listing)

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return listings, as the caller may see them."""
        found = await info.context.loader(load_listings).load_many([ListingId(one) for one in ids])
        return [shown(cls.of, one) for one in found]

    @strawberry.field(description="Whose it is; null to others.")
    async def seller(self, info: Info) -> Party | None:
        """Return the seller, to itself and to those who keep order."""
        return None if self.seller_id is None else await Party.load(info, self.seller_id)

    @strawberry.field(description="The contract behind it; null to others.")
    async def contract(self, info: Info) -> Contract | None:
        """Return the contract behind the listing."""
        return await Contract.load(info, self.contract_id)


@strawberry.input
class PostListingInput:
    """A part of a contract, offered at a fixed price."""

    contract_id: relay.GlobalID
    kind: TradeKind
    start: date
    end: date
    quantity: Quantity
    price_per_unit_day: Price
    minimum_quantity: Quantity = Quantity(1)
    is_firm: bool = strawberry.field(
        default=True,
        description="Whether it holds what it offers until it is taken or withdrawn.",
    )
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.type
class PostListingPayload:
    """The listing posted."""

    listing: Listing


@strawberry.input
class TakeListingInput:
    """A listing to take, or a part of it."""

    listing_id: relay.GlobalID
    quantity: Quantity
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.type
class TakeListingPayload:
    """The trade that was concluded."""

    trade: Trade


@strawberry.input
class WithdrawListingInput:
    """A listing to withdraw."""

    listing_id: relay.GlobalID


@strawberry.type
class WithdrawListingPayload:
    """The listing, as it is from now on."""

    listing: Listing


PostListingResult = Annotated[
    PostListingPayload | CapacityNotHeldProblem | Refusals, strawberry.union("PostListingResult")
]
TakeListingResult = Annotated[TakeListingPayload | Refusals, strawberry.union("TakeListingResult")]
WithdrawListingResult = Annotated[
    WithdrawListingPayload | Refusals, strawberry.union("WithdrawListingResult")
]


@strawberry.type
class ListingQueries:
    """What is offered at a fixed price."""

    @strawberry.field(permission_classes=[MayRead], description="Open listings of a network, newest first.")
    async def listings(
        self,
        info: Info,
        *,
        network: str,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> KeysetConnection[Listing]:
        """Return a page of open listings, those on `route` and sharing gas days with `period` if given."""
        asked = page("listings", first, after)
        network_id = await network_id_of(info, network)
        async with info.context.services.database.read() as connection:
            rows = await repository.open_listings(
                connection,
                info.context.caller(),
                network_id,
                route=route.to_route() if route else None,
                period=period.to_period() if period else None,
                after=after_id(asked, ListingId),
                limit=asked.limit,
            )
        return KeysetConnection[Listing].of(rows, asked, key=by_id, node=Listing.of)

    @strawberry.field(permission_classes=[MayTrade], description="Your party's listings, newest first.")
    async def own_listings(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> KeysetConnection[Listing]:
        """Return a page of the caller's listings, whatever became of them."""
        asked = page("ownListings", first, after)
        async with info.context.services.database.read() as connection:
            rows = await repository.own_listings(
                connection, info.context.caller(), after=after_id(asked, ListingId), limit=asked.limit
            )
        return KeysetConnection[Listing].of(rows, asked, key=by_id, node=Listing.of)


@strawberry.type
class ListingMutations:
    """Offering and taking capacity at a fixed price."""

    @strawberry.mutation(
        permission_classes=[MayTrade], description="Offer a part of a contract at a fixed price."
    )
    async def post_listing(self, info: Info, input: PostListingInput) -> PostListingResult:  # noqa: A002
        """Return the listing."""
        command = service.PostListing(
            contract_id=ContractId(uuid_of("Contract", input.contract_id, "contractId")),
            kind=input.kind,
            start=input.start,
            end=input.end,
            quantity=input.quantity,
            price_per_unit_day=input.price_per_unit_day,
            minimum_quantity=input.minimum_quantity,
            is_firm=input.is_firm,
            idempotency_key=input.idempotency_key,
        )
        context = info.context
        listing = await service.post_listing(
            context.services.market, context.caller(), command, context.services.now()
        )
        return PostListingPayload(listing=Listing.of(listing))

    @strawberry.mutation(
        permission_classes=[MayTrade],
        description="Take a listing or a part, on gas days that have not begun; the first to ask wins.",
    )
    async def take_listing(self, info: Info, input: TakeListingInput) -> TakeListingResult:  # noqa: A002
        """Return the trade."""
        command = service.TakeListing(
            listing_id=ListingId(uuid_of("Listing", input.listing_id, "listingId")),
            quantity=input.quantity,
            idempotency_key=input.idempotency_key,
        )
        context = info.context
        trade = await service.take_listing(
            context.services.market, context.caller(), command, context.services.now()
        )
        return TakeListingPayload(trade=Trade.of(trade))

    @strawberry.mutation(permission_classes=[MayTrade], description="Withdraw what is left of your listing.")
    async def withdraw_listing(
        self,
        info: Info,
        input: WithdrawListingInput,  # noqa: A002
    ) -> WithdrawListingResult:
        """Return the listing."""
        listing_id = ListingId(uuid_of("Listing", input.listing_id, "listingId"))
        context = info.context
        listing = await service.withdraw_listing(
            context.services.market, context.caller(), listing_id, context.services.now()
        )
        return WithdrawListingPayload(listing=Listing.of(listing))
