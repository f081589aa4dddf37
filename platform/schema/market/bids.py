"""Bids and awards in the API: who wants released capacity, and how it was decided."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from linepack.ids import BidId, ContractId, PartyId, ReleaseId
from market.releases import commands, model, repository, service
from market.releases.model import BidState
from schema.capacity.contracts import Contract
from schema.identity.parties import Party
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
from schema.types.scalars import Period, Price, Quantity

if TYPE_CHECKING:
    from schema.market.releases import ReleaseOffer


async def load_awards(context: RequestContext, ids: Sequence[ReleaseId]) -> list[model.Award | None]:
    """Return how each release was decided, with the awards that the caller may see."""
    async with context.services.database.read() as connection:
        found = await repository.awards_of(connection, context.caller(), ids)
    return [found.get(release_id) for release_id in ids]


@strawberry.type(description="What one winning bid became.")
class AwardedBid:
    """A win."""

    bid_id: relay.GlobalID
    quantity: Quantity
    rate: Price
    period: Period
    replacement_id: strawberry.Private[PartyId]
    child_contract_id: strawberry.Private[ContractId]

    @classmethod
    def of(cls, won: model.AwardedBid) -> Self:
        """Show a winning bid."""
        return cls(
            bid_id=relay.GlobalID("Bid", str(won.bid_id)),
            quantity=Quantity(won.quantity),
            rate=Price(won.rate),
            period=Period.of(won.period),
            replacement_id=won.replacement_id,
            child_contract_id=won.child_contract_id,
        )

    @strawberry.field
    async def replacement(self, info: Info) -> Party:
        """Return the replacement shipper."""
        return await Party.load(info, self.replacement_id)

    @strawberry.field(description="The replacement shipper's contract; null to others.")
    async def contract(self, info: Info) -> Contract | None:
        """Return the child contract."""
        return await Contract.load(info, self.child_contract_id)


@strawberry.type(description="How a release was decided; anyone can decide it again from the record.")
class Award:
    """An award with its record."""

    awarded_at: datetime
    due_at: datetime = strawberry.field(
        description="As of when it was decided: the close of bids, unless it was prearranged and made sooner."
    )
    first_day: date = strawberry.field(
        description="Winners acquire the gas days of their bids from this one on: earlier ones had begun."
    )
    awards: list[AwardedBid] = strawberry.field(
        description="Those you may see: your own, on your own release, or all for the operator."
    )
    algorithm: str
    seed: str
    inputs: JSON = strawberry.field(description="Terms and bids, by their ids.")
    outcome: JSON = strawberry.field(description="What each bid was awarded and why.")
    hash: str = strawberry.field(description="SHA-256 of algorithm, seed, inputs and outcome.")

    @classmethod
    def of(cls, award: model.Award) -> Self:
        """Show an award."""
        record = award.record
        return cls(
            awarded_at=award.awarded_at,
            due_at=award.due_at,
            first_day=award.first_day,
            awards=[AwardedBid.of(won) for won in award.awards],
            algorithm=record.algorithm,
            seed=record.seed,
            inputs=JSON(record.inputs),
            outcome=JSON(record.outcome),
            hash=record.hash,
        )


async def load_bids(context: RequestContext, ids: Sequence[BidId]) -> list[model.Bid | None]:
    """Return the bids with these ids that the caller may see."""
    async with context.services.database.read() as connection:
        found = await repository.bids_by_id(connection, context.caller(), ids)
    return [found.get(bid_id) for bid_id in ids]


@strawberry.type(description="A bid on a release; sealed until it is decided.")
class Bid(Found):
    """A bid, shown to its bidder, after the award to the releasing shipper, and to the operator."""

    id: relay.NodeID[UUID]
    quantity: Quantity
    minimum_quantity: Quantity
    rate: Price
    period: Period
    value: Decimal = strawberry.field(description="What it is worth by the offer's method, in full.")
    state: BidState
    sequence: int = strawberry.field(description="Its place in the order of arrival at the release.")
    placed_at: datetime
    release_id: strawberry.Private[ReleaseId]
    bidder_id: strawberry.Private[PartyId]

    @classmethod
    def of(cls, bid: model.Bid) -> Self:
        """Show a bid."""
        return cls(
            id=bid.id,
            quantity=Quantity(bid.quantity),
            minimum_quantity=Quantity(bid.minimum_quantity),
            rate=Price(bid.rate),
            period=Period.of(bid.period),
            value=bid.value,
            state=bid.state,
            sequence=bid.sequence,
            placed_at=bid.placed_at,
            release_id=bid.release_id,
            bidder_id=bid.bidder_id,
        )

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return the bids the caller may see; None for the others."""
        found = await info.context.loader(load_bids).load_many([BidId(one) for one in ids])
        return [shown(cls.of, one) for one in found]

    @strawberry.field
    async def bidder(self, info: Info) -> Party:
        """Return whose it is."""
        return await Party.load(info, self.bidder_id)

    @strawberry.field
    async def release(
        self, info: Info
    ) -> Annotated["ReleaseOffer", strawberry.lazy("schema.market.releases")] | None:
        """Return the offer it is on."""
        from schema.market.releases import ReleaseOffer  # noqa: PLC0415 offers show their awards

        return await ReleaseOffer.load(info, self.release_id)


@strawberry.input
class PlaceBidInput:
    """A bid: up to `quantity`, `minimumQuantity` or more, else nothing."""

    release_id: relay.GlobalID
    start: date
    end: date
    quantity: Quantity
    rate: Price
    minimum_quantity: Quantity = Quantity(1)
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.input
class WithdrawBidInput:
    """A bid to withdraw before bids close."""

    bid_id: relay.GlobalID


@strawberry.type
class BidPayload:
    """The bid, as it is from now on."""

    bid: Bid


BidResult = Annotated[BidPayload | Refusals, strawberry.union("BidResult")]


@strawberry.type
class BidQueries:
    """Bids."""

    @strawberry.field(
        permission_classes=[MayRead],
        description="Bids, newest first: on a release those you may see, without one your own.",
    )
    async def bids(
        self,
        info: Info,
        release: relay.GlobalID | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> KeysetConnection[Bid]:
        """Return a page of bids."""
        asked, caller = page("bids", first, after), info.context.caller()
        last = after_id(asked, BidId)
        async with info.context.services.database.read() as connection:
            if release is None:
                rows = await repository.own_bids(connection, caller, after=last, limit=asked.limit)
            else:
                release_id = ReleaseId(uuid_of("ReleaseOffer", release, "release"))
                rows = await repository.bids_of_release(
                    connection, caller, release_id, after=last, limit=asked.limit
                )
        return KeysetConnection[Bid].of(rows, asked, key=by_id, node=Bid.of)


@strawberry.type
class BidMutations:
    """Bidding."""

    @strawberry.mutation(
        permission_classes=[MayTrade],
        description="Bid for a release; the bid binds, and replaces your open bid if it is not worth less.",
    )
    async def place_bid(self, info: Info, input: PlaceBidInput) -> BidResult:  # noqa: A002
        """Return the bid."""
        command = commands.PlaceBid(
            release_id=ReleaseId(uuid_of("ReleaseOffer", input.release_id, "releaseId")),
            start=input.start,
            end=input.end,
            quantity=input.quantity,
            rate=input.rate,
            minimum_quantity=input.minimum_quantity,
            idempotency_key=input.idempotency_key,
        )
        context = info.context
        bid = await service.place_bid(
            context.services.market, context.caller(), command, context.services.now()
        )
        return BidPayload(bid=Bid.of(bid))

    @strawberry.mutation(
        permission_classes=[MayTrade],
        description="Withdraw your bid before bids close; then you may bid again at equal or better value.",
    )
    async def withdraw_bid(self, info: Info, input: WithdrawBidInput) -> BidResult:  # noqa: A002
        """Return the withdrawn bid."""
        context, bid_id = info.context, BidId(uuid_of("Bid", input.bid_id, "bidId"))
        bid = await service.withdraw_bid(
            context.services.market, context.caller(), bid_id, context.services.now()
        )
        return BidPayload(bid=Bid.of(bid))
