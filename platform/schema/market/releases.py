"""Capacity releases: what a shipper offers to pass on for a while, on stated terms."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import ContractId, PartyId, ReleaseId
from linepack.money import Currency
from market.releases import commands, model, repository, service
from market.releases.bid_evaluation import BidEvalMethod, TieBreak
from market.releases.model import ReleaseState
from market.releases.repository import RELEASES, ReleaseSort
from schema.capacity.contract_holds import CapacityNotHeldProblem
from schema.capacity.contracts import Contract
from schema.capacity.networks import network_id_of
from schema.capacity.routes import RouteInput
from schema.identity.parties import Party
from schema.market.awards import Award, load_awards
from schema.market.offered_capacity import OfferedCapacity
from schema.types.commands import caller_of, run
from schema.types.connections import ONLY_STATE, KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import FromDomain, command_of
from schema.types.nodes import StoredNode, batched, batched_public, reference, uuid_of
from schema.types.permissions import MayRead, MayTrade, SignedIn
from schema.types.problems import Refusals
from schema.types.scalars import PeriodInput, Price, Quantity

BIDS_CLOSE = "Until when bids are taken."
DISCOUNT_RATE = "The annual rate of PRESENT_VALUE: 0.085 for 8.5 %."
METHOD = "How bids are valued."
MINIMUM_RATE = "The lowest rate accepted, per commercial unit and gas day."
MINIMUM_TERM = "The fewest gas days a bid may have."
MINIMUM_QUANTITY = "The smallest quantity a bid may have."
TIE_BREAK = "Which of several bids of equal value wins."

load_parked = batched(repository.parked_of)


@strawberry.type
class ParkedRelease(FromDomain):
    """Why a release whose bids have closed could not be closed; it is tried again."""

    code: str = strawberry.field(description="Stable name of the reason, for programs.")
    reason: str
    parked_at: datetime = strawberry.field(description="When it could not be closed.")


@strawberry.type
class ReleaseOffer(StoredNode):
    """An offer to release capacity, posted under the shipper's name; bids on it bind."""

    id: relay.NodeID[UUID]
    capacity: OfferedCapacity
    quantity: Quantity
    method: BidEvalMethod = strawberry.field(description=METHOD)
    tie_break: TieBreak = strawberry.field(description=TIE_BREAK)
    minimum_rate: Price = strawberry.field(description=MINIMUM_RATE)
    minimum_quantity: Quantity = strawberry.field(description=MINIMUM_QUANTITY)
    minimum_term_days: int = strawberry.field(description=MINIMUM_TERM)
    discount_rate: Decimal = strawberry.field(description=DISCOUNT_RATE)
    currency: Currency
    recallable: bool = strawberry.field(description="Whether the releasing shipper may call it back.")
    bids_close_at: datetime = strawberry.field(description=BIDS_CLOSE)
    state: ReleaseState
    outcome: str = strawberry.field(description="Why it was closed without an award.")
    offered_at: datetime = strawberry.field(description="When it was offered.")
    releasing_id: strawberry.Private[PartyId]
    prearranged_bidder_id: strawberry.Private[PartyId | None]
    contract_id: strawberry.Private[ContractId]
    releasing: Party = reference(Party, "releasing_id", "The releasing shipper.")
    prearranged_bidder: Party | None = reference(
        Party, "prearranged_bidder_id", "The one party that may bid, if the release is prearranged."
    )
    contract: Contract | None = reference(
        Contract, "contract_id", "The contract it is released from; null to others."
    )

    load_rows = staticmethod(batched_public(RELEASES.by_ids))

    @strawberry.field
    async def parked(self, info: Info) -> ParkedRelease | None:
        """Why it could not be closed; for its shipper, its bidders and the operator, else null."""
        parked = await info.context.loader(load_parked).load(ReleaseId(self.id))
        return None if parked is None else ParkedRelease.of(parked)

    @strawberry.field
    async def award(self, info: Info) -> Award | None:
        """How it was decided; null while it is open."""
        award = await info.context.loader(load_awards).load(ReleaseId(self.id))
        return None if award is None else Award.of(award)


@strawberry.input
class OfferReleaseInput:
    """A part of a firm contract to release; bids are taken before `bidsCloseAt`."""

    contract_id: relay.GlobalID
    start: date
    end: date
    quantity: Quantity
    method: BidEvalMethod = strawberry.field(description=METHOD)
    bids_close_at: datetime = strawberry.field(
        description="At least two hours before the first gas day, so that the award is made in time."
    )
    tie_break: TieBreak = strawberry.field(default=TieBreak.PRO_RATA, description=TIE_BREAK)
    minimum_rate: Price = strawberry.field(default=Price(Decimal(0)), description=MINIMUM_RATE)
    minimum_quantity: Quantity = strawberry.field(default=Quantity(1), description=MINIMUM_QUANTITY)
    minimum_term_days: int = strawberry.field(default=1, description=MINIMUM_TERM)
    discount_rate: Decimal = strawberry.field(default=Decimal(0), description=DISCOUNT_RATE)
    recallable: bool = strawberry.field(
        default=False, description="Rejected when true: released capacity cannot be called back yet."
    )
    prearranged_bidder_id: relay.GlobalID | None = strawberry.field(
        default=None, description="The id of the one party that may bid; null for everyone."
    )
    prearranged_bidder_code: str | None = strawberry.field(
        default=None, description="The code of the one party that may bid, in place of its id."
    )
    idempotency_key: strawberry.ID


@strawberry.type
class ReleasePayload:
    """The offer concerned."""

    release: ReleaseOffer


@strawberry.input
class WithdrawReleaseInput:
    """An offer to withdraw."""

    release_id: relay.GlobalID


@strawberry.input
class AwardReleaseInput:
    """A release whose time for bids is over, or that is prearranged."""

    release_id: relay.GlobalID
    idempotency_key: strawberry.ID


@strawberry.type
class AwardReleasePayload:
    """How the release was decided."""

    award: Award = strawberry.field(description="The award.")
    release: ReleaseOffer


ReleaseResult = Annotated[
    ReleasePayload | CapacityNotHeldProblem | Refusals, strawberry.union("ReleaseResult")
]
AwardReleaseResult = Annotated[AwardReleasePayload | Refusals, strawberry.union("AwardReleaseResult")]


@strawberry.type
class ReleaseQueries:
    """Queries of release offers."""

    @paged(KeysetConnection[ReleaseOffer], MayRead, orders=ReleaseSort, followed_by="marketEvents")
    async def release_offers(
        self,
        info: Info,
        *,
        network: str,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
    ) -> Shown[model.Release]:
        """Open releases of a network: on a route, and with gas days in a period, if given."""
        conditions = RELEASES.matching(
            network_id=await network_id_of(info, network),
            route=route.to_route() if route else None,
            period=period.to_period() if period else None,
            state=ReleaseState.OPEN,
        )
        return Shown(RELEASES.listed(*conditions))

    @paged(KeysetConnection[ReleaseOffer], MayTrade, orders=ReleaseSort, followed_by="marketEvents")
    async def own_release_offers(
        self,
        info: Info,
        *,
        network: str | None = None,
        route: RouteInput | None = None,
        period: PeriodInput | None = None,
        state: Annotated[ReleaseState | None, strawberry.argument(description=ONLY_STATE)] = None,
    ) -> Shown[model.Release]:
        """Your party's releases, in every state if none is given."""
        conditions = RELEASES.matching(
            network_id=await network_id_of(info, network) if network else None,
            route=route.to_route() if route else None,
            period=period.to_period() if period else None,
            state=state,
        )
        return Shown(repository.own_releases(info.context.caller(), *conditions))


@strawberry.type
class ReleaseMutations:
    """Mutations of release offers."""

    @strawberry.mutation(permission_classes=[MayTrade])
    async def offer_release(self, info: Info, input: OfferReleaseInput) -> ReleaseResult:  # noqa: A002
        """Offer a part of a contract for release."""
        bidder = input.prearranged_bidder_id
        command = command_of(
            commands.OfferRelease,
            input,
            contract_id=ContractId(uuid_of("Contract", input.contract_id, "contractId")),
            prearranged_bidder_id=bidder and PartyId(uuid_of("Party", bidder, "prearrangedBidderId")),
        )
        return ReleasePayload(release=ReleaseOffer.of(await run(info, service.offer_release, command)))

    @strawberry.mutation(permission_classes=[MayTrade])
    async def withdraw_release(self, info: Info, input: WithdrawReleaseInput) -> ReleaseResult:  # noqa: A002
        """Withdraw your offer, unless an acceptable bid stands."""
        release_id = ReleaseId(uuid_of("ReleaseOffer", input.release_id, "releaseId"))
        release = await run(info, service.withdraw_release, commands.WithdrawRelease(release_id))
        return ReleasePayload(release=ReleaseOffer.of(release))

    @strawberry.mutation(permission_classes=[SignedIn])
    async def award_release(self, info: Info, input: AwardReleaseInput) -> AwardReleaseResult:  # noqa: A002
        """Close a release after its time for bids and award it; for its shipper and the operator."""
        release_id = ReleaseId(uuid_of("ReleaseOffer", input.release_id, "releaseId"))
        command = command_of(commands.AwardRelease, input, release_id=release_id)
        award = await service.award_release(command, caller_of(info))
        async with info.context.services.database.read() as connection:
            release = await RELEASES.get(connection, release_id)
        return AwardReleasePayload(award=Award.of(award), release=ReleaseOffer.of(release))
