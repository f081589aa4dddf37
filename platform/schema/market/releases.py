"""Capacity release in the API: what a shipper offers to pass on for a while."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import ContractId, PartyId, ReleaseId
from linepack.money import Currency
from market.releases import commands, model, repository, service
from market.releases.bid_evaluation import BidEvalMethod, TieBreak
from market.releases.model import ReleaseState
from schema.capacity.contract_holds import CapacityNotHeldProblem
from schema.capacity.contracts import Contract
from schema.capacity.networks import network_id_of
from schema.identity.parties import Party
from schema.market.bids import Award, load_awards
from schema.market.offered_capacity import OfferedCapacity
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
from schema.types.permissions import MayRead, MayTrade, SignedIn
from schema.types.scalars import PeriodInput, Price, Quantity


async def load_releases(context: RequestContext, ids: Sequence[ReleaseId]) -> list[model.Release | None]:
    """Return the releases with these ids; release rules have them posted under their shipper's name."""
    async with context.services.database.read() as connection:
        found = await repository.releases_by_id(connection, ids)
    return [found.get(release_id) for release_id in ids]


async def load_parked(context: RequestContext, ids: Sequence[ReleaseId]) -> list[model.Parked | None]:
    """Return why releases could not be closed, as far as the caller may know."""
    async with context.services.database.read() as connection:
        found = await repository.parked_of(connection, context.caller(), ids)
    return [found.get(release_id) for release_id in ids]


@strawberry.type(description="Why a release whose bids have closed could not be closed; it is tried again.")
class ParkedRelease:
    """A release that waits for the cause to go."""

    code: str
    reason: str
    parked_at: datetime

    @classmethod
    def of(cls, parked: model.Parked) -> Self:
        """Show why a release is parked."""
        return cls(code=parked.code, reason=parked.reason, parked_at=parked.parked_at)


@strawberry.type(description="An offer to release capacity, on stated terms, under the shipper's name.")
class ReleaseOffer(Found):
    """An offer; bids on it bind."""

    id: relay.NodeID[UUID]
    capacity: OfferedCapacity
    quantity: Quantity
    method: BidEvalMethod
    tie_break: TieBreak
    minimum_rate: Price
    minimum_quantity: Quantity
    minimum_term_days: int
    discount_rate: Decimal = strawberry.field(
        description="The annual rate of PRESENT_VALUE: 0.085 for 8.5 %."
    )
    currency: Currency
    recallable: bool
    bids_close_at: datetime
    state: ReleaseState
    outcome: str = strawberry.field(description="Why it was closed without an award.")
    offered_at: datetime
    releasing_id: strawberry.Private[PartyId]
    prearranged_bidder_id: strawberry.Private[PartyId | None]
    contract_id: strawberry.Private[ContractId]

    @classmethod
    def of(cls, release: model.Release) -> Self:
        """Show an offer."""
        terms = release.terms
        return cls(
            id=release.id,
            capacity=OfferedCapacity.of(release.capacity),
            quantity=Quantity(release.quantity),
            method=terms.method,
            tie_break=terms.tie_break,
            minimum_rate=Price(terms.minimum_rate),
            minimum_quantity=Quantity(terms.minimum_quantity),
            minimum_term_days=terms.minimum_term_days,
            discount_rate=terms.discount_rate,
            currency=release.currency,
            recallable=release.recallable,
            bids_close_at=release.bids_close_at,
            state=release.state,
            outcome=release.outcome,
            offered_at=release.offered_at,
            releasing_id=release.releasing_id,
            prearranged_bidder_id=release.prearranged_bidder_id,
            contract_id=release.contract_id,
        )

    @classmethod
    async def load(cls, info: Info, release_id: ReleaseId) -> Self | None:
        """Show the offer with this id."""
        release = await info.context.loader(load_releases).load(release_id)
        return shown(cls.of, release)

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return offers."""
        found = await info.context.loader(load_releases).load_many([ReleaseId(one) for one in ids])
        return [shown(cls.of, one) for one in found]

    @strawberry.field
    async def releasing(self, info: Info) -> Party:
        """Return the releasing shipper."""
        return await Party.load(info, self.releasing_id)

    @strawberry.field(description="The one party that may bid, if the release is prearranged.")
    async def prearranged_bidder(self, info: Info) -> Party | None:
        """Return the prearranged bidder."""
        found = self.prearranged_bidder_id
        return None if found is None else await Party.load(info, found)

    @strawberry.field(description="The contract it is released from; null to others.")
    async def contract(self, info: Info) -> Contract | None:
        """Return the releasing shipper's contract."""
        return await Contract.load(info, self.contract_id)

    @strawberry.field(
        description="Why it could not be closed; for its shipper, its bidders and the operator, else null."
    )
    async def parked(self, info: Info) -> ParkedRelease | None:
        """Return why it is parked."""
        return shown(ParkedRelease.of, await info.context.loader(load_parked).load(ReleaseId(self.id)))

    @strawberry.field(description="How it was decided; null while it is open.")
    async def award(self, info: Info) -> Award | None:
        """Return the award."""
        award = await info.context.loader(load_awards).load(ReleaseId(self.id))
        return shown(Award.of, award)


@strawberry.input
class OfferReleaseInput:
    """A part of a firm contract to release; bids are taken before `bidsCloseAt`."""

    contract_id: relay.GlobalID
    start: date
    end: date
    quantity: Quantity
    method: BidEvalMethod
    bids_close_at: datetime = strawberry.field(
        description="At least two hours before the first gas day, so that the award is made in time."
    )
    tie_break: TieBreak = TieBreak.PRO_RATA
    minimum_rate: Price = Price(Decimal(0))
    minimum_quantity: Quantity = Quantity(1)
    minimum_term_days: int = 1
    discount_rate: Decimal = Decimal(0)
    recallable: bool = strawberry.field(
        default=False, description="Refused when true: released capacity cannot be recalled yet."
    )
    prearranged_bidder_id: relay.GlobalID | None = None
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.type
class ReleasePayload:
    """The offer, as it is from now on."""

    release: ReleaseOffer


@strawberry.input
class WithdrawReleaseInput:
    """An offer to withdraw."""

    release_id: relay.GlobalID


@strawberry.input
class AwardReleaseInput:
    """A release whose time for bids is over, or that is prearranged."""

    release_id: relay.GlobalID
    idempotency_key: strawberry.ID = IDEMPOTENCY_KEY


@strawberry.type
class AwardReleasePayload:
    """How the release was decided."""

    award: Award
    release: ReleaseOffer


ReleaseResult = Annotated[
    ReleasePayload | CapacityNotHeldProblem | Refusals, strawberry.union("ReleaseResult")
]
AwardReleaseResult = Annotated[AwardReleasePayload | Refusals, strawberry.union("AwardReleaseResult")]


@strawberry.type
class ReleaseQueries:
    """What is offered for release."""

    @strawberry.field(permission_classes=[MayRead], description="Open releases of a network, newest first.")
    async def release_offers(
        self,
        info: Info,
        *,
        network: str,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> KeysetConnection[ReleaseOffer]:
        """Return a page of open releases, those on `route` and sharing gas days with `period` if given."""
        asked = page("releaseOffers", first, after)
        network_id = await network_id_of(info, network)
        async with info.context.services.database.read() as connection:
            rows = await repository.open_releases(
                connection,
                network_id,
                route=route.to_route() if route else None,
                period=period.to_period() if period else None,
                after=after_id(asked, ReleaseId),
                limit=asked.limit,
            )
        return KeysetConnection[ReleaseOffer].of(rows, asked, key=by_id, node=ReleaseOffer.of)

    @strawberry.field(permission_classes=[MayTrade], description="Your party's releases, newest first.")
    async def own_release_offers(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> KeysetConnection[ReleaseOffer]:
        """Return a page of the caller's releases, whatever became of them."""
        asked = page("ownReleaseOffers", first, after)
        async with info.context.services.database.read() as connection:
            rows = await repository.own_releases(
                connection, info.context.caller(), after=after_id(asked, ReleaseId), limit=asked.limit
            )
        return KeysetConnection[ReleaseOffer].of(rows, asked, key=by_id, node=ReleaseOffer.of)


@strawberry.type
class ReleaseMutations:
    """Offering, withdrawing and awarding releases."""

    @strawberry.mutation(permission_classes=[MayTrade], description="Offer a part of a contract for release.")
    async def offer_release(self, info: Info, input: OfferReleaseInput) -> ReleaseResult:  # noqa: A002
        """Return the offer."""
        bidder = input.prearranged_bidder_id
        command = commands.OfferRelease(
            contract_id=ContractId(uuid_of("Contract", input.contract_id, "contractId")),
            start=input.start,
            end=input.end,
            quantity=input.quantity,
            method=input.method,
            bids_close_at=input.bids_close_at,
            tie_break=input.tie_break,
            minimum_rate=input.minimum_rate,
            minimum_quantity=input.minimum_quantity,
            minimum_term_days=input.minimum_term_days,
            discount_rate=input.discount_rate,
            recallable=input.recallable,
            prearranged_bidder_id=None
            if bidder is None
            else PartyId(uuid_of("Party", bidder, "prearrangedBidderId")),
            idempotency_key=input.idempotency_key,
        )
        context = info.context
        release = await service.offer_release(
            context.services.market, context.caller(), command, context.services.now()
        )
        return ReleasePayload(release=ReleaseOffer.of(release))

    @strawberry.mutation(
        permission_classes=[MayTrade], description="Withdraw your offer, unless a good bid stands."
    )
    async def withdraw_release(self, info: Info, input: WithdrawReleaseInput) -> ReleaseResult:  # noqa: A002
        """Return the withdrawn offer."""
        release_id = ReleaseId(uuid_of("ReleaseOffer", input.release_id, "releaseId"))
        release = await service.withdraw_release(
            info.context.services.market, info.context.caller(), release_id
        )
        return ReleasePayload(release=ReleaseOffer.of(release))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Close a release after its time for bids and award it; for its shipper and the operator.",
    )
    async def award_release(self, info: Info, input: AwardReleaseInput) -> AwardReleaseResult:  # noqa: A002
        """Return the award."""
        context = info.context
        release_id = ReleaseId(uuid_of("ReleaseOffer", input.release_id, "releaseId"))
        command = commands.AwardRelease(release_id=release_id, idempotency_key=input.idempotency_key)
        award = await service.award_release(
            context.services.market, context.caller(), command, context.services.now()
        )
        async with context.services.database.read() as connection:
            release = await repository.get_release(connection, release_id)
        return AwardReleasePayload(award=Award.of(award), release=ReleaseOffer.of(release))
