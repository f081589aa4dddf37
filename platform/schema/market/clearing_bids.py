"""Bids and offers in network clearings: sealed until the close.

Until then a bid is shown to its bidder and the operator of the network, which runs the clearing; then also to
those who oversee the market.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.ids import ClearingBidId, ClearingId, ContractId, PartyId
from linepack.money import Currency
from market.clearing.model import Side
from market.network_clearings import commands, model, repository, service
from market.network_clearings.model import PathBidState
from market.network_clearings.repository import PathBidSort
from schema.capacity.contract_holds import CapacityNotHeldProblem
from schema.capacity.contracts import Contract
from schema.capacity.routes import Route
from schema.identity.parties import Party
from schema.market.clearings import NetworkClearing, load_clearing_awards
from schema.market.credit import CreditExceededProblem
from schema.types.commands import run
from schema.types.connections import ONLY_STATE, KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import Newest, command_of, shown_as
from schema.types.nodes import StoredNode, batched, batched_public, reference, uuid_of
from schema.types.permissions import MayRead, MayTrade
from schema.types.problems import Refusals
from schema.types.scalars import Money, Period, Price, Quantity

LIMIT = "A buyer pays at most, a seller gets at least so much per commercial unit and gas day."
MINIMUM = "It is awarded at least so much or nothing; 0 for any quantity."
ONLY_IF = "It is awarded nothing unless the bid with this id is awarded something."

load_clearing_contracts = batched_public(repository.contracts_of)


@strawberry.type
class ClearingBidAward:
    """What a bid was awarded, at which price, and why not more."""

    awarded: Quantity = strawberry.field(description="The quantity it was awarded; 0 for nothing.")
    price: Price = strawberry.field(description="The price of its path: the sum over the edges.")
    rate: Price = strawberry.field(description="What is paid, or got, in the end.")
    payment: Money = strawberry.field(description="What a buyer pays or a seller gets, before uplift.")
    uplift: Money = strawberry.field(description="What makes up for its loss by being kept in whole.")
    text: str = strawberry.field(description="Why, in words.")
    more_at: Price | None = strawberry.field(
        description="The limit price at which it would have had more, everyone else alike; null if unknown."
    )
    more: Quantity | None = strawberry.field(description="How much more it would have had then.")
    contract_id: strawberry.Private[ContractId | None]
    contract: Contract | None = reference(
        Contract, "contract_id", "What it became: the buyer's contract, or what the seller gave up."
    )

    @classmethod
    def of(cls, value: Mapping[str, Any], currency: Currency, contract_id: ContractId | None) -> Self:
        """Show what a record says of a bid."""
        more = value["more_at"]
        return cls(
            awarded=Quantity(value["awarded"]),
            price=Price(Decimal(value["price"])),
            rate=Price(Decimal(value["rate"])),
            payment=Money(amount=Decimal(value["payment"]), currency=currency),
            uplift=Money(amount=Decimal(value["uplift"]), currency=currency),
            text=value["why"],
            more_at=None if more is None else Price(Decimal(more["price"])),
            more=None if more is None else Quantity(more["units"]),
            contract_id=contract_id,
        )


@strawberry.type
class ClearingBid(StoredNode):
    """A bid to buy, or an offer to sell, capacity on a path; sealed until the close."""

    id: relay.NodeID[UUID]
    side: Side = strawberry.field(description="Whether capacity is asked for or offered.")
    route: Route
    period: Period
    quantity: Quantity
    price: Price = strawberry.field(description=LIMIT)
    minimum: Quantity = strawberry.field(description=MINIMUM)
    state: PathBidState
    placed_at: datetime = strawberry.field(description="When it was placed.")
    only_if: strawberry.Private[ClearingBidId | None]
    clearing_id: strawberry.Private[ClearingId]
    party_id: strawberry.Private[PartyId]
    party: Party = reference(Party, "party_id", "The party that placed it.")
    clearing: NetworkClearing | None = reference(
        NetworkClearing, "clearing_id", "The clearing that it is in."
    )

    load_rows = staticmethod(batched(repository.bids_by_id))

    @classmethod
    def of(cls, value: model.PathBid) -> Self:
        """Show a bid."""
        return shown_as(cls, value, within=Newest(value.network_id))

    @strawberry.field(description=ONLY_IF)
    def depends_on(self) -> relay.GlobalID | None:
        """Return the id of the bid that this one is linked to."""
        return None if self.only_if is None else relay.GlobalID("ClearingBid", str(self.only_if))

    @strawberry.field
    async def award(self, info: Info) -> ClearingBidAward | None:
        """What it was awarded and why; null while bids are taken, and where nothing was cleared."""
        award = await info.context.loader(load_clearing_awards).load(self.clearing_id)
        value = None if award is None else award.record.award_of(ClearingBidId(self.id))
        if award is None or value is None:
            return None
        contract_id = await info.context.loader(load_clearing_contracts).load(ClearingBidId(self.id))
        return ClearingBidAward.of(value, Currency(award.record.inputs["currency"]), contract_id)


@strawberry.input
class PlaceClearingBidInput:
    """A bid to buy on a path, or an offer of a part of a contract, which is held from then on."""

    clearing_id: relay.GlobalID = strawberry.field(description="The id of the clearing.")
    side: Side = strawberry.field(description="Whether capacity is asked for or offered.")
    start: date
    end: date
    quantity: Quantity = strawberry.field(description="The most that may be awarded, on every gas day.")
    price: Price = strawberry.field(description=LIMIT)
    receipt: str | None = strawberry.field(default=None, description="The path's receipt point, to buy.")
    delivery: str | None = strawberry.field(default=None, description="The path's delivery point, to buy.")
    contract_id: relay.GlobalID | None = strawberry.field(
        default=None, description="The id of the contract on one path, to sell."
    )
    minimum: Quantity = strawberry.field(default=Quantity(0), description=MINIMUM)
    only_if_bid_id: relay.GlobalID | None = strawberry.field(default=None, description=ONLY_IF)
    idempotency_key: strawberry.ID


@strawberry.input
class WithdrawClearingBidInput:
    """A bid to withdraw before bids close."""

    bid_id: relay.GlobalID = strawberry.field(description="The id of the bid.")


@strawberry.type
class ClearingBidPayload:
    """The bid concerned."""

    bid: ClearingBid = strawberry.field(description="The bid, as it is now.")


ClearingBidResult = Annotated[
    ClearingBidPayload | CapacityNotHeldProblem | CreditExceededProblem | Refusals,
    strawberry.union("ClearingBidResult"),
]


@strawberry.type
class ClearingBidQueries:
    """Queries of bids in network clearings."""

    @paged(KeysetConnection[ClearingBid], MayRead, orders=PathBidSort, followed_by="marketEvents")
    async def clearing_bids(
        self,
        info: Info,
        *,
        clearing: Annotated[
            relay.GlobalID | None, strawberry.argument(description="The id of the clearing.")
        ] = None,
        state: Annotated[PathBidState | None, strawberry.argument(description=ONLY_STATE)] = None,
    ) -> Shown[model.PathBid]:
        """Bids and offers: in a clearing those you may see, without one your own."""
        clearing_id = ClearingId(uuid_of("NetworkClearing", clearing, "clearing")) if clearing else None
        return Shown(repository.bids(info.context.caller(), clearing_id=clearing_id, state=state))


@strawberry.type
class ClearingBidMutations:
    """Mutations of bids in network clearings."""

    @strawberry.mutation(permission_classes=[MayTrade])
    async def place_clearing_bid(
        self,
        info: Info,
        input: PlaceClearingBidInput,  # noqa: A002
    ) -> ClearingBidResult:
        """Bid for capacity on a path, or offer some; the bid binds from the close on."""
        contract, linked = input.contract_id, input.only_if_bid_id
        command = command_of(
            commands.PlacePathBid,
            input,
            clearing_id=ClearingId(uuid_of("NetworkClearing", input.clearing_id, "clearingId")),
            contract_id=contract and ContractId(uuid_of("Contract", contract, "contractId")),
            only_if=linked and ClearingBidId(uuid_of("ClearingBid", linked, "onlyIfBidId")),
        )
        return ClearingBidPayload(bid=ClearingBid.of(await run(info, service.place_path_bid, command)))

    @strawberry.mutation(permission_classes=[MayTrade])
    async def withdraw_clearing_bid(
        self,
        info: Info,
        input: WithdrawClearingBidInput,  # noqa: A002
    ) -> ClearingBidResult:
        """Withdraw your bid before bids close; what it held is free again."""
        bid_id = ClearingBidId(uuid_of("ClearingBid", input.bid_id, "bidId"))
        withdrawn = await run(info, service.withdraw_path_bid, commands.WithdrawPathBid(bid_id))
        return ClearingBidPayload(bid=ClearingBid.of(withdrawn))
