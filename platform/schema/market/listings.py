"""Listings: capacity offered at a fixed price, first come first served."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import ContractId, ListingId, PartyId
from linepack.money import Currency
from market.listings import commands, model, service
from market.listings.model import ListingState
from market.listings.repository import LISTINGS, ListingSort
from market.rights_transfer.model import TradeKind
from schema.capacity.contract_holds import CapacityNotHeldProblem
from schema.capacity.contracts import Contract
from schema.capacity.networks import network_id_of
from schema.capacity.routes import RouteInput
from schema.identity.parties import Party
from schema.market.credit import CreditExceededProblem
from schema.market.offered_capacity import OfferedCapacity
from schema.market.trades import PASSES, Trade
from schema.types.commands import run
from schema.types.connections import ONLY_STATE, KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import command_of
from schema.types.nodes import StoredNode, batched, reference, uuid_of
from schema.types.permissions import MayRead, MayTrade
from schema.types.problems import Refusals
from schema.types.scalars import PeriodInput, Price, Quantity


@strawberry.type
class Listing(StoredNode):
    """Capacity offered at a fixed price. Anonymous until it is taken."""

    id: relay.NodeID[UUID]
    capacity: OfferedCapacity
    kind: TradeKind = strawberry.field(description=PASSES)
    quantity: Quantity = strawberry.field(description="As it was posted.")
    remaining: Quantity = strawberry.field(description="What can still be taken.")
    minimum_quantity: Quantity = strawberry.field(description="The least that can be taken.")
    price_per_unit_day: Price
    currency: Currency
    state: ListingState
    is_firm: bool = strawberry.field(
        description="True: the capacity offered is held for it. False: it shrinks when its seller's capacity "
        "does."
    )
    posted_at: datetime = strawberry.field(description="When it was posted.")
    seller_id: strawberry.Private[PartyId | None]
    contract_id: strawberry.Private[ContractId | None]
    seller: Party | None = reference(
        Party,
        "seller_id",
        "The party that offers it; shown to itself, the operator, regulators, billing and administrators, "
        "null to others.",
    )
    contract: Contract | None = reference(Contract, "contract_id", "The contract behind it; null to others.")

    load_rows = staticmethod(batched(LISTINGS.seen_by_id))


@strawberry.input
class PostListingInput:
    """A part of a contract, offered at a fixed price."""

    contract_id: relay.GlobalID
    kind: TradeKind = strawberry.field(description=PASSES)
    start: date
    end: date
    quantity: Quantity
    price_per_unit_day: Price
    minimum_quantity: Quantity = Quantity(1)
    is_firm: bool = strawberry.field(
        default=True,
        description="Whether the capacity is held for the listing until it is taken or withdrawn.",
    )
    idempotency_key: strawberry.ID


@strawberry.type
class PostListingPayload:
    """The listing that was posted."""

    listing: Listing


@strawberry.input
class TakeListingInput:
    """A listing to take, or a part of it."""

    listing_id: relay.GlobalID
    quantity: Quantity
    idempotency_key: strawberry.ID


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
    """The withdrawn listing."""

    listing: Listing


PostListingResult = Annotated[
    PostListingPayload | CapacityNotHeldProblem | Refusals, strawberry.union("PostListingResult")
]
TakeListingResult = Annotated[
    TakeListingPayload | CreditExceededProblem | Refusals, strawberry.union("TakeListingResult")
]
WithdrawListingResult = Annotated[
    WithdrawListingPayload | Refusals, strawberry.union("WithdrawListingResult")
]


@strawberry.type
class ListingQueries:
    """Queries of listings."""

    @paged(KeysetConnection[Listing], MayRead, orders=ListingSort, followed_by="marketEvents")
    async def listings(
        self,
        info: Info,
        *,
        network: str,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
        kind: Annotated[TradeKind | None, strawberry.argument(description=PASSES)] = None,
    ) -> Shown[model.Listing]:
        """Open listings of a network: on a route, and with gas days in a period, if given."""
        conditions = LISTINGS.matching(
            network_id=await network_id_of(info, network),
            route=route.to_route() if route else None,
            period=period.to_period() if period else None,
            kind=kind,
            state=ListingState.OPEN,
        )
        return Shown(LISTINGS.seen(info.context.caller(), *conditions))

    @paged(KeysetConnection[Listing], MayTrade, orders=ListingSort, followed_by="marketEvents")
    async def own_listings(
        self,
        info: Info,
        *,
        network: str | None = None,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
        state: Annotated[ListingState | None, strawberry.argument(description=ONLY_STATE)] = None,
    ) -> Shown[model.Listing]:
        """Your party's listings, in every state if none is given."""
        conditions = LISTINGS.matching(
            network_id=await network_id_of(info, network) if network else None,
            route=route.to_route() if route else None,
            period=period.to_period() if period else None,
            state=state,
        )
        return Shown(LISTINGS.own(info.context.caller(), *conditions))


@strawberry.type
class ListingMutations:
    """Mutations of listings."""

    @strawberry.mutation(permission_classes=[MayTrade])
    async def post_listing(self, info: Info, input: PostListingInput) -> PostListingResult:  # noqa: A002
        """Offer a part of a contract at a fixed price."""
        contract_id = ContractId(uuid_of("Contract", input.contract_id, "contractId"))
        command = command_of(commands.PostListing, input, contract_id=contract_id)
        return PostListingPayload(listing=Listing.of(await run(info, service.post_listing, command)))

    @strawberry.mutation(permission_classes=[MayTrade])
    async def take_listing(self, info: Info, input: TakeListingInput) -> TakeListingResult:  # noqa: A002
        """Take a listing or a part, on gas days that have not begun; first come first served."""
        listing_id = ListingId(uuid_of("Listing", input.listing_id, "listingId"))
        command = command_of(commands.TakeListing, input, listing_id=listing_id)
        return TakeListingPayload(trade=Trade.of(await run(info, service.take_listing, command)))

    @strawberry.mutation(permission_classes=[MayTrade])
    async def withdraw_listing(
        self,
        info: Info,
        input: WithdrawListingInput,  # noqa: A002
    ) -> WithdrawListingResult:
        """Withdraw what is left of your listing."""
        listing_id = ListingId(uuid_of("Listing", input.listing_id, "listingId"))
        listing = await run(info, service.withdraw_listing, commands.WithdrawListing(listing_id))
        return WithdrawListingPayload(listing=Listing.of(listing))
