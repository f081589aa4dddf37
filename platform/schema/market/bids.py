"""Bids on releases: sealed until the close.

Until then a bid is shown to its bidder and the operator of the network, which runs the procedure; once the
offer is closed also to those who oversee the market, and once bids are decided to the releasing shipper.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import BidId, PartyId, ReleaseId
from market.releases import commands, model, repository, service
from market.releases.model import BidState
from market.releases.repository import BidSort
from schema.identity.parties import Party
from schema.market.credit import CreditExceededProblem
from schema.market.releases import ReleaseOffer
from schema.types.commands import run
from schema.types.connections import ONLY_STATE, KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import command_of, shown_as
from schema.types.nodes import StoredNode, batched, reference, uuid_of
from schema.types.permissions import MayRead, MayTrade
from schema.types.problems import Refusals
from schema.types.scalars import Period, Price, Quantity

LEAST = "The least the bidder accepts."


@strawberry.type
class Bid(StoredNode):
    """A bid on a release; sealed until the close: shown to its bidder and the operator of the network."""

    id: relay.NodeID[UUID]
    quantity: Quantity = strawberry.field(description="The most the bidder wants, on every gas day.")
    minimum_quantity: Quantity = strawberry.field(description=LEAST)
    rate: Price
    period: Period
    value: Decimal = strawberry.field(description="Its value by the offer's method, for all of its quantity.")
    state: BidState
    placed_at: datetime = strawberry.field(description="When it was placed.")
    bid: strawberry.Private[model.Bid]
    release_id: strawberry.Private[ReleaseId]
    bidder_id: strawberry.Private[PartyId]
    bidder: Party = reference(Party, "bidder_id", "The party that placed it.")
    release: ReleaseOffer | None = reference(ReleaseOffer, "release_id", "The offer it is on.")

    load_rows = staticmethod(batched(repository.bids_by_id))

    @classmethod
    def of(cls, value: model.Bid) -> Self:
        """Show a bid."""
        return shown_as(cls, value, bid=value)

    @strawberry.field
    async def sequence(self, info: Info) -> int | None:
        """Its place in the order of arrival at the release; null to its bidder while bids are taken.

        It would say how many others there are.
        """
        release = await info.context.loader(ReleaseOffer.load_rows).load(self.release_id)
        shown = release is not None and release.shows_arrivals_to(info.context.caller())
        return self.bid.sequence if shown else None


@strawberry.input
class PlaceBidInput:
    """A bid: up to `quantity`, at least `minimumQuantity`, or nothing."""

    release_id: relay.GlobalID
    start: date
    end: date
    quantity: Quantity = strawberry.field(description="The most you want, on every gas day.")
    rate: Price = strawberry.field(description="Money per commercial unit and gas day.")
    minimum_quantity: Quantity = strawberry.field(default=Quantity(1), description="The least you accept.")
    idempotency_key: strawberry.ID


@strawberry.input
class WithdrawBidInput:
    """A bid to withdraw before bids close."""

    bid_id: relay.GlobalID = strawberry.field(description="The id of the bid.")


@strawberry.type
class BidPayload:
    """The bid concerned."""

    bid: Bid = strawberry.field(description="The bid, as it is now.")


BidResult = Annotated[BidPayload | CreditExceededProblem | Refusals, strawberry.union("BidResult")]


@strawberry.type
class BidQueries:
    """Queries of bids."""

    @paged(KeysetConnection[Bid], MayRead, orders=BidSort, followed_by="marketEvents")
    async def bids(
        self,
        info: Info,
        *,
        release: Annotated[
            relay.GlobalID | None, strawberry.argument(description="The id of the release offer.")
        ] = None,
        state: Annotated[BidState | None, strawberry.argument(description=ONLY_STATE)] = None,
    ) -> Shown[model.Bid]:
        """Bids: on a release those you may see, without one your own."""
        release_id = ReleaseId(uuid_of("ReleaseOffer", release, "release")) if release else None
        listed = repository.bids(info.context.caller(), release_id=release_id, state=state)
        return Shown(listed)


@strawberry.type
class BidMutations:
    """Mutations of bids."""

    @strawberry.mutation(permission_classes=[MayTrade])
    async def place_bid(self, info: Info, input: PlaceBidInput) -> BidResult:  # noqa: A002
        """Bid for a release; the bid binds, and replaces your open bid if its value is not lower."""
        release_id = ReleaseId(uuid_of("ReleaseOffer", input.release_id, "releaseId"))
        command = command_of(commands.PlaceBid, input, release_id=release_id)
        return BidPayload(bid=Bid.of(await run(info, service.place_bid, command)))

    @strawberry.mutation(permission_classes=[MayTrade])
    async def withdraw_bid(self, info: Info, input: WithdrawBidInput) -> BidResult:  # noqa: A002
        """Withdraw your bid before bids close; then you may bid again at equal or better value."""
        bid_id = BidId(uuid_of("Bid", input.bid_id, "bidId"))
        return BidPayload(bid=Bid.of(await run(info, service.withdraw_bid, commands.WithdrawBid(bid_id))))
