"""Network clearings: bids and offers for paths that are cleared together against the network."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack import gasday
from linepack.ids import ClearingId, NetworkId, RevisionId
from linepack.money import Currency
from market.network_clearings import commands, model, repository, service
from market.network_clearings.model import ClearingState
from market.network_clearings.repository import CLEARINGS, ClearingSort
from schema.capacity.network_elements import PhysicalEdge, PhysicalNode, element
from schema.capacity.networks import Network, network_id_of
from schema.types.commands import caller_of, run
from schema.types.connections import ONLY_STATE, KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import FromDomain, InNetwork, Within, command_of, shown_as
from schema.types.nodes import StoredNode, batched_public, reference, uuid_of
from schema.types.permissions import MayOperate, MayRead
from schema.types.problems import Refusals
from schema.types.scalars import Money, Period, Price

CLOSES = "Until when bids are taken and may be withdrawn."
GAP = "By how much a better award might be worth more, as a share of the best, at most."
RESERVE = "The least at which the operator sells what is free, per commercial unit and gas day."
SECONDS = "How many seconds finding the award may take."

load_clearing_awards = batched_public(repository.awards_of)


@strawberry.type
class ParkedClearing(FromDomain):
    """Why a clearing whose bids have closed could not be awarded; its operator may ask for it again."""

    code: str = strawberry.field(description="Stable name of the reason, for programs.")
    reason: str
    parked_at: datetime = strawberry.field(description="When it could not be awarded.")


@strawberry.type
class ClearingEdgePrice(InNetwork):
    """What one unit more of an edge, in one direction, would have added a day."""

    edge: PhysicalEdge = element()
    tail: PhysicalNode = element("Its end from which it is full.")
    head: PhysicalNode = element("Its end towards which it is full.")
    periods: list[Period]
    price: Price = strawberry.field(description="Money per commercial unit and gas day.")

    @classmethod
    def of(cls, value: Mapping[str, Any], within: Within) -> Self:
        """Show the price of an edge as it is in a record."""
        periods = [Period.of(_period(one)) for one in value["periods"]]
        price = Price(Decimal(value["price"]))
        ends = {name: value[name] for name in ("edge", "tail", "head")}
        return shown_as(cls, value, within=within, periods=periods, price=price, **ends)


@strawberry.type
class ClearingOutcome:
    """What comes out of a clearing for all parties together."""

    surplus: Money = strawberry.field(
        description="What buyers would have paid at most, less what sellers asked and the reserve price."
    )
    gap: Money = strawberry.field(description="By how much a better award might be worth more.")
    paid: Money = strawberry.field(description="What buyers pay, before uplift.")
    received: Money = strawberry.field(description="What sellers get, before uplift.")
    uplift: Money = strawberry.field(description="What makes up for the loss of those kept in whole.")
    operator_share: Money = strawberry.field(description="What the operator gets: the rest.")
    covers_all_rights: bool = strawberry.field(
        description="Whether used-up capacity is worth as much as all rights on it, at these prices."
    )
    edge_prices: list[ClearingEdgePrice] = strawberry.field(description="The edges with a price.")
    solver: str = strawberry.field(description="The solver that was used, with its version.")


@strawberry.type
class ClearingAward(ClearingOutcome):
    """How a clearing was decided. It can be decided again from the record."""

    awarded_at: datetime = strawberry.field(description="When it was decided.")
    algorithm: str = strawberry.field(description="The algorithm that decided, with its version.")
    record: str = strawberry.field(
        description="Inputs, algorithm and outcome, as canonical JSON with bare ids; parties are numbered."
    )
    hash: str = strawberry.field(description="The SHA-256 of `record`.")

    @classmethod
    def of(cls, value: model.ClearingAward) -> Self:
        """Show an award."""
        record = value.record
        return cls(
            awarded_at=value.awarded_at,
            algorithm=record.algorithm,
            record=record.text,
            hash=record.hash,
            **outcome_of(record.inputs, record.outcome),
        )


def outcome_of(inputs: Mapping[str, Any], outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a `ClearingOutcome`."""
    within, settled = RevisionId(UUID(inputs["revision_id"])), outcome["settlement"]
    currency = Currency(inputs["currency"])
    amounts = {
        "surplus": outcome["surplus"],
        "gap": outcome["gap"],
        "paid": settled["paid"],
        "received": settled["received"],
        "uplift": settled["uplift"],
        "operator_share": settled["operator"],
    }
    return {
        **{name: Money(amount=Decimal(amount), currency=currency) for name, amount in amounts.items()},
        "covers_all_rights": outcome["revenue_adequacy"]["holds"],
        "edge_prices": [ClearingEdgePrice.of(one, within) for one in outcome["edges"]],
        "solver": f"{outcome['solver']} {outcome['solver_version']}",
    }


@strawberry.type
class NetworkClearing(StoredNode):
    """A clearing of a network: bids and offers for paths, awarded together at one price per edge."""

    id: relay.NodeID[UUID]
    period: Period
    closes_at: datetime = strawberry.field(description=CLOSES)
    reserve_price: Price = strawberry.field(description=RESERVE)
    currency: Currency
    seconds_max: int = strawberry.field(description=SECONDS)
    gap_max: Decimal = strawberry.field(description=GAP)
    state: ClearingState
    outcome: str = strawberry.field(description="Why it was closed without an award.")
    opened_at: datetime = strawberry.field(description="When it was opened.")
    parked: ParkedClearing | None = strawberry.field(
        description="Why it could not be awarded; null for all others."
    )
    network_id: strawberry.Private[NetworkId]
    network: Network = reference(Network, "network_id", "The network that is cleared.")

    load_rows = staticmethod(batched_public(CLEARINGS.by_ids))

    @classmethod
    def of(cls, value: model.NetworkClearing) -> Self:
        """Show a clearing."""
        return shown_as(cls, value)

    @strawberry.field
    async def award(self, info: Info) -> ClearingAward | None:
        """How it was decided; null while it is open, and where there was nothing to decide."""
        award = await info.context.loader(load_clearing_awards).load(ClearingId(self.id))
        return None if award is None else ClearingAward.of(award)


@strawberry.input
class OpenClearingInput:
    """A period of your network to clear; bids are taken before `closesAt`."""

    network: str
    start: date
    end: date
    closes_at: datetime = strawberry.field(description="At least two hours before the first gas day.")
    reserve_price: Price = strawberry.field(default=Price(Decimal(0)), description=RESERVE)
    seconds_max: int = strawberry.field(default=60, description=SECONDS)
    gap_max: Decimal = strawberry.field(default=Decimal(1), description=GAP)
    idempotency_key: strawberry.ID


@strawberry.input
class WithdrawClearingInput:
    """A clearing to call off."""

    clearing_id: relay.GlobalID = strawberry.field(description="The id of the clearing.")


@strawberry.input
class AwardClearingInput:
    """A clearing whose time for bids is over."""

    clearing_id: relay.GlobalID = strawberry.field(description="The id of the clearing.")


@strawberry.type
class ClearingPayload:
    """The clearing concerned."""

    clearing: NetworkClearing = strawberry.field(description="The clearing, as it is now.")


ClearingResult = Annotated[ClearingPayload | Refusals, strawberry.union("ClearingResult")]


@strawberry.type
class ClearingQueries:
    """Queries of network clearings."""

    @paged(KeysetConnection[NetworkClearing], MayRead, orders=ClearingSort, followed_by="marketEvents")
    async def clearings(
        self,
        info: Info,
        *,
        network: str,
        state: Annotated[ClearingState | None, strawberry.argument(description=ONLY_STATE)] = None,
    ) -> Shown[model.NetworkClearing]:
        """The clearings of a network."""
        network_id = await network_id_of(info, network)
        return Shown(repository.clearings(network_id=network_id, state=state))


@strawberry.type
class ClearingMutations:
    """Mutations of network clearings, for operators."""

    @strawberry.mutation(permission_classes=[MayOperate])
    async def open_clearing(self, info: Info, input: OpenClearingInput) -> ClearingResult:  # noqa: A002
        """Open a clearing of your network."""
        network_id = await network_id_of(info, input.network)
        command = command_of(commands.OpenClearing, input, network_id=network_id)
        clearing = await run(info, service.open_clearing, command)
        return ClearingPayload(clearing=NetworkClearing.of(clearing))

    @strawberry.mutation(permission_classes=[MayOperate])
    async def withdraw_clearing(
        self,
        info: Info,
        input: WithdrawClearingInput,  # noqa: A002
    ) -> ClearingResult:
        """Call a clearing off: its bids are lost, and nothing is held for them any more."""
        command = commands.WithdrawClearing(_clearing_id(input.clearing_id))
        clearing = await run(info, service.withdraw_clearing, command)
        return ClearingPayload(clearing=NetworkClearing.of(clearing))

    @strawberry.mutation(permission_classes=[MayOperate])
    async def award_clearing(self, info: Info, input: AwardClearingInput) -> ClearingResult:  # noqa: A002
        """Award a clearing whose bids have closed; it happens by itself, unless it could not."""
        command = commands.AwardClearing(_clearing_id(input.clearing_id))
        clearing = await service.award_clearing(command, caller_of(info))
        return ClearingPayload(clearing=NetworkClearing.of(clearing))


def _clearing_id(given: relay.GlobalID) -> ClearingId:
    return ClearingId(uuid_of("NetworkClearing", given, "clearingId"))


def _period(value: Mapping[str, str]) -> gasday.Period:
    return gasday.Period(date.fromisoformat(value["start"]), date.fromisoformat(value["end"]))
